"""How this package starts processes of its own."""

from __future__ import annotations

import sys
from pathlib import Path

# The folder that the user is in is never on the path, since files that lie among documents would be imported and run; the folder
# of this package goes first only if it is not on the path already.
_START = (
    "import sys\nfrom importlib import import_module\nroot, module = sys.argv.pop(1), sys.argv.pop(1)\n"
    "if root not in sys.path:\n    sys.path.insert(0, root)\nraise SystemExit(import_module(module).main())"
)
_ROOT = str(Path(__file__).resolve().parents[1])


def command_for(module: str, *arguments: str) -> list[str]:
    """The command that runs `main` of a module of this package in a new Python, with its arguments in `sys.argv`."""
    return [sys.executable, "-P", "-c", _START, _ROOT, module, *arguments]
