"""The knowledge base from the command line. `python -m knowledge` and `alvh knowledge`."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from knowledge.commands.parser import error_to_json, one_line, parser_for
from knowledge.errors import KnowledgeError
from knowledge.processes import encode_in_one_thread

_COMMANDS = {
    "add": ("adding", "add"),
    "import": ("adding", "import_base"),
    "export": ("adding", "export_base"),
    "remove": ("adding", "remove"),
    "restore": ("adding", "restore"),
    "reencode": ("adding", "reencode"),
    "list": ("reading", "list_documents"),
    "show": ("reading", "show_document"),
    "search": ("reading", "search"),
    "conflicts": ("conflicts", "conflicts"),
    "stats": ("reading", "stats"),
    "check": ("upkeep", "check"),
    "evaluate": ("evaluating", "evaluate"),
    "new": ("upkeep", "new"),
}


def main(argv: Sequence[str] | None = None, prog: str = "knowledge") -> int:
    """Run a command and return the exit code: 0 done, 1 a defect of the program, 2 bad input with one line on standard error for each refusal, 130 stopped by Ctrl-C.

    With --json a refusal of the whole command is an object on standard output too.
    """
    json = "--json" in (sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its number
    try:
        code = _run(argv, prog)
        sys.stdout.flush()
        return code
    except KnowledgeError as error:
        return _refused(prog, error, json)
    except KeyboardInterrupt:
        print(f"{prog}: stopped; what was reported is kept", file=sys.stderr)
        return 130
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # what is still buffered has no reader, and must not fail once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0  # whoever read the output has seen enough
        where = error.filename or "standard output"
        return _refused(prog, KnowledgeError(str(where), f"cannot be written or read ({error.strerror})", "make room, or use another place"), False)
    except Exception as error:
        problem = f"a defect of the program ({type(error).__name__}: {str(error)[:200]})"
        _refused(prog, KnowledgeError("program", problem, "please report it with the input"), json)
        return 1


def _run(argv: Sequence[str] | None, prog: str) -> int:
    options = parser_for(prog).parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))
    module, function = _COMMANDS[options.command]
    encode_in_one_thread()
    command: Callable[[argparse.Namespace, str], int] = getattr(import_module(f"knowledge.commands.{module}"), function)
    return command(options, prog)


def _refused(prog: str, error: KnowledgeError, json: bool) -> int:
    if json:
        print(error_to_json(error), flush=True)
    print(f"{prog}: {one_line(error)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
