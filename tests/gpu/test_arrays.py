"""Arrays of other libraries on the same device: in and out without a copy."""

from __future__ import annotations

import gc
from typing import Any, cast

import numpy as np
import pytest

import nexus

ADD = """
NX_KERNEL(add, (NX_IN(float) a, NX_IN(float) b, NX_OUT(float) c, NX_VALUE(uint32_t) n)) {
  const size_t i = NX_GLOBAL_ID(0);
  if (i < n) c[i] = a[i] + b[i];
}
"""


class Producer:
    """An array of another library on a device, made of a buffer. Notes the streams that it was asked for."""

    def __init__(self, buffer: nexus.Buffer) -> None:
        self.buffer = buffer
        self.streams: list[object] = []

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.buffer.__dlpack_device__()

    def __dlpack__(self, *, stream: int | None = None, **options: Any) -> object:
        self.streams.append(stream)
        return self.buffer.__dlpack__(stream=-1, **options)


class InterfaceProducer:
    """The same through __cuda_array_interface__ alone."""

    def __init__(self, buffer: nexus.Buffer, **changes: object) -> None:
        self.buffer = buffer
        self.changes = changes

    @property
    def __cuda_array_interface__(self) -> dict[str, object]:
        return dict(self.buffer.__cuda_array_interface__) | self.changes


def numbers(shape: tuple[int, ...] = (100,)) -> np.ndarray:
    return np.random.default_rng(3).random(shape, dtype=np.float32)


def neighbour_of(device: nexus.Device) -> nexus.Device:
    for other in device.runtime:
        if other != device:
            return other
    pytest.skip("the runtime has one device only")


def default_stream_of(device: nexus.Device) -> int:
    return 1 if device.runtime.name == "cuda" else 0


def test_a_device_names_its_memory(device: nexus.Device) -> None:
    kind = {"cuda": 2, "hip": 10}[device.runtime.name]
    assert device.get_property_int_vec("DlpackDevice") == [kind, device.index]
    assert device.create_buffer((3,)).__dlpack_device__() == (kind, device.index)
    assert device.create_host_buffer((3,)).__dlpack_device__() == (1, 0)


def test_wrap_shares_the_memory(device: nexus.Device) -> None:
    values = numbers()
    owner = Producer(device.create_buffer(values))
    shared = device.wrap(owner)
    assert owner.streams == [default_stream_of(device)]
    assert np.array_equal(shared.numpy(), values)
    shared.fill(2)
    assert (owner.buffer.numpy() == 2).all()


def test_wrap_keeps_strides_and_the_owner_alive(device: nexus.Device) -> None:
    values = numbers((8, 6))
    shared = device.wrap(Producer(device.create_buffer(values)[::2, ::-1]))
    gc.collect()
    assert shared.strides == (48, -4)
    assert np.array_equal(shared.numpy(), values[::2, ::-1])


def test_create_buffer_copies(device: nexus.Device) -> None:
    values = numbers((4, 5))
    owner = Producer(device.create_buffer(values)[:, 1:4])
    copy = device.create_buffer(owner)
    owner.buffer.fill(0)
    assert copy.is_contiguous
    assert np.array_equal(copy.numpy(), values[:, 1:4])


def test_kernels_take_arrays_of_their_device(device: nexus.Device) -> None:
    kernel = device.create_library(ADD).get_kernel("add")
    a, b = numbers(), numbers() * 3
    out = Producer(device.create_buffer((100,)))
    kernel[1, 128](Producer(device.create_buffer(a)), b, out, 100)
    assert np.allclose(out.buffer.numpy(), a + b)


def test_kernels_take_arrays_of_another_device(device: nexus.Device) -> None:
    other = neighbour_of(device)
    kernel = device.create_library(ADD).get_kernel("add")
    a = numbers()
    out = Producer(other.create_buffer((100,)))
    kernel[1, 128](Producer(other.create_buffer(a)), Producer(device.create_buffer(a)), out, 100)
    assert np.allclose(out.buffer.numpy(), 2 * a)


def test_arrays_of_another_device_are_copied_across(device: nexus.Device) -> None:
    other = neighbour_of(device)
    values = numbers()
    owner = Producer(other.create_buffer(values))
    assert np.array_equal(device.create_buffer(owner).numpy(), values)
    with pytest.raises(nexus.InvalidArgumentError, match=f"lies on {other.id}.*create_buffer"):
        device.wrap(owner)


