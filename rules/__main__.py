"""The engine from the command line: JSON in, JSON out. `python -m rules` and `alvh rules`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from rules.canonical import to_json
from rules.errors import RulesError


def main(argv: Sequence[str] | None = None, prog: str = "rules") -> int:
    """Run a command and return the exit code: 0 done, 2 bad input with one line on standard error."""
    options = _parser(prog).parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))
    try:
        sys.stdout.write(_COMMANDS[options.command](options) + "\n")
        sys.stdout.flush()
    except RulesError as error:
        print(f"{prog}: {one_line(error)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered has no reader either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line; sub-commands inherit it."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")


def one_line(text: object) -> str:
    """A message without line breaks and control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in str(text)).split())


def _parser(prog: str) -> argparse.ArgumentParser:
    common = _OneLineParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--parameters", metavar="FILE", help="a file that changes parameters")
    common.add_argument("--knowledge", metavar="DIR", help=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="JSON output")
    parser = _OneLineParser(parents=[common], prog=prog, description="The ALVH rules and sizing engine. JSON in, JSON out.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", parents=[common], help="the calculators")
    show = commands.add_parser("show", parents=[common], help="a calculator's inputs as JSON Schema, and an example")
    show.add_argument("name")
    commands.add_parser("parameters", parents=[common], help="every number of the method with its basis")
    run = commands.add_parser("run", parents=[common], help="run a calculator on a JSON object")
    run.add_argument("name")
    run.add_argument("file", nargs="?", default="-", help="a JSON file; - or nothing reads standard input")
    run.add_argument("--format", choices=("json", "table", "markdown"), default="json")
    return parser


def _parameters(options: argparse.Namespace) -> Any:
    from rules.parameters import load_parameters

    shipped = load_parameters()
    if options.parameters is None:
        return shipped
    from rules.parameter_file import overlaid

    return overlaid(shipped, Path(options.parameters))


def _list(options: argparse.Namespace) -> str:
    from rules.catalogue import MODULES
    from rules.report import as_columns

    return to_json(dict(MODULES), indent=2) if options.json else "\n".join(as_columns(list(MODULES.items())))


def _show(options: argparse.Namespace) -> str:
    from rules.catalogue import calculator

    module = calculator(options.name)
    shown = {
        "name": module.NAME,
        "description": module.DESCRIPTION,
        "explained_in": module.SOURCES,
        "input_schema": module.Input.model_json_schema(),
        "result_schema": module.Result.model_json_schema(),
        "example": module.EXAMPLE,
    }
    return to_json(shown, indent=2)


def _show_parameters(options: argparse.Namespace) -> str:
    from rules.report import as_columns, format_number

    found = _parameters(options)
    if options.json:
        rows = [
            {
                "id": p.id,
                "value": p.value,
                "unit": p.unit,
                "basis": p.basis,
                "range": None if p.low is None else [p.low, p.high],
                "reference": None if p.reference is None else p.reference.as_dict(),
                "reason": p.reason,
                "note": p.note,
            }
            for p in found.values()
        ]
        return to_json({"dated": found.dated, "sha256": found.sha256, "parameters": rows}, indent=2)
    return "\n".join(
        as_columns([[p.id, "(table)" if p.unit == "table" else format_number(p.value, p.unit), p.unit, p.basis] for p in found.values()])
    )


def _run(options: argparse.Namespace) -> str:
    from rules.catalogue import calculator
    from rules.engine import parse_json, run

    module = calculator(options.name)
    if options.file == "-" and sys.stdin.isatty():
        raise RulesError("standard input", "is a terminal", f"pipe a JSON object in, for example {to_json(module.EXAMPLE)}")
    raw = parse_json(_read(options.file), "standard input" if options.file == "-" else options.file)
    calculation = run(options.name, raw, _parameters(options)).as_dict()
    if options.format == "json":
        return to_json(calculation, indent=2)
    from rules.report import as_markdown, as_table

    return as_table(calculation) if options.format == "table" else as_markdown(calculation)


def _read(file: str) -> str:
    source = "standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise RulesError(source, f"cannot be read ({error.strerror})", "name a readable JSON file, or - for standard input") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError(source, "is not UTF-8 text", "give a JSON file") from error
    if not text.strip():
        raise RulesError(source, "is empty", "give a JSON object; `rules show NAME` prints an example")
    return text


_COMMANDS = {"list": _list, "show": _show, "parameters": _show_parameters, "run": _run}

if __name__ == "__main__":
    raise SystemExit(main())
