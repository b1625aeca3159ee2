"""How this package starts processes of its own, and how many threads they compute in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# The folder that the user is in is never on the path, since files that lie among documents would be imported and run; the folder
# of this package goes first only if it is not on the path already.
_START = (
    "import sys\nfrom importlib import import_module\nroot, module = sys.argv.pop(1), sys.argv.pop(1)\n"
    "if root not in sys.path:\n    sys.path.insert(0, root)\nraise SystemExit(import_module(module).main())"
)
_ROOT = str(Path(__file__).resolve().parents[1])


_THREADS = "OPENBLAS_NUM_THREADS"


def encode_in_one_thread() -> None:
    """To be called before numpy is loaded: one text is too small for threads to help, and their number changes the last digits of its vector."""
    os.environ[_THREADS] = "1"


def environment_of_many_threads() -> dict[str, str]:
    """The environment of a process that encodes in bulk."""
    return {name: value for name, value in os.environ.items() if name != _THREADS}


def command_for(module: str, *arguments: str) -> list[str]:
    """The command that runs `main` of a module of this package in a new Python, with its arguments in `sys.argv`."""
    return [sys.executable, "-P", "-c", _START, _ROOT, module, *arguments]
