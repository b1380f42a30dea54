"""Runs of a kernel in a process of their own, which may crash or hang."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

import nexus
from nexus.kernel_runs.code import Code
from nexus.kernel_runs.display import show_size
from nexus.kernel_runs.inputs import Array
from nexus.kernel_runs.launch import Inputs, Launch


@dataclass
class Attempt:
    """What became of a launch on one device."""

    device: str
    name: str
    state: Literal["ran", "cannot run", "failed"]
    reason: str = ""
    report: dict[str, Any] = field(default_factory=dict)
    results: dict[int, Array] = field(default_factory=dict)


class Inbox:
    """A folder with the inputs of a launch, from which every process reads the same."""

    def __init__(self, folder: str, code: Code, launch: Launch, inputs: Inputs) -> None:
        self._folder = folder
        self._results = inputs.results
        self._command = ["run", code.path, launch.kernel]
        for index, one in enumerate(inputs.given):
            if index in inputs.arrays:
                path = os.path.join(folder, f"input{index}.npy")
                np.save(path, inputs.arrays[index])
                self._command.append(f"{path}:{one.access}")
            else:
                self._command.append(_number(inputs, index))
        self._command += ["--grid", show_size(launch.grid), "--block", show_size(launch.block)]
        self._command += ["--shared", str(launch.shared_bytes)]
        for flag, values in (("--define", code.defines), ("--option", code.options)):
            self._command += [f"{flag}={value}" for value in values]
        if code.language:
            self._command += ["--language", code.language]

    def run(self, device: nexus.Device, repeat: int, timeout: float) -> Attempt:
        """Runs the launch on a device."""
        outputs = {i: os.path.join(self._folder, f"output{i}.npy") for i in self._results}
        command = [*self._command, "--device", device.id, "--repeat", str(repeat), "--json"]
        command += [f"--out={i}={path}" for i, path in outputs.items()]
        title = device.id, device.get_property_str("Name")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "nexus", *command], capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Attempt(*title, "failed", f"not done after {timeout:g} s; --timeout gives it longer")
        if done.returncode < 0:
            return Attempt(*title, "failed", f"crashed by {signal.Signals(-done.returncode).name}")
        if done.returncode:
            reason = re.search(r"^nexus: (.*)", done.stderr, re.MULTILINE | re.DOTALL)
            return Attempt(*title, "cannot run", (reason[1] if reason else done.stderr).strip())
        results = {i: np.load(path) for i, path in outputs.items()}
        # A kernel of the CPU may print, before the report and after it.
        report, _ = json.JSONDecoder().raw_decode(done.stdout, done.stdout.index('{\n  "file"'))
        return Attempt(*title, "ran", report=report, results=results)


def _number(inputs: Inputs, index: int) -> str:
    value = inputs.numbers[index]
    dtype = inputs.given[index].dtype
    return f"{value.item() if isinstance(value, np.generic) else value}" + (f":{dtype}" if dtype else "")
