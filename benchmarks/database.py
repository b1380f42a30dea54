"""Cost of the database from Python, beside json.load and a dict.

python benchmarks/database.py [--quick] [--json FILE]
"""

import json
import sys
import timeit
from pathlib import Path

from harness import program
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Effort, Run, looped

import nexus

THOROUGH = Effort(rounds=21, sample_seconds=0.02, settle_seconds=0.005)
QUICK = Effort(rounds=5, sample_seconds=0.005, settle_seconds=0.005)

ENTRY = "nvidia-gpu-sm_90"
KEYS = ["ExecutionLimits", "MaxThreadsPerBlock"]
POINTER = "/ExecutionLimits/MaxThreadsPerBlock"
DEEP = "/Rates/Matrix/bf16/fp32/OpsPerClockPerCore"


def timed(statement: str, **names: object) -> Run:
    return timeit.Timer(statement, globals=names).timeit


def measure(effort: Effort) -> list[Result]:
    info = nexus.get_device_info(ENTRY)
    whole = info.to_dict()
    largest = max(nexus.database.find(), key=lambda entry: Path(entry.path).stat().st_size)

    def read_json() -> object:
        with open(largest.path, encoding="utf-8") as file:
            return json.load(file)

    def leaf(title: str, ours: str, theirs: str) -> Result:
        names = {"info": info, "keys": KEYS, "pointer": POINTER, "deep": DEEP}
        runs = {NEXUS: timed(ours, **names), "dict": timed(theirs, whole=whole)}
        return compare(title, "us", runs, effort, peer="dict", bar=Bar(1, "us"))

    of_dict = "whole['ExecutionLimits']['MaxThreadsPerBlock']"
    return [
        leaf("get_int(pointer)", "info.get_int(pointer)", of_dict),
        leaf("get_int(list of keys)", "info.get_int(keys)", of_dict),
        leaf("info[key][key]", "info['ExecutionLimits']['MaxThreadsPerBlock']", of_dict),
        leaf("info.Key.Key", "info.ExecutionLimits.MaxThreadsPerBlock", of_dict),
        leaf(
            "get_flt(pointer), five deep",
            "info.get_flt(deep)",
            "whole['Rates']['Matrix']['bf16']['fp32']['OpsPerClockPerCore']",
        ),
        leaf("get_device_info(name), loaded", f"get('{ENTRY}')".replace("get", "info_of"), bar=None)
        if False
        else compare(
            "get_device_info(name), loaded", "us", {NEXUS: timed(f"get('{ENTRY}')", get=nexus.get_device_info)}, effort
        ),
        compare(
            f"load the largest entry, {largest.entry_name}",
            "ms",
            {NEXUS: looped(lambda: nexus.read_info(largest.path)), "json.load": looped(read_json)},
            effort,
            peer="json.load",
            bar=Bar(2, "ms"),
        ),
        compare(
            "a new database: list, read all, find a product",
            "ms",
            {NEXUS: looped(lambda: nexus.Database.create(nexus.database.folders()).resolve("RTX 4090"))},
            effort.with_rounds(5),
        ),
        compare("to_dict()", "us", {NEXUS: looped(info.to_dict)}, effort),
    ]


def main() -> int:
    options = program.parser(__doc__).parse_args()
    program.show(program.describe(), measure(QUICK if options.quick else THOROUGH), options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