def test_the_cpu_device_takes_a_copy(device: nexus.Device) -> None:
    values = numbers()
    assert np.array_equal(nexus.get_device("cpu").create_buffer(Producer(device.create_buffer(values))).numpy(), values)


def test_copies_and_assignments(device: nexus.Device) -> None:
    values = numbers((6, 4))
    owner = Producer(device.create_buffer(values))
    buffer = device.create_buffer((6, 4))
    buffer.copy_from(owner)
    assert np.array_equal(buffer.numpy(), values)
    buffer[2:4] = Producer(device.create_buffer(values[:2]))
    assert np.array_equal(buffer[2:4].numpy(), values[:2])
    buffer.fill(9)
    buffer.copy_to(owner)
    assert (owner.buffer.numpy() == 9).all()


def test_unknown_devices_are_refused(device: nexus.Device) -> None:
    class Elsewhere(Producer):
        def __dlpack_device__(self) -> tuple[int, int]:
            return (self.buffer.__dlpack_device__()[0], 77)

    class Vulkan(Producer):
        def __dlpack_device__(self) -> tuple[int, int]:
            return (7, 0)

    buffer = device.create_buffer(numbers())
    with pytest.raises(nexus.InvalidArgumentError, match="vulkan:0"):
        device.create_buffer(Vulkan(buffer))
    # The capsule, not the device that was promised, says where the memory is.
    assert device.create_buffer(Elsewhere(buffer)).shape == (100,)


def test_cuda_array_interface(device: nexus.Device) -> None:
    values = numbers((4, 6))
    buffer = device.create_buffer(values)
    if device.runtime.name != "cuda":
        assert not hasattr(buffer, "__cuda_array_interface__")
        return
    interface = buffer.__cuda_array_interface__
    assert interface["shape"] == (4, 6)
    assert interface["typestr"] == "<f4"
    assert interface["strides"] is None
    assert interface["version"] == 3
    part = buffer[:, ::2].__cuda_array_interface__
    assert part["strides"] == (24, 8)
    assert not hasattr(device.create_host_buffer((1,)), "__cuda_array_interface__")
    assert not hasattr(device.create_buffer((1,), dtype="bf16"), "__cuda_array_interface__")
    for producer in (InterfaceProducer(buffer), InterfaceProducer(buffer, stream=1)):
        shared = device.wrap(producer)
        assert np.array_equal(shared.numpy(), values)
    shared.fill(1)
    assert (buffer.numpy() == 1).all()
    with pytest.raises(nexus.InvalidArgumentError, match="stream"):
        device.wrap(InterfaceProducer(buffer, stream=0))
    with pytest.raises(nexus.InvalidArgumentError, match="memory at address 4096"):
        device.wrap(InterfaceProducer(buffer, data=(4096, False)))


def test_cuda_array_interface_of_another_device(device: nexus.Device) -> None:
    if device.runtime.name != "cuda":
        pytest.skip("a protocol of CUDA")
    other = neighbour_of(device)
    values = numbers()
    owner = InterfaceProducer(other.create_buffer(values))
    assert np.array_equal(device.create_buffer(owner).numpy(), values)
    with pytest.raises(nexus.InvalidArgumentError, match=f"lies on {other.id}"):
        device.wrap(owner)


def test_export_refuses_what_it_cannot(device: nexus.Device) -> None:
    buffer = device.create_buffer((3,))
    with pytest.raises(BufferError, match="own device"):
        buffer.__dlpack__(dl_device=(7, 0))
    with pytest.raises(BufferError, match="not visible to the host"):
        buffer.__dlpack__(dl_device=(1, 0), copy=False)
    with pytest.raises(nexus.InvalidArgumentError, match="stream"):
        buffer.__dlpack__(stream="s")  # type: ignore[arg-type]


def test_export_to_the_host_copies(device: nexus.Device) -> None:
    values = numbers()

    class OnHost:
        def __init__(self, buffer: nexus.Buffer) -> None:
            self.buffer = buffer

        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

        def __dlpack__(self, **options: Any) -> object:
            return self.buffer.__dlpack__(**{**options, "dl_device": (1, 0), "copy": None, "max_version": (1, 0)})

    assert np.array_equal(np.from_dlpack(cast("Any", OnHost(device.create_buffer(values)))), values)


