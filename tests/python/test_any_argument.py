"""Methods that are called with anything at all: they answer with one of the documented exceptions and stay usable."""

import contextlib
from typing import Any

import numpy as np
import pytest

import nexus

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ALLOWED = (nexus.Error, TypeError, BufferError)

numbers = st.one_of(
    st.integers(),
    st.integers(-3, 3),
    st.floats(),
    st.booleans(),
    st.complex_numbers(),
    st.sampled_from([2**31, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30]),
    st.sampled_from([np.int8(-1), np.uint64(2**64 - 1), np.float16(1), np.bool_(True), np.complex64(1)]),
)
values = st.recursive(
    st.one_of(
        st.none(),
        numbers,
        st.text(max_size=5),
        st.binary(max_size=5),
        st.sampled_from(
            [object(), int, nexus.float16, np.float32, np.zeros(3), np.zeros((2, 2))[:, 1], memoryview(b"ab")]
        ),
    ),
    lambda items: st.one_of(
        st.lists(items, max_size=4), st.tuples(items, items), st.dictionaries(st.text(max_size=2), items, max_size=2)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def targets(device: nexus.Device, library: nexus.Library) -> list[Any]:
    schedule = device.create_schedule()
    kernel = library.get_kernel("saxpy")
    return [
        nexus.get_system(),
        nexus.get_runtimes(),
        device.runtime,
        device.runtime.devices,
        device,
        device.create_buffer((3, 4)),
        library,
        kernel,
        library.get_kernel("noop"),
        schedule,
        schedule.create_command(kernel),
    ]


def _methods(target: Any) -> list[Any]:
    names = [name for name in dir(target) if not name.startswith("_") and name not in ("duration", "kernel", "timed")]
    names += [name for name in ("__getitem__", "__contains__", "__eq__", "__dlpack__") if hasattr(target, name)]
    return [method for method in (getattr(target, name) for name in names) if callable(method)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments=st.lists(values, max_size=4), data=st.data())
def test_any_argument(targets: list[Any], arguments: list[Any], data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(targets))
    method = data.draw(st.sampled_from(_methods(target)))
    mixed = [data.draw(st.sampled_from([argument, *targets])) for argument in arguments]
    with contextlib.suppress(*ALLOWED):
        method(*mixed)
    repr(target)


def test_still_works(device: nexus.Device, library: nexus.Library) -> None:
    ones, sums = device.create_buffer(np.ones(4, np.float32)), device.create_buffer(np.zeros(4, np.float32))
    library.get_kernel("saxpy").launch(1, 4, ones, sums, 2.0, 4, blocking=True)
    assert sums.numpy().tolist() == [2.0] * 4
