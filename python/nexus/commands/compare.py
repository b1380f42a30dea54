"""nexus compare: the same kernels with the same inputs on every device."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import nexus
from nexus.kernel_runs import options as run_options
from nexus.kernel_runs.code import Code
from nexus.kernel_runs.difference import Difference, compare
from nexus.kernel_runs.display import show_seconds, show_size, show_table
from nexus.kernel_runs.generated import DEFAULT_SIZE, generated_argument, generated_size
from nexus.kernel_runs.given import bind
from nexus.kernel_runs.isolated import Attempt, Inbox
from nexus.kernel_runs.launch import Inputs, Launch, make_inputs
from nexus.kernel_runs.progress import Progress

DESCRIPTION = """
Run the kernels of a file on every device with the same inputs, and compare results and times. What a kernel is
launched with is given here, or by a comment in the source (nexus run: KERNEL NAME=VALUE... --grid G --block B), else it
is made up. Exit code: 0 all results agree; 1 results differ, a run crashed or hung, or nothing ran; 2 wrong options;
130 interrupted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.usage = "nexus compare FILE [KERNEL [ARGUMENT...]] [options]"
    run_options.add_file_arguments(parser)
    run_options.add_launch_arguments(parser)
    run_options.add_run_arguments(parser, repeat=5)
    add = parser.add_argument
    add("--device", action="append", default=[], metavar="ID", help="only this device; may be given more than once")
    add("--reference", metavar="ID", help="the device that is right; else cpu:0, else the first that runs the kernel")
    add("--size", type=run_options.positive, default=DEFAULT_SIZE, metavar="N", help="elements of a generated array")
    add("--timeout", type=run_options.seconds, default=300.0, metavar="S", help="seconds for one run (default 300)")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    devices = _devices(options.device, options.reference)
    code = run_options.code_of(options)
    with Progress(f"loading {code.path}"):
        kernels = _kernels(options, code, devices)
    comparisons = []
    for kernel in kernels:
        comparison = _compare(options, code, kernel, devices)
        comparisons.append(comparison)
        if not options.json:
            print("\n".join(comparison.lines()), end="\n\n", flush=True)
    is_good = all(comparison.is_good for comparison in comparisons)
    if options.json:
        found = [comparison.to_json() for comparison in comparisons]
        json.dump({"file": code.path, "agrees": is_good, "kernels": found}, sys.stdout, indent=2)
        print()
    else:
        print(_verdict(comparisons))
    return 0 if is_good else 1


