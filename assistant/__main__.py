"""The `alvh` command: asks, mounts the commands of `rules` and `knowledge`, and opens the terminal UI."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from assistant.session import Session

COMMANDS = ("ask", "rules", "knowledge", "serve")
_WITH_VALUE = ("--knowledge", "--parameters")
_USAGE = """usage: alvh [--knowledge DIR] [--parameters FILE] [COMMAND ...]

  alvh                         the terminal UI
  alvh ask "QUESTION"          one answer on standard output (alvh ask --help)
  alvh rules ...               the rules and sizing engine (alvh rules --help)
  alvh knowledge ...           the documents that answers come from (alvh knowledge --help)
  alvh serve                   the terminal UI in a browser (alvh serve --help)
  alvh --version | --help

Educational only: no recommendation to trade."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 answered, 1 a defect of the program, 2 bad input, 3 not answered."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins reads every installed package
    arguments = list(sys.argv[1:] if argv is None else argv)
    misplaced = _misplaced_packages()
    if misplaced:
        print(
            f"alvh: installation: another package provides {misplaced}; install alvh-assistant into an environment of its own (pipx, uv tool)",
            file=sys.stderr,
        )
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a character shows its number
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        if argv is None:
            gc.freeze()  # the process ends here: what it built need not be searched for cycles first
        return code
    except OSError as error:
        from rules.commands import output
        from rules.commands.command_line import one_line

        output.drop()
        if isinstance(error, BrokenPipeError):
            return 0  # whoever read the output has seen enough
        where = error.filename or "standard output"
        print(f"alvh: {one_line(f'{where}: cannot be written or read ({error.strerror}); make room, or use another place')}", file=sys.stderr)
        return 2
    except Exception as error:
        return _failed(arguments, error)


def _failed(arguments: Sequence[str], error: Exception) -> int:
    """Say what is wrong with the input (2) or with the program (1): in one line on standard error, with --json as an object on standard output too."""
    from assistant.refusals import REFUSALS, defect, error_to_json
    from knowledge.commands.parser import one_line

    found, code = (error, 2) if isinstance(error, REFUSALS) else (defect(error), 1)
    command = split_command(arguments)[1]
    if "--json" in arguments:
        print(error_to_json(found), flush=True)
    print(f"{f'alvh {command}' if command in COMMANDS else 'alvh'}: {one_line(found)}", file=sys.stderr)
    return code


def _run(arguments: Sequence[str]) -> int:
    leading, command, rest = split_command(arguments)
    if command == "rules":
        from rules.__main__ import main as rules_main

        return rules_main([*rest, *leading], "alvh rules")
    from knowledge.processes import encode_in_one_thread

    encode_in_one_thread()
    if command is None:
        return _without_command(leading)
    if command == "knowledge":
        from knowledge.__main__ import main as knowledge_main

        return knowledge_main([*rest, *leading], "alvh knowledge")
    if command == "ask":
        return _ask([*rest, *leading])
    if command == "serve":
        from assistant.serving.command import main as serve_main

        return serve_main(_options_parser("alvh serve"), [*rest, *leading])
    from assistant.errors import AssistantError

    raise AssistantError("command", f"{command!r} is not known", f"use one of {', '.join(COMMANDS)}, or nothing for the terminal UI")


def split_command(arguments: Sequence[str]) -> tuple[list[str], str | None, list[str]]:
    """Options before the command, the command (None when there is none), and what follows it."""
    leading: list[str] = []
    position = 0
    while position < len(arguments) and arguments[position].startswith("-"):
        width = 2 if arguments[position] in _WITH_VALUE else 1
        leading += arguments[position : position + width]
        position += width
    if position >= len(arguments):
        return leading, None, []
    return leading, arguments[position], list(arguments[position + 1 :])


