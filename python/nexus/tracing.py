"""Traces of what devices do."""

import os
from types import TracebackType

from nexus._nexus import start_trace, stop_trace


class Trace:
    """A trace of every command, copy and wait of every device: see nexus.trace()."""

    def __init__(self, path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> None:
        self._path = path
        self._is_running = False

    def start(self) -> "Trace":
        """Begin to write. Raises InvalidArgumentError if any trace is being written already."""
        start_trace(self._path)
        self._is_running = True
        return self

    def stop(self) -> None:
        """End the trace and close its file; nothing happens if this one is not being written."""
        if self._is_running:
            self._is_running = False
            stop_trace()

    __enter__ = start

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def trace(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Trace:
    """Write what every device does to a file, for chrome://tracing or Perfetto, while the block runs.

    with nexus.trace("run.json"):
        schedule.run()

    Without a block: trace = nexus.trace("run.json").start(), then trace.stop(). Commands that have not
    completed a second after the end are left out. There is one trace at a time. NEXUS_TRACE=FILE traces a
    whole program.
    """
    return Trace(path)
