"""nexus run: any kernel from the shell."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import nexus
from nexus.kernel_runs import options as run_options
from nexus.kernel_runs.code import Code
from nexus.kernel_runs.difference import Difference, compare
from nexus.kernel_runs.display import show_seconds, show_size, show_table
from nexus.kernel_runs.given import describe
from nexus.kernel_runs.inputs import Array
from nexus.kernel_runs.launch import Inputs, Launch, Outcome, execute, make_inputs
from nexus.kernel_runs.outputs import output_files, save
from nexus.kernel_runs.progress import Progress

DESCRIPTION = """
Run a kernel of a source, built library or catalog on arrays and numbers. Without KERNEL: list the kernels of the file.
Exit code: 0 done; 1 failed, or --check found a difference; 2 wrong options; 130 interrupted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.usage = "nexus run FILE [KERNEL [ARGUMENT...]] [options]"
    run_options.add_file_arguments(parser)
    run_options.add_launch_arguments(parser)
    run_options.add_run_arguments(parser)
    add = parser.add_argument
    add("--device", metavar="ID", help="the device, such as opencl:0; else NEXUS_DEVICE, else the first")
    add(
        "--out",
        action="append",
        default=[],
        metavar="ARGUMENT=FILE",
        help="save a result, by name or position, as .npy",
    )
    add("--check", metavar="ID", help="run on this device too, and compare the results")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    device = nexus.get_device(options.device)
    code = run_options.code_of(options)
    with Progress(f"loading {code.path}") as progress:
        library = code.load(device)
        kernels = run_options.chosen_kernels(options, library)
        if options.kernel:
            result = _run_kernel(options, code, kernels[0], progress)
        else:
            _refuse_run_options(options, library)
            result = None
    if options.json:
        json.dump(result.to_json() if result else _list_json(library, code.path), sys.stdout, indent=2)
        print()
    else:
        for line in result.lines() if result else _list_lines(library):
            print(line)
    return 0 if result is None or result.agrees else 1


@dataclass
class _Result:
    code: Code
    launch: Launch
    inputs: Inputs
    device: nexus.Device
    outcome: Outcome
    files: dict[int, str]
    other: "nexus.Device | None" = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return all(difference.agrees for difference in self.differences)

    def lines(self) -> Iterator[str]:
        launch, outcome, names = self.launch, self.outcome, self.inputs.results
        size = f"grid {show_size(launch.grid)}, block {show_size(launch.block)}"
        yield f"{launch.kernel} on {self.device.id}, {self.device.get_property_str('Name')}: {size}"
        yield from _time_lines(outcome)
        for i, array in outcome.results.items():
            yield f"{names[i]}: {_show_array(array)}"
        for i, path in self.files.items():
            yield f"saved {names[i]} as {path}"
        if self.other:
            for difference in self.differences:
                yield f"{self.other.id}: {difference.describe()}"
            if not self.differences:
                yield f"{self.other.id}: ran too; the kernel has no result to compare"

    def to_json(self) -> dict[str, Any]:
        launch, outcome, names = self.launch, self.outcome, self.inputs.results
        report: dict[str, Any] = {
            "file": self.code.path,
            "kernel": launch.kernel,
            "device": {"id": self.device.id, "name": self.device.get_property_str("Name")},
            "grid": list(launch.grid),
            "block": list(launch.block),
            "shared_bytes": launch.shared_bytes,
            "arguments": [one.text for one in launch.given],
            "clock": outcome.clock,
            "seconds": outcome.seconds,
            "results": [
                {
                    "index": i,
                    "name": names[i],
                    "dtype": array.dtype.name,
                    "shape": list(array.shape),
                    "file": self.files.get(i),
                }
                for i, array in outcome.results.items()
            ],
        }
        if self.other:
            results = [difference.to_json() for difference in self.differences]
            report["check"] = {"device": self.other.id, "agrees": self.agrees, "results": results}
        return report


def _run_kernel(options: argparse.Namespace, code: Code, kernel: nexus.Kernel, progress: Progress) -> _Result:
    launch = run_options.launch_of(options, code.run_line(kernel.name), kernel.name)
    inputs = make_inputs(launch, kernel, options.seed)
    # Whatever is wrong is to be said before the long work.
    files = output_files(options.out, kernel.name, inputs.results)
    other = nexus.get_device(options.check) if options.check else None

    progress.begin(f"{kernel.name} on {kernel.device.id}", options.repeat)
    outcome = execute(launch, kernel, inputs, options.repeat, progress.advance)
    for index, path in files.items():
        save(path, outcome.results[index])
    result = _Result(code, launch, inputs, kernel.device, outcome, files, other)
    if other:
        progress.begin(f"{kernel.name} on {other.id}")
        reference = execute(launch, code.load(other).get_kernel(kernel.name), inputs)
        for i, name in inputs.results.items():
            difference = compare(name, outcome.results[i], reference.results[i], options.rtol, options.atol)
            result.differences.append(difference)
    return result


def _refuse_run_options(options: argparse.Namespace, library: nexus.Library) -> None:
    given = [flag for flag in ("grid", "block", "shared", "out", "check") if getattr(options, flag) not in (None, [])]
    if given:
        raise nexus.InvalidArgumentError(
            f"--{given[0]} needs the name of a kernel; {run_options.tell_kernels(library)}"
        )


def _time_lines(outcome: Outcome) -> Iterator[str]:
    clock = "" if outcome.clock == "device" else ", measured by the host"
    if len(outcome.seconds) == 1:
        yield f"time: {show_seconds(outcome.seconds[0])}{clock}"
        return
    times = outcome.times()
    yield from show_table(
        [["time", *times], [f"{len(outcome.seconds)} runs{clock}", *map(show_seconds, times.values())]]
    )


def _show_array(array: Array) -> str:
    with np.printoptions(threshold=8, edgeitems=3, linewidth=1000, suppress=True):
        values = " ".join(str(array.ravel()).split())
    return f"{array.dtype.name} {show_size(array.shape)} {values}"


def _list_lines(library: nexus.Library) -> Iterator[str]:
    for kernel in library.kernels:
        arguments = kernel.arguments
        if arguments is None:
            yield f"{kernel.name}: the library does not tell its arguments"
        else:
            yield f"{kernel.name}({', '.join(map(describe, arguments))})"
    if not library.kernels:
        yield "The library does not tell its kernels; those that you know of can be run by name."


def _list_json(library: nexus.Library, path: str) -> dict[str, Any]:
    kernels = [
        {"name": kernel.name, "shared_bytes": kernel.shared_bytes, "arguments": _arguments_json(kernel.arguments)}
        for kernel in library.kernels
    ]
    return {"file": path, "device": library.device.id, "kernels": kernels}


def _arguments_json(arguments: "Sequence[nexus.KernelArgument] | None") -> "list[dict[str, str]] | None":
    if arguments is None:
        return None
    return [
        {
            "name": argument.name,
            "kind": "buffer" if argument.is_buffer else "number",
            "dtype": str(argument.dtype or "unknown"),
            "access": argument.access,
        }
        for argument in arguments
    ]