def _misplaced_packages() -> str:
    """Names of sibling packages that do not lie beside this one, comma separated."""
    here = Path(__file__).parent.parent
    found = []
    for name in ("rules", "knowledge"):
        spec = find_spec(name)
        if spec is None or spec.origin is None or Path(spec.origin).parent.parent != here:
            found.append(name)
    return ", ".join(found)


def _without_command(leading: Sequence[str]) -> int:
    if "--help" in leading or "-h" in leading:
        print(_USAGE)
        return 0
    if "--version" in leading:
        from assistant import __version__

        print(f"alvh {__version__}")
        return 0
    options = _options_parser("alvh").parse_args(list(leading))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from assistant.errors import AssistantError

        raise AssistantError("terminal", "the UI needs a terminal", 'ask one question with: alvh ask "QUESTION"')
    gc.disable()  # little becomes garbage until the base is open, which switches it on again
    from assistant.tui.running import run_app

    return run_app(options.knowledge, options.parameters)


def _options_parser(prog: str) -> argparse.ArgumentParser:
    from knowledge.commands.parser import OneLineParser

    parser = OneLineParser(prog=prog, usage=_USAGE if prog == "alvh" else None)
    parser.add_argument("--knowledge", metavar="DIR", default=None, help="the knowledge folder")
    parser.add_argument("--parameters", metavar="FILE", default=None, help="a file that changes parameters")
    return parser


def _ask(arguments: Sequence[str]) -> int:
    gc.disable()  # a single question is answered before there is garbage
    parser = _options_parser("alvh ask")
    parser.add_argument("question", nargs="?", help="the question, in quotation marks")
    parser.add_argument("--json", action="store_true", help="the reply as JSON")
    parser.add_argument("--explain", action="store_true", help="also why the answer stands on these documents and not on others")
    parser.add_argument("--as-of", metavar="DATE", default=None, help="the day of the question (today in New York)")
    parser.add_argument("--context", metavar="QUESTION", action="append", default=[], help="a question asked before; may be repeated")
    parser.add_argument("--batch", metavar="FILE", default=None, help="one JSON object with a question on each line; - reads standard input")
    return _answer(parser.parse_args(arguments))


def _answer(options: Any) -> int:
    from assistant.errors import AssistantError
    from assistant.session import checked_question

    if (options.question is None) == (options.batch is None):
        raise AssistantError("question", "is needed, or --batch FILE, and not both", 'give one, for example: alvh ask "What comes first?"')
    if options.question is not None:
        checked_question(options.question)
    as_of = _day(options.as_of)
    session = open_session(options.knowledge, options.parameters)
    if options.parameters is not None:
        session.own_parameters.check()
    if options.batch is not None:
        from assistant.batch import answer_batch

        gc.enable()
        return answer_batch(session, options.batch, as_of)
    reply = session.ask(options.question, as_of, options.context)
    candidates = session.explanation(options.question, options.context) if options.explain else ()
    if options.json:
        from dataclasses import asdict, replace

        print(replace(reply, explanation=tuple(asdict(candidate) for candidate in candidates)).as_json(indent=2))
    else:
        from assistant.explanation import explanation_lines
        from assistant.render import as_text

        print("\n".join([as_text(reply), *(["", *explanation_lines(candidates)] if candidates else [])]))
    return 0 if reply.answered else 3


def _day(given: str | None) -> str:
    """The day of a question as ISO text: as given, else today's in New York. Raises AssistantError for no date."""
    from assistant.session import checked_day

    if given is not None:
        return checked_day(given)
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("America/New_York")).date().isoformat()


def open_session(knowledge: str | None, parameters: str | None, *, reads_files: bool = True) -> Session:
    """A session over the user's knowledge folder, which may read the files that questions name. Raises KnowledgeError for a store that cannot be used."""
    from assistant.session import Session
    from knowledge.base import KnowledgeBase
    from knowledge.settings import knowledge_folder

    return Session(KnowledgeBase(knowledge_folder(knowledge)), None if parameters is None else Path(parameters), reads_files=reads_files)


if __name__ == "__main__":
    raise SystemExit(main())
