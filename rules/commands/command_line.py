"""The command line's words: one table of commands, the parser made from it, and reading of JSON files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rules.canonical import plain_to_json
from rules.errors import RulesError

if TYPE_CHECKING:
    from rules.parameters import Parameters

Output = str | Iterator[bytes]
"""What a command writes: a text that gets a line end, or pieces of whole lines in UTF-8."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command: its names, and what `add_argument` takes beside them."""

    names: tuple[str, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `runs` is "module:function"; the function takes the parsed options and returns an Output."""

    help: str
    runs: str
    arguments: tuple[Argument, ...] = ()


def argument(*names: str, **settings: Any) -> Argument:
    """An argument as `ArgumentParser.add_argument` takes it."""
    return Argument(names, settings)


_RUN = (
    argument("name"),
    argument("file", nargs="?", help="a JSON file; - or nothing reads standard input"),
    argument("--format", choices=("json", "table", "markdown"), default="json"),
    argument("--batch", metavar="FILE.jsonl", help="one JSON object a line, one result a line; - reads standard input"),
    argument("--plot", metavar="FILE.svg", help="draw the charts of the result into a file too: .svg, .png or .pdf"),
    argument("--processes", type=int, metavar="N", help="processes of a batch; all cores without it"),
)
COMMANDS: Mapping[str, Command] = {
    "list": Command("the calculators", "rules.commands.basic:list_calculators"),
    "show": Command("a calculator's inputs as JSON Schema, and an example", "rules.commands.basic:show", (argument("name"),)),
    "parameters": Command("every number of the method with its basis", "rules.commands.basic:show_parameters"),
    "run": Command("run a calculator on a JSON object, or on every line of a file", "rules.commands.basic:run", _RUN),
    "explain": Command(
        "why a saved plan orders or waits, or what a value rests on",
        "rules.explaining.explain:command",
        (
            argument("file", help="what `run` wrote; - reads standard input"),
            argument("name", nargs="?", help="a step, a result or a check of a plan"),
        ),
    ),
    "compare": Command(
        "what changed between two saved calculations, and what changed it",
        "rules.explaining.compare:command",
        (argument("file_a"), argument("file_b")),
    ),
    "follow": Command(
        "a saved plan on a later day's market: P/L, drift, what to roll, what comes next",
        "rules.commands.follow:command",
        (
            argument("plan", help="what `run plan-hedge` wrote"),
            argument("market", help="JSON with as_of, market, [signals], [holdings], [condors]"),
            argument("--move", action="append", default=[], metavar="LEG=POINTS", help="what if a strike were moved, as short_put=-25"),
            argument("--format", choices=("json", "table"), default="json"),
        ),
    ),
    "estimate-betas": Command(
        "VIX betas from a settlement file, as a parameter overlay",
        "rules.commands.estimate_betas:command",
        (argument("file"), argument("--vix", metavar="FILE", help="closes of the VIX, where the settlement file has no vix column")),
    ),
}


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are those of the package; sub-commands inherit it."""

    def error(self, message: str) -> NoReturn:
        """Raise RulesError."""
        raise RulesError("command line", message, f"see {self.prog} --help")

    def print_help(self, file: Any = None) -> None:
        """Write the help; a failure to write is not swallowed, as the parser's own writing does."""
        stream = sys.stdout if file is None else file
        if stream is not None:
            stream.write(self.format_help())
            stream.flush()


class _CommandParser(_OneLineParser):
    """The parser of a command: its options may stand before, between and after its files."""

    _sorting = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Options first, then what is left as files, which `parse_known_intermixed_args` does with two calls of this."""
        if self._sorting:
            return super().parse_known_args(args, namespace)
        self._sorting = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._sorting = False


def one_line(text: object) -> str:
    """A message without line breaks and control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in str(text)).split())


def error_to_json(error: RulesError) -> str:
    """A refusal as canonical JSON on one line, without line breaks and control characters in its texts."""
    return plain_to_json(RulesError(one_line(error.field), one_line(error.problem), one_line(error.remedy)).as_object())


def parsed(argv: Sequence[str] | None, prog: str) -> argparse.Namespace:
    """The options of a command line. Raises RulesError when they cannot be used."""
    common = _CommandParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--parameters", metavar="FILE", help="a file that changes parameters")
    common.add_argument("--knowledge", metavar="DIR", help=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="JSON output")
    parser = _OneLineParser(parents=[common], prog=prog, description="The ALVH rules and sizing engine. JSON in, JSON out.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_CommandParser)
    for name, command in COMMANDS.items():
        words = commands.add_parser(name, parents=[common], help=command.help)
        for each in command.arguments:
            words.add_argument(*each.names, **each.settings)
    return parser.parse_args(argv, argparse.Namespace(knowledge=None, parameters=None, json=False))


def given_parameters(options: argparse.Namespace) -> Parameters:
    """The shipped parameters, with the values of the file that `--parameters` names laid over them."""
    from rules.parameters import load_parameters

    shipped = load_parameters()
    if options.parameters is None:
        return shipped
    from rules.parameter_file import overlaid

    return overlaid(shipped, Path(options.parameters))
