"""A line on stderr that tells how far long work is."""

import sys
import threading
import time
from types import TracebackType
from typing import TextIO

from nexus.kernel_runs.display import show_seconds

_DELAY = 0.5
_PERIOD = 0.1
_WIDTH = 24


class Progress:
    """Shows what is going on, from half a second after the start on, if stderr is a terminal. A context manager."""

    def __init__(self, title: str, total: int = 0, file: "TextIO | None" = None) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._file = file or sys.stderr
        self._start = time.monotonic()
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, title: str, total: int = 0) -> None:
        """The next part of the work, of `total` steps; 0 if it has none."""
        self._title, self._total, self._done = title, total, 0
        self._start = time.monotonic()

    def advance(self) -> None:
        """One step is done."""
        self._done += 1

    def __enter__(self) -> "Progress":
        if self._file.isatty():
            self._thread = threading.Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: "type[BaseException] | None", error: "BaseException | None", trace: "TracebackType | None"
    ) -> None:
        self._is_over.set()
        if self._thread:
            self._thread.join()

    def _show(self) -> None:
        is_shown = False
        while not self._is_over.wait(_PERIOD):
            seconds = time.monotonic() - self._start
            if is_shown or seconds >= _DELAY:
                is_shown = True
                self._file.write(f"\r\033[K{self._line(seconds)}")
                self._file.flush()
        if is_shown:
            self._file.write("\r\033[K")
            self._file.flush()

    def _line(self, seconds: float) -> str:
        if not self._total:
            return f"{self._title}: {show_seconds(round(seconds, 1))}"
        done = min(self._done, self._total)
        filled = _WIDTH * done // self._total
        left = f", {show_seconds(seconds / done * (self._total - done))} left" if done else ""
        return f"{self._title}: [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{self._total}{left}"
