"""Kernels that break their device: told with the kernel's name; other runtimes go on."""

import subprocess
import sys

import pytest

import nexus

PROGRAM = """
import nexus
device = nexus.get_device({id!r})
source = 'extern "C" __global__ void culprit(int* p, int n) {{ {body} }}'
library = device.create_library(source, language={language!r})
out = device.create_buffer((16,), dtype="int32")
others = [
    (neighbour, neighbour.create_buffer((4,), dtype="int32"))
    for other in nexus.get_runtimes()
    for neighbour in other
    if neighbour.id != device.id and neighbour.runtime.name in {runtimes!r}
]
stream = device.create_stream()
event = device.create_event()
library.get_kernel("culprit").launch(1, 1, out, 0, stream=stream)
try:
    stream.signal(event, 1)
except nexus.DeviceLostError:
    pass
for what in (stream.synchronize, lambda: device.create_buffer((16,)), lambda: out.numpy()):
    try:
        what()
    except nexus.DeviceLostError as error:
        print("lost:", error)
    else:
        print("nothing was thrown")
for neighbour, buffer in others:
    buffer.fill(7)
    assert buffer.numpy().tolist() == [7] * 4, neighbour
    assert neighbour.create_buffer(buffer).numpy().tolist() == [7] * 4, neighbour
    print("works:", neighbour.id)
"""


@pytest.mark.parametrize(
    "body",
    ["__trap();", "int* nowhere = (int*)16; nowhere[n] = 1;", "assert(n == 1);"],
    ids=["trap", "illegal-address", "assertion"],
)
def test_a_broken_device_is_told(device: nexus.Device, is_fake: bool, language: str, body: str) -> None:
    if is_fake and "trap" not in body:
        pytest.skip("what breaks the fake device breaks this process, but for a trap")
    # NVIDIA's driver (580) also refuses new streams on the other GPUs of the process.
    runtimes = ("cpu", device.runtime.name) if is_fake else ("cpu",)
    program = PROGRAM.format(id=device.id, language=language, body=body, runtimes=runtimes)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("lost:") == 3, done.stdout
    assert "culprit" in done.stdout
    assert "works: cpu:0" in done.stdout
