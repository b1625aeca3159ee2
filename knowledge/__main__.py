"""The knowledge base from the command line. `python -m knowledge` and `alvh knowledge`."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from knowledge.commands.parser import one_line, parser_for
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
    """Run a command and return the exit code: 0 done, 2 bad input with one line on standard error for each refusal, 130 stopped by Ctrl-C."""
    options = parser_for(prog).parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its number
    module, function = _COMMANDS[options.command]
    encode_in_one_thread()
    run: Callable[[argparse.Namespace, str], int] = getattr(import_module(f"knowledge.commands.{module}"), function)
    try:
        code = run(options, prog)
        sys.stdout.flush()
        return code
    except KnowledgeError as error:
        print(f"{prog}: {one_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{prog}: stopped; what was reported is kept", file=sys.stderr)
        return 130
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # what is still buffered has no reader, and must not fail once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0  # whoever read the output has seen enough
        where = error.filename or "standard output"
        print(f"{prog}: {one_line(f'{where}: cannot be written or read ({error.strerror}); make room, or use another place')}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