def test_export_waits_for_the_default_stream(device: nexus.Device) -> None:
    kernel = device.create_library(ADD).get_kernel("add")
    a = device.create_buffer(numbers((1 << 20,)))
    out = device.create_buffer((1 << 20,))
    for _ in range(5):
        kernel.launch(4096, 256, a, a, out, 1 << 20)
    shared = device.wrap(Producer(out))
    out.__dlpack__()
    assert np.allclose(shared.numpy(), 2 * a.numpy())


def test_copies_between_devices(device: nexus.Device) -> None:
    other = neighbour_of(device)
    assert device.get_property_int("HasPeerCopy") == 1
    values = numbers((64, 32))
    here, there = device.create_buffer(values), other.create_buffer((64, 32))
    there.copy_from(here)
    assert np.array_equal(there.numpy(), values)
    here.fill(0)
    here[:, ::2].copy_from(there[:, ::2])
    assert np.array_equal(here.numpy()[:, ::2], values[:, ::2])
    # In a schedule of either device, behind what its stream has to do.
    for owner in (device, other):
        there.fill(0)
        here.fill(5)
        schedule = owner.create_schedule()
        schedule.create_copy_command(there, here)
        stream = owner.create_stream()
        schedule.run(stream, blocking=False)
        stream.synchronize()
        assert (there.numpy() == 5).all()


def test_torch_shares_memory(device: nexus.Device, is_fake: bool) -> None:
    torch = pytest.importorskip("torch")
    if device.runtime.name != "cuda" or is_fake or not torch.cuda.is_available():
        pytest.skip("PyTorch does not use this device")
    where = f"cuda:{device.get_property_int_vec('DlpackDevice')[1]}"
    with torch.cuda.stream(torch.cuda.Stream(where)):
        tensor = torch.zeros(1 << 24, device=where)
        for _ in range(50):
            tensor += 1
        shared = device.wrap(tensor)
        assert (shared.numpy() == 50).all()
        shared.fill(3)
        assert bool((tensor == 3).all())
        matrix = torch.arange(12.0, device=where).reshape(3, 4)
        assert np.array_equal(device.create_buffer(matrix.T).numpy(), matrix.T.cpu().numpy())
    buffer = device.create_buffer(numbers((32, 8)))
    view = torch.from_dlpack(buffer)
    assert view.device == torch.device(where)
    view += 1
    torch.cuda.synchronize()
    assert np.allclose(buffer.numpy(), numbers((32, 8)) + 1)
    kernel = device.create_library(ADD).get_kernel("add")
    a, out = torch.rand(1000, device=where), torch.empty(1000, device=where)
    kernel[8, 128](a, a, out, 1000)
    assert torch.equal(out, a + a)
    with pytest.raises(nexus.Error, match="grad"):
        device.wrap(torch.zeros(3, device=where, requires_grad=True))


def test_torch_may_outlive_the_buffer(device: nexus.Device, is_fake: bool) -> None:
    torch = pytest.importorskip("torch")
    if device.runtime.name != "cuda" or is_fake or not torch.cuda.is_available():
        pytest.skip("PyTorch does not use this device")
    for value in range(20):
        buffer = device.create_buffer((1 << 22,))
        buffer.fill(value)
        tensor = torch.from_dlpack(buffer)
        del buffer
        total = tensor.double().sum()
        del tensor  # its work is still under way
        device.create_buffer((1 << 22,)).fill(1000)
        assert total.item() == value * (1 << 22)


def test_cupy_shares_memory(device: nexus.Device, is_fake: bool) -> None:
    cupy = pytest.importorskip("cupy")
    if device.runtime.name != "cuda" or is_fake:
        pytest.skip("CuPy does not use this device")
    with cupy.cuda.Device(device.get_property_int_vec("DlpackDevice")[1]):
        values = cupy.arange(1000, dtype=cupy.float32)
        shared = device.wrap(values)
        shared.fill(4)
        assert bool((values == 4).all())
        buffer = device.create_buffer(numbers())
        for view in (cupy.asarray(buffer), cupy.from_dlpack(buffer)):
            view += 1
        cupy.cuda.Device().synchronize()
        assert np.allclose(buffer.numpy(), numbers() + 2)
