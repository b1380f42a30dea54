"""Cost of Nexus on an NVIDIA GPU beside the driver called from C, cuda.core, CuPy and Triton.

All run in one process and in interleaved rounds.

    python benchmarks/launch_gpu.py [--quick] [--json FILE]

Uses cuda:0, of which nobody else should make use meanwhile. README.md says what each line means.
"""

import ctypes
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harness import program
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Effort, Run, looped
from peers.cuda_peers import PEERS, SOURCE, Launcher, Loop

import nexus

RAW = "raw C"
BATCH = 200  # launches between waits
RUNS = 10  # runs of a schedule between waits
NODES = 100
COPY_BYTES = 64 << 20
PTX = b""".version 7.0
.target sm_70
.address_size 64
.visible .entry empty(.param .u64 x, .param .u64 y, .param .f32 a, .param .u32 n) { ret; }
\0"""

LISTING = """
import ctypes, time
driver = ctypes.CDLL("libcuda.so.1")
start = time.perf_counter()
assert driver.cuInit(0) == 0
started = time.perf_counter()
import nexus
imported = time.perf_counter()
names = [device.get_property_str("Name") for device in nexus.get_runtime("cuda")]
listed = time.perf_counter()
print(listed - imported, started - start)
"""


def raw_peer(folder: Path) -> ctypes.CDLL:
    source = Path(__file__).parent / "raw_cuda_peer.c"
    library = folder / "raw_cuda_peer.so"
    subprocess.run(["cc", "-std=c99", "-O2", "-shared", "-fPIC", str(source), "-o", str(library), "-ldl"], check=True)
    peer = ctypes.CDLL(str(library))
    for name in ("launches_and_waits", "graph_calls", "graphs_to_the_end", "copies_to_device", "copies_to_host"):
        getattr(peer, f"raw_{name}").restype = ctypes.c_double
    peer.raw_launches.restype = ctypes.c_double
    failed = peer.raw_open(PTX, b"empty", NODES) or peer.raw_open_copies(ctypes.c_ulonglong(COPY_BYTES))
    if failed:
        raise RuntimeError(f"the driver refuses the peer in C: {failed}")
    return peer


def batched(loop: Loop, synchronize: Callable[[], object], batch: int) -> Run:
    """Only the calls are timed; behind every `batch` of them the device catches up."""

    def run(count: int) -> float:
        seconds = 0.0
        while count > 0:
            repeats = range(min(count, batch))
            start = time.perf_counter()
            loop(repeats)
            seconds += time.perf_counter() - start
            synchronize()
            count -= batch
        return seconds

    return run


def timed(loop: Loop) -> Run:
    def run(count: int) -> float:
        repeats = range(count)
        start = time.perf_counter()
        loop(repeats)
        return time.perf_counter() - start

    return run


def own_launcher(
    device: nexus.Device, stream: nexus.Stream
) -> tuple[Launcher, nexus.Kernel, list[nexus.Buffer | float]]:
    kernel = device.create_library(SOURCE, language="cuda").get_kernel("empty")
    x, y = device.create_buffer(256), device.create_buffer(256)
    configured = kernel[1, 32, stream]

    def launches(repeats: range) -> None:
        for _ in repeats:
            configured(x, y, 2.0, 1)

    def launches_and_waits(repeats: range) -> None:
        for _ in repeats:
            configured(x, y, 2.0, 1)
            stream.synchronize()

    return Launcher(launches, launches_and_waits, stream.synchronize), kernel, [x, y, 2.0, 1]


def listing() -> Result:
    lines = [
        subprocess.run([sys.executable, "-c", LISTING], check=True, capture_output=True, text=True).stdout
        for _ in range(3)
    ]
    figures = sorted(tuple(map(float, line.split())) for line in lines)
    result = Result("list the devices, beyond cuInit", "ms", bar=Bar(5, "ms"))
    result.medians[NEXUS], result.best[NEXUS] = figures[1][0] * 1e3, figures[0][0] * 1e3
    result.note = f"cuInit itself took {figures[1][1] * 1e3:.0f} ms"
    return result


def measure(device: nexus.Device, effort: Effort, folder: Path) -> tuple[list[Result], list[str]]:
    results = [listing()]
    raw = raw_peer(folder)
    stream = device.create_stream()
    own, kernel, arguments = own_launcher(device, stream)
    launchers: dict[str, Launcher] = {NEXUS: own}
    notes: list[str] = []
    for name, make in PEERS.items():
        try:
            launchers[name] = make()
        except Exception as error:  # whatever keeps a peer from running is a note, not an end
            notes.append(
                f"{name} is left out: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            )

    def with_raw(run: Run, others: dict[str, Run]) -> dict[str, Run]:
        return {RAW: run, **others}

    results.append(
        compare(
            "launch, asynchronous, 4 arguments",
            "us",
            with_raw(
                lambda count: raw.raw_launches(count, BATCH),
                {name: batched(each.launches, each.synchronize, BATCH) for name, each in launchers.items()},
            ),
            effort,
            peer=RAW,
            bar=Bar(1.15),
        )
    )
    results.append(
        compare(
            "launch and wait",
            "us",
            with_raw(
                lambda count: raw.raw_launches_and_waits(count),
                {name: timed(each.launches_and_waits) for name, each in launchers.items()},
            ),
            effort,
            peer=RAW,
            bar=Bar(1.1),
        )
    )
    schedule = device.create_schedule()
    for _ in range(NODES):
        schedule.create_command(kernel, arguments, 1, 32)

    def calls(repeats: range) -> None:
        for _ in repeats:
            schedule.run(stream, False)

    def runs_to_the_end(repeats: range) -> None:
        for _ in repeats:
            schedule.run(stream)

    results.append(
        compare(
            f"schedule of {NODES} launches, call",
            "us",
            {
                RAW: lambda count: raw.raw_graph_calls(count, RUNS),
                NEXUS: batched(calls, stream.synchronize, RUNS),
            },
            effort,
            peer=RAW,
            bar=Bar(1.1),
        )
    )
    results.append(
        compare(
            f"schedule of {NODES} launches, to the end",
            "us",
            {RAW: lambda count: raw.raw_graphs_to_the_end(count), NEXUS: timed(runs_to_the_end)},
            effort,
            peer=RAW,
            bar=Bar(1.1),
        )
    )
    pinned = device.create_host_buffer(COPY_BYTES, dtype="uint8").numpy()
    pinned[:] = 1
    buffer = device.create_buffer(COPY_BYTES, dtype="uint8")
    copies: list[tuple[str, Run, Callable[[], object]]] = [
        ("64 MiB from pinned memory", lambda count: raw.raw_copies_to_device(count), lambda: buffer.copy_from(pinned)),
        ("64 MiB to pinned memory", lambda count: raw.raw_copies_to_host(count), lambda: buffer.copy_to(pinned)),
    ]
    for title, peer, copy in copies:
        results.append(compare(title, "us", {RAW: peer, NEXUS: looped(copy)}, effort, peer=RAW, bar=Bar(1.02)))
    return results, notes


def main() -> int:
    options = program.parser(__doc__).parse_args()
    device = nexus.get_device("cuda:0")
    effort = Effort(rounds=5 if options.quick else 15, sample_seconds=0.02, settle_seconds=0.005)
    with tempfile.TemporaryDirectory(prefix="nexus-benchmark-") as folder:
        results, notes = measure(device, effort, Path(folder))
    about = program.describe(GPU=device.get_property_str("Name"), driver=device.get_property_str("DriverVersion"))
    others = [name for name in PEERS if any(name in result.medians for result in results)]
    program.show(about, results, options.json, others, notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
