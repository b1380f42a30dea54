"""Files with kernels: sources, built libraries, catalogs."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import nexus

#: Which language a source is written in, by the end of the file's name. Everything else is a built library.
LANGUAGES: Final = {
    ".cpp": "nexus",
    ".cc": "nexus",
    ".cxx": "nexus",
    ".nx": "nexus",
    ".c": "c",
    ".cl": "opencl",
    ".cu": "cuda",
    ".hip": "hip",
    ".metal": "metal",
}

_RUN_LINE = re.compile(r"^\s*(?://|/?\*|#)\s*nexus run:\s*(?P<kernel>\w+)(?P<words>.*?)(?:\*/)?\s*$")

_INCLUDE = re.compile(r"^\s*#\s*include\s*\"", re.MULTILINE)


@dataclass(frozen=True)
class RunLine:
    """A comment in a source that tells how to run a kernel: // nexus run: KERNEL NAME=VALUE... --grid G --block B."""

    kernel: str
    words: str
    place: str


@dataclass(frozen=True)
class Code:
    """A file with kernels, and how it is compiled if it is a source."""

    path: str
    language: str = ""
    options: Sequence[str] = ()
    defines: Sequence[str] = ()

    @property
    def source_language(self) -> str:
        """The language of a source, "" for a built library."""
        return self.language or LANGUAGES.get(os.path.splitext(self.path)[1].lower(), "")

    def load(self, device: nexus.Device) -> nexus.Library:
        """Compiles a source for the device, or loads a built library or catalog."""
        if not self.source_language:
            for flag, given in (("--define", self.defines), ("--option", self.options)):
                if given:
                    raise nexus.InvalidArgumentError(
                        f"{flag} is for sources, but '{self.path}' counts as a built library; --language says otherwise"
                    )
            return device.load_library(self.path)
        text = self._read()
        # What a source includes in quotes lies beside it.
        folder = [f"-I{os.path.dirname(os.path.abspath(self.path))}"] if _INCLUDE.search(text) else []
        return device.create_library(
            text,
            language=self.source_language,
            options=[*self.options, *folder],
            defines=dict(_define(define) for define in self.defines),
            name=self.path,
        )

    def run_line(self, kernel: str) -> "RunLine | None":
        """How the source says that a kernel is run, the first time that it does; None if it does not."""
        if self.source_language:
            for number, line in enumerate(self._read().splitlines(), start=1):
                match = _RUN_LINE.match(line)
                if match and match["kernel"] == kernel:
                    return RunLine(kernel, match["words"], f"{self.path}, line {number}")
        return None

    def _read(self) -> str:
        try:
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        except OSError as error:
            raise nexus.UnavailableError(f"cannot read '{self.path}': {error.strerror}") from None
        except UnicodeDecodeError:
            raise nexus.InvalidArgumentError(
                f"'{self.path}' is no text, so it cannot be compiled; leave --language out to load a built library"
            ) from None


def _define(text: str) -> tuple[str, str]:
    name, has_value, value = text.partition("=")
    return name, value if has_value else "1"
