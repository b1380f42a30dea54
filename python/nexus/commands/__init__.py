"""The commands of the command line, one module each with DESCRIPTION, add_arguments(parser) and run(options).

A module is imported only when its command is called.
"""

from typing import Final

#: The name of each command, which is its module's too, and what `nexus --help` says of it.
COMMANDS: Final = {
    "info": "runtimes and devices with their properties, and why plugins did not load (the default)",
    "run": "run a kernel of a source or library, with files, new arrays and numbers as arguments",
    "compare": "run kernels on every device with the same inputs, and compare results and times",
    "pack": "put binaries for several targets, and sources, into one catalog",
    "catalog": "show the parts of a catalog, and which of them each device takes",
    "cache": "show or delete the compiled programs that are kept on disk",
    "db": "look into the database of architectures, compare, check and extend it",
    "flags": "what makes a compiler build for a device",
    "roofline": "peaks, bandwidth and ridge points of devices, and a plot of them",
}
