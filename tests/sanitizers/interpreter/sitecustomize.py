"""What an interpreter runs at its start that has a sanitizer's runtime before it.

Compilers and shells do not bear that runtime: of the programs that the interpreter starts only interpreters get it.
"""

import os
import sys

os.environ.pop("LD_PRELOAD", None)
sys.executable = os.environ["NEXUS_SANITIZED_PYTHON"]