@dataclass
class _Comparison:
    """One kernel on every device. The reference is "" if it ran nowhere."""

    launch: Launch
    inputs: Inputs
    attempts: list[Attempt]
    reference: str
    differences: dict[str, list[Difference]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return bool(self.reference) and not self.bad_devices()

    def bad_devices(self) -> list[str]:
        """Those whose results differ, and those on which it crashed or hung."""
        differ = [device for device, found in self.differences.items() if not all(one.agrees for one in found)]
        return differ + [attempt.device for attempt in self.attempts if attempt.state == "failed"]

    def lines(self) -> Iterator[str]:
        launch = self.launch
        shared = f", {launch.shared_bytes} bytes of shared memory" if launch.shared_bytes else ""
        yield f"{launch.kernel}: grid {show_size(launch.grid)}, block {show_size(launch.block)}{shared}"
        if self.inputs.given:
            yield "  " + "  ".join(one.text for one in self.inputs.given)
        yield from show_table([["device", "name", "min", "median", "result"], *map(self._row, self.attempts)])

    def _row(self, attempt: Attempt) -> list[str]:
        if attempt.state != "ran":
            reason = attempt.reason.splitlines()[0] if attempt.reason else ""
            return [attempt.device, attempt.name, "-", "-", f"{attempt.state}: {reason}"]
        seconds = attempt.report["seconds"]
        clock = "" if attempt.report["clock"] == "device" else " (host)"
        times = [show_seconds(value) + clock for value in (min(seconds), median(seconds))]
        return [attempt.device, attempt.name, *times, self._result(attempt.device)]

    def _result(self, device: str) -> str:
        if device == self.reference:
            return "reference"
        differences = self.differences[device]
        wrong = [one.describe() for one in differences if not one.agrees]
        if wrong:
            return "; ".join(wrong)
        largest = max((one.largest for one in differences), default=None)
        return "ran; nothing to compare" if largest is None else f"agrees, largest difference {largest:.3g}"

    def to_json(self) -> dict[str, Any]:
        launch = self.launch
        return {
            "kernel": launch.kernel,
            "grid": list(launch.grid),
            "block": list(launch.block),
            "shared_bytes": launch.shared_bytes,
            "arguments": [one.text for one in self.inputs.given],
            "reference": self.reference or None,
            "devices": [
                {
                    "id": attempt.device,
                    "name": attempt.name,
                    "state": attempt.state,
                    "reason": attempt.reason,
                    "clock": attempt.report.get("clock"),
                    "seconds": attempt.report.get("seconds", []),
                    "differences": [one.to_json() for one in self.differences.get(attempt.device, [])],
                }
                for attempt in self.attempts
            ],
        }


def _devices(ids: Sequence[str], reference: "str | None") -> list[nexus.Device]:
    """The devices to compare, the one that is to be the reference first."""
    found = [nexus.get_device(one) for one in ids]
    if not ids:
        found = [device for runtime in nexus.get_runtimes() for device in runtime.devices]
    if not found:
        raise nexus.UnavailableError("no device was found; nexus info tells why")
    first = nexus.get_device(reference) if reference else next((one for one in found if one.id == "cpu:0"), found[0])
    return list({device.id: device for device in (first, *found)}.values())


def _kernels(options: argparse.Namespace, code: Code, devices: Sequence[nexus.Device]) -> list[nexus.Kernel]:
    """The kernels of the file, as the first device tells that can load it."""
    reasons = []
    for device in devices:
        try:
            library = code.load(device)
        except nexus.Error as error:
            reasons.append(str(error))
            continue
        kernels = run_options.chosen_kernels(options, library)
        if not kernels:
            raise nexus.InvalidArgumentError(f"{code.path} does not tell its kernels: name one of them")
        return kernels
    raise nexus.UnavailableError("\n".join([f"no device can run '{code.path}'", *dict.fromkeys(reasons)]))


def _compare(
    options: argparse.Namespace, code: Code, kernel: nexus.Kernel, devices: Sequence[nexus.Device]
) -> _Comparison:
    launch = _launch(options, code, kernel)
    inputs = make_inputs(launch, kernel, options.seed)
    attempts = []
    with (
        tempfile.TemporaryDirectory(prefix="nexus-compare-") as folder,
        Progress(f"comparing {kernel.name}", len(devices)) as progress,
    ):
        inbox = Inbox(folder, code, launch, inputs)
        for device in devices:
            attempts.append(inbox.run(device, options.repeat, options.timeout))
            progress.advance()
    reference = next((attempt for attempt in attempts if attempt.state == "ran"), None)
    if options.reference and attempts[0].state != "ran":
        raise nexus.UnavailableError(f"the reference {attempts[0].device}: {attempts[0].state}: {attempts[0].reason}")
    comparison = _Comparison(launch, inputs, attempts, reference.device if reference else "")
    for attempt in attempts:
        if reference and attempt.state == "ran" and attempt is not reference:
            comparison.differences[attempt.device] = [
                compare(title, attempt.results[i], reference.results[i], options.rtol, options.atol)
                for i, title in inputs.results.items()
            ]
    return comparison


def _launch(options: argparse.Namespace, code: Code, kernel: nexus.Kernel) -> Launch:
    """The launch, with what nobody gave made up."""
    grid, block = generated_size(options.size)
    launch = run_options.launch_of(options, code.run_line(kernel.name), kernel.name, grid, block)
    default = generated_argument(kernel.arguments or (), options.size)
    return Launch(kernel.name, bind(kernel, launch.given, default), launch.grid, launch.block, launch.shared_bytes)


def _verdict(comparisons: Sequence[_Comparison]) -> str:
    bad = [comparison.launch.kernel for comparison in comparisons if not comparison.is_good]
    if bad:
        return f"{len(bad)} of {len(comparisons)} kernels failed: {', '.join(bad)}"
    if all(len(comparison.differences) == 0 for comparison in comparisons):
        return "Only one device ran; there was nothing to compare."
    return "All results agree."
