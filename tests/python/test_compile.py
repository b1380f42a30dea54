"""Source text to running kernels: device.create_library(text, ...)."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nexus

SCALE = """
NX_KERNEL(scale, (NX_INOUT(float) x, NX_VALUE(float) factor)) {
  x[NX_GLOBAL_ID(0)] *= factor * FACTOR;
}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("NEXUS_CACHE_DIR", str(folder))
    monkeypatch.delenv("NEXUS_CXX", raising=False)
    return folder


def run(library: nexus.Library, factor: float = 2.0) -> list[float]:
    buffer = library.device.create_buffer(np.arange(4, dtype=np.float32))
    library.get_kernel("scale").launch(1, 4, buffer, factor, blocking=True)
    values: list[float] = buffer.numpy().tolist()
    return values


def test_text_of_every_language(device: nexus.Device) -> None:
    assert device.get_property_str_vec("KernelLanguages") == ["nexus", "c++", "c"]
    assert run(device.create_library(SCALE, defines={"FACTOR": 1})) == [0, 2, 4, 6]
    included = "#include <nexus/kernel.h>\n" + SCALE
    assert run(device.create_library(included, "c++", defines={"FACTOR": 1})) == [0, 2, 4, 6]
    assert run(device.create_library(included.encode(), language="c++", options="-DFACTOR=1")) == [0, 2, 4, 6]
    plain = """
        #include <nexus/cpu_kernel.h>
        void scale(const nexus_cpu_block* block, const void* const* arguments) {
          float* x = *(float* const*)arguments[0];
          for (size_t i = 0; i < block->size[0]; ++i) x[i] *= *(const double*)arguments[1];
        }
    """
    assert run(device.create_library(plain, language="c")) == [0, 2, 4, 6]


@pytest.mark.parametrize(
    ("value", "result"), [(2, 4), (0.5, 1), (True, 2), (False, 0), ("(1 + 2)", 6), (np.float64(1.5), 3), ("", None)]
)
def test_defines(device: nexus.Device, value: Any, result: float | None) -> None:
    if result is None:
        with pytest.raises(nexus.CompileFailedError):
            device.create_library(SCALE, defines={"FACTOR": value})
    else:
        assert run(device.create_library(SCALE, defines={"FACTOR": value}))[1] == result


def test_options(device: nexus.Device) -> None:
    assert run(device.create_library(SCALE, options="-O1 -DFACTOR=3"))[1] == 6
    assert run(device.create_library(SCALE, options=["-O1", "-DFACTOR=1 + 3"]))[1] == 5
    assert run(device.create_library(SCALE, options=('-DFACTOR=sizeof("it\'s")',)))[1] == 10


def test_messages_of_the_compiler(device: nexus.Device) -> None:
    with pytest.raises(nexus.CompileFailedError) as caught:
        device.create_library(SCALE, name="scale.nx", options="-O1")
    message = str(caught.value)
    for part in ("scale.nx:3:", "FACTOR", "-O1", "kept in: ", "cpu:0"):
        assert part in message
    kept = Path(message.rsplit("kept in: ", 1)[1])
    assert (kept / "text" / "scale.nx").read_text() == SCALE


def test_wrong_arguments(device: Any) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"source": None}, "source must be a str, or bytes"),
        ({"source": 3}, "source must be a str, or bytes"),
        ({"source": Path("x")}, "source must be a str, or bytes"),
        ({"source": ""}, "empty"),
        ({"source": "a\0b"}, "NUL"),
        ({"source": SCALE, "language": "cuda"}, "'cuda'.*'nexus', 'c\\+\\+', 'c'"),
        ({"source": SCALE, "language": 3}, "language must be a str"),
        ({"source": SCALE, "name": 3}, "name must be a str or None"),
        ({"source": SCALE, "options": 3}, "options must be a str, or a list"),
        ({"source": SCALE, "options": "'"}, "not closed"),
        ({"source": SCALE, "defines": "A=1"}, "defines must be a dict"),
        ({"source": SCALE, "defines": {1: 1}}, "keys are str"),
        ({"source": SCALE, "defines": {"A": None}}, "values are str, int, float or bool"),
        ({"source": SCALE, "defines": {"A": [1]}}, "values are str, int, float or bool"),
        ({"source": SCALE, "defines": {"A B": 1}}, "'A B' is no name"),
        ({"source": b"binary", "options": "-O1"}, "taken for a binary"),
        ({"source": b"binary", "defines": {"A": 1}}, "taken for a binary"),
    ]
    for arguments, text in wrong:
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            device.create_library(**arguments)
    with pytest.raises(TypeError):
        device.create_library(SCALE, options=[3])
    with pytest.raises(TypeError):
        device.create_library()


def test_no_compiler(device: nexus.Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_CXX", "no-such-compiler")
    with pytest.raises(nexus.UnavailableError, match="NEXUS_CXX is 'no-such-compiler'"):
        device.create_library(SCALE)


def test_second_time_loads(device: nexus.Device, cache: Path) -> None:
    device.create_library(SCALE, defines={"FACTOR": 1})
    entries = list(cache.glob("*.entry"))
    assert len(entries) == 1
    used = entries[0].stat().st_mtime_ns
    assert run(device.create_library(SCALE, defines={"FACTOR": 1})) == [0, 2, 4, 6]
    assert list(cache.glob("*.entry")) == entries
    assert entries[0].stat().st_mtime_ns > used


def test_repr(device: nexus.Device) -> None:
    library = device.create_library(SCALE, defines={"FACTOR": 1}, name="scale.nx")
    assert library.path == ""
    with pytest.raises(nexus.NotFoundError, match=r"'scale\.nx' has no kernel 'other'"):
        library.get_kernel("other")
