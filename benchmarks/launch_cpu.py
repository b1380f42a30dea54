"""Cost of Nexus on the CPU beside OpenMP in C, NumPy, numba and OpenCL, all in one process and in interleaved rounds.

    python benchmarks/launch_cpu.py [--quick] [--json FILE] [--only WORD] [--no-others]

README.md says what each line means.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness import program
from harness.result import Result
from harness.timing import Effort
from measures import bindings, launches, lifetimes, memory, scaling, start_up, throughput
from measures.setting import Setting, prepare
from peers.openmp import OpenMP

import nexus

THOROUGH = Effort(rounds=21, sample_seconds=0.03)
QUICK = Effort(rounds=5, sample_seconds=0.01, lifetimes=20_000)

Measure = Callable[[Setting], Result | list[Result]]

WITHOUT_KERNELS: list[Measure] = [start_up.import_and_list, start_up.read_property, bindings.numpy_view]
WITH_KERNELS: list[Measure] = [
    launches.empty_block,
    launches.small_replay,
    launches.small_batch,
    throughput.saxpy,
    throughput.large_vadd,
    scaling.two_threads,
    launches.direct_calls,
    bindings.launch,
    bindings.arrays_into_launches,
]
OF_MEMORY: list[Measure] = [memory.create_from_array, memory.create_small, memory.copy_and_fill, lifetimes.lifetimes]


def facts(setting: Setting) -> dict[str, str]:
    threads = str(setting.device.get_property_int("ThreadCount"))
    openmp = "absent" if setting.openmp is None else f"{setting.openmp.compiler}, {setting.openmp.threads} threads"
    return program.describe(**{"C++ compiler": setting.compiler, "threads": threads, OpenMP.name: openmp})


def measure(setting: Setting, only: str) -> list[Result]:
    chosen = WITHOUT_KERNELS + (WITH_KERNELS if setting.library is not None else []) + OF_MEMORY
    results: list[Result] = []
    for each in chosen:
        name = f"{each.__module__.rpartition('.')[2]}.{each.__name__}"
        if only not in name:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        got = each(setting)
        results.extend(got if isinstance(got, list) else [got])
    return results


def main() -> int:
    parser = program.parser(__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="only measures whose name contains this")
    parser.add_argument("--no-others", action="store_true", help="leave out numba and OpenCL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexus-benchmark-") as folder:
        effort = QUICK if options.quick else THOROUGH
        setting = prepare(nexus.get_device("cpu:0"), effort, Path(folder), with_others=not options.no_others)
        about = facts(setting)
        results = measure(setting, options.only)
    program.show(about, results, options.json, setting.others, setting.notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
