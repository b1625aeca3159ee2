"""The command that measures: evaluate."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from knowledge.commands.adding import reencode_if_asked
from knowledge.commands.progress import bar
from knowledge.commands.shared import opened, show
from knowledge.errors import KnowledgeError
from knowledge.evaluation import EXAMPLE, SYSTEMS, Figure, Item, Outcome, figures, item_from, lead, outcomes, worst
from knowledge.files import lines_of
from knowledge.parsing import parse_json_object

MEASURES = ("recall_at_1", "recall_at_5", "mrr_at_10")


def evaluate(options: argparse.Namespace, prog: str) -> int:
    """Recall, reciprocal rank and answer hits over a file of questions, by style and system."""
    items = _items(options.file)
    base = opened(options)
    reencode_if_asked(base)
    found: list[Outcome] = []
    with bar("asking", len(items), "questions") as shown:
        for outcome in outcomes(base, items):
            found.append(outcome)
            shown.update(1)
    styles = sorted({outcome.item.style for outcome in found})
    tables = {"all": figures(found)} | {style: figures([outcome for outcome in found if outcome.item.style == style]) for style in styles}
    value: dict[str, Any] = {
        "file": options.file,
        "encoder": base.store.encoder_identity,
        "n": len(found),
        "by_style": {
            style: {part: {name: asdict(item) for name, item in row.items()} for part, row in table.items()} for style, table in tables.items()
        },
        "lead_over_lexical": asdict(lead(found, "pipeline", "lexical")),
        "worst": [
            {"id": outcome.item.id, "question": outcome.item.question, "ranks": dict(outcome.ranks), "hit": outcome.hit} for outcome in worst(found)
        ],
    }
    base.close()
    show(options, value, lambda: "\n".join(_lines(tables, value)))
    return 0


def _items(file: str) -> list[Item]:
    items = [
        item_from(parse_json_object(line, f"{file}, line {number}", EXAMPLE), f"{file}, line {number}", number) for number, line in lines_of(file)
    ]
    if not items:
        raise KnowledgeError(file, "holds no questions", f"write {EXAMPLE} on each line")
    return items


def _lines(tables: dict[str, dict[str, dict[str, Figure]]], value: dict[str, Any]) -> list[str]:
    lines = [f"{value['n']} questions, encoder {value['encoder']}; 95 % intervals in brackets, under 30 questions counts"]
    for style, table in tables.items():
        lines.append(f"\n{style}, n = {table['answer']['hit_rate'].n}")
        for system in SYSTEMS:
            cells = "  ".join(f"{name} {_cell(table[system][name])}" for name in MEASURES)
            lines.append(f"  {system:9} {cells}")
        lines.append(f"  answers   hold what they should {_cell(table['answer']['hit_rate'])}")
    lead_over = value["lead_over_lexical"]
    lines.append(f"\npipeline over words alone, MRR at 10: {_cell(Figure(**lead_over))}")
    lines.append("\nworst:")
    lines += [f"  {entry['id']}  rank {entry['ranks']['pipeline']}  {entry['question']}" for entry in value["worst"]]
    return lines


def _cell(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return f"{figure.value * figure.n:.3g} of {figure.n}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
