"""What `list`, `show`, `parameters` and `run` write."""

from __future__ import annotations

import argparse
import sys

from rules.canonical import document_to_json, to_json
from rules.commands.command_line import Output, given_parameters
from rules.errors import RulesError
from rules.files import source_name, text_of


def list_calculators(options: argparse.Namespace) -> Output:
    """Every calculator with what it computes."""
    from rules.catalogue import MODULES
    from rules.reports.report import as_columns

    return to_json(dict(MODULES), indent=2) if options.json else "\n".join(as_columns(list(MODULES.items())))


def show(options: argparse.Namespace) -> Output:
    """One calculator: description, articles, schemas, example."""
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


def show_parameters(options: argparse.Namespace) -> Output:
    """Every parameter with value, unit and basis; with --json all that is known of it."""
    from rules.reports.report import as_columns, format_number

    found = given_parameters(options)
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


def run(options: argparse.Namespace) -> Output:
    """One calculation, or with --batch one a line."""
    if options.batch is not None:
        return _run_batch(options)
    if options.processes is not None:
        raise RulesError("--processes", "is for a batch", "leave it out, or give the lines with --batch FILE.jsonl")
    from rules.catalogue import calculator
    from rules.engine import run as calculate
    from rules.json_input import parse_json

    module = calculator(options.name)
    if options.plot is not None:
        _check_plot(options.name, options.plot)
    file = "-" if options.file is None else options.file
    if file == "-" and sys.stdin is not None and sys.stdin.isatty():
        raise RulesError("standard input", "is a terminal", f"pipe a JSON object in, for example {to_json(module.EXAMPLE)}")
    raw, parameters = parse_json(text_of(file), source_name(file)), given_parameters(options)
    calculation = calculate(options.name, raw, parameters).as_dict()
    if options.plot is not None:
        from rules.charts import charts_of
        from rules.plotting.figure import plot

        plot(charts_of(calculation, parameters), options.name, options.plot)
    if options.format == "json":
        return document_to_json(calculation)
    from rules.reports.report import as_markdown, as_table

    return as_table(calculation) if options.format == "table" else as_markdown(calculation)


def _check_plot(name: str, file: str) -> None:
    """Refuse what cannot be drawn before anything is read. Raises RulesError."""
    from rules.charts import DRAWN
    from rules.plotting.figure import checked_ending

    checked_ending(file)
    if name not in DRAWN:
        raise RulesError("--plot", f"{name} has no chart", f"leave it out; charts exist for {', '.join(DRAWN)}")


def _run_batch(options: argparse.Namespace) -> Output:
    if options.file is not None:
        problem = f"and FILE are both given ({options.batch} and {options.file})"
        raise RulesError("--batch", problem, "give one calculation as FILE, or many with --batch FILE.jsonl")
    if options.format != "json":
        raise RulesError("--format", f"{options.format} cannot be written for a batch", "use --format json, or run one calculation")
    if options.plot is not None:
        raise RulesError("--plot", "draws one calculation, not a batch", "leave it out, or run one calculation")
    if options.processes is not None and options.processes < 1:
        raise RulesError("--processes", f"is {options.processes}", "give 1 or more")
    from rules.commands.batch import run_file

    return run_file(options.name, options.batch, given_parameters(options), options.processes)
