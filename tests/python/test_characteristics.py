"""Occupancy, rooflines, division of work and flags of compilers."""

import csv
from pathlib import Path
from typing import Any

import pytest

import nexus

MEASURED = Path(__file__).parent.parent / "database" / "measured_h100_occupancy.csv"


def test_every_measured_point_of_the_h100() -> None:
    rows = list(csv.DictReader(MEASURED.open()))
    assert len(rows) == 964
    for row in rows:
        threads, registers, static, dynamic, barriers, blocks = map(int, row.values())
        found = nexus.occupancy(threads, "H100", registers=registers, shared_bytes=static + dynamic, barriers=barriers)
        assert found.blocks == blocks, row


def test_occupancy() -> None:
    found = nexus.occupancy((16, 16), "sm_90", registers=64, shared_bytes=32768)
    assert (found.blocks, found.subgroups, found.max_subgroups, found.fraction) == (4, 32, 64, 0.5)
    assert found.limit == "registers"
    assert "2048 registers of a warp" in found.reason
    assert repr(found) == "<Occupancy 4 blocks, 32 of 64 subgroups, limited by registers>"
    assert nexus.occupancy(256, nexus.get_device_info("gfx1100"), subgroup_size=64).max_subgroups == 64
    assert nexus.occupancy(64, "gfx900", scalar_registers=96).limit == "scalar registers"
    assert nexus.occupancy(64, "sm_90", barriers=16).limit == "barriers"


def test_occupancy_of_a_kernel(library: nexus.Library) -> None:
    kernel = library.kernels[0]
    shared = kernel.shared_bytes
    assert nexus.occupancy(kernel, "sm_90", block=256, shared_bytes=50000).blocks == (233472 // (50000 + shared + 1024))
    with pytest.raises(nexus.UnsupportedError, match="cpu:0"):
        nexus.occupancy(kernel, block=256)
    with pytest.raises(nexus.InvalidArgumentError, match="block is missing"):
        nexus.occupancy(kernel)


def test_wrong_occupancy() -> None:
    wrong: list[Any] = [
        lambda: nexus.occupancy(256),
        lambda: nexus.occupancy(256, "sm_90", block=3),
        lambda: nexus.occupancy(0, "sm_90"),
        lambda: nexus.occupancy(256, "sm_90", registers=-1),
        lambda: nexus.occupancy(256, "sm_90", shared_bytes=2**62),
        lambda: nexus.occupancy(2**70, "sm_90"),
        lambda: nexus.occupancy("256", "sm_90"),  # type: ignore[arg-type]
        lambda: nexus.occupancy(256, 3),  # type: ignore[arg-type]
        lambda: nexus.occupancy(256, nexus.get_device_info("sm_90").Features),
    ]
    for call in wrong:
        with pytest.raises(nexus.InvalidArgumentError):
            call()
    with pytest.raises(nexus.NotFoundError):
        nexus.occupancy(256, "no such device")


def test_roofline() -> None:
    found = nexus.roofline("NVIDIA H200")
    info = nexus.get_device_info("NVIDIA H200")
    product = info.Products["NVIDIA H200"]
    assert found.name == "NVIDIA H200"
    assert found.bandwidth == product.MemoryBandwidth
    peak = found.get_peak("fp32")
    assert peak.ops_per_second == pytest.approx(
        info.Rates.Vector.fp32.OpsPerClockPerCore * product.CoreCount * product.BoostClock * 1e6
    )
    assert peak.ridge == peak.ops_per_second / found.bandwidth
    assert (peak.unit, peak.input, peak.accumulator) == ("Vector", "fp32", "")
    assert [each.unit for each in found.peaks] == sorted(
        (each.unit for each in found.peaks), key=["Vector", "VectorPacked", "Matrix", "MatrixSparse"].index
    )
    assert found.attainable(peak.ridge / 2) == pytest.approx(peak.ops_per_second / 2)
    assert found.attainable(1e9, input="fp32") == peak.ops_per_second
    assert "Top/s" in repr(peak)
    assert repr(found).startswith("<Roofline of NVIDIA H200: ")
    assert repr(found.get_peak("bf16")).startswith("<Peak Matrix bf16 to fp32: ")
    with pytest.raises(nexus.UnsupportedError, match="several products"):
        nexus.roofline("sm_90")
    with pytest.raises(nexus.NotFoundError, match="'fp3'"):
        found.get_peak("fp3")


def test_distribute() -> None:
    assert nexus.distribute(100, [(300.0, 10.0), (100.0, 30.0)], 1000) == [75, 25]
    assert nexus.distribute(100, [(300.0, 10.0), (100.0, 30.0)], intensity=0.1) == [25, 75]
    assert nexus.distribute(100, ((300, 10), (100, 30)), 1000, multiple=32) == [64, 36]
    shares = nexus.distribute(10**12, ["H100", nexus.roofline("MI300X"), (1e12, 1e11)], 10)
    assert sum(shares) == 10**12
    assert shares[0] / shares[1] == pytest.approx(nexus.roofline("H100").bandwidth / nexus.roofline("MI300X").bandwidth)
    wrong: list[Any] = [
        lambda: nexus.distribute(100, [], 1),
        lambda: nexus.distribute(100, 3, 1),  # type: ignore[arg-type]
        lambda: nexus.distribute(100, [(1.0, 2.0, 3.0)], 1),  # type: ignore[list-item]
        lambda: nexus.distribute(100, [("a", "b")], 1),  # type: ignore[list-item]
        lambda: nexus.distribute(100, [(1.0, 0.0)], 1),
        lambda: nexus.distribute(-1, [(1.0, 1.0)], 1),
        lambda: nexus.distribute(1, [(1.0, 1.0)], float("nan")),
    ]
    for call in wrong:
        with pytest.raises(nexus.InvalidArgumentError):
            call()


def test_compile_flags(device: nexus.Device) -> None:
    assert nexus.compile_flags("H100", "nvcc") == "-arch=sm_90"
    assert nexus.compile_flags("sm_90", "nvcc", target="sm_90a") == "-arch=sm_90a"
    assert nexus.compile_flags("znver4", compiler="gcc", version="12.3") == "-march=znver4 -mtune=znver4"
    assert nexus.compile_flags(device, "clang").startswith("-m")
    with pytest.raises(nexus.NotFoundError, match="'clang', 'nvcc'"):
        nexus.compile_flags("sm_90", "gcc")
