"""The knowledge base from the command line. `python -m knowledge` and `alvh knowledge`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from knowledge.commands.parser import one_line, parser_for
from knowledge.errors import KnowledgeError

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
    "stats": ("reading", "stats"),
    "check": ("upkeep", "check"),
    "evaluate": ("evaluating", "evaluate"),
    "new": ("upkeep", "new"),
}


def main(argv: Sequence[str] | None = None, prog: str = "knowledge") -> int:
    """Run a command and return the exit code: 0 done, 2 bad input with one line on standard error for each refusal, 130 stopped by Ctrl-C."""
    options = parser_for(prog).parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))
    module, function = _COMMANDS[options.command]
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
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
