"""Knowledge written by hand: skeletons, and each mistake named with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.ingest import read_document
from knowledge.ingest.authoring import PLACEHOLDER, problems_of, skeleton
from knowledge.shipped import shipped_files

FILLED = {
    "article": """---
title: "Lamps"
url: https://www.example.com/lamps
author: A. Pilot
date: 2026-05-09
tags: [lamps]
---

## What lamps are for

Lamps guide ships at night.
""",
    "terms": """title: "Lamps"
terms:
  - term: lamp
    aliases: []
    definition: A light for ships.
""",
    "silences": """title: "Lamps"
groups:
  level: [level, threshold]
silences:
  - id: lamp-level
    subject: a level of the lamp
    questions:
      - What level has the lamp?
    terms:
      - [lamp]
      - [$level]
    parameters: []
    nearest: {document_id: layering-order, heading: The fixed order}
""",
}
SUFFIX = {"article": ".md", "terms": ".yaml", "silences": ".yaml"}


@pytest.fixture
def file(tmp_path: Path):
    def write(kind: str, text: str) -> Path:
        path = tmp_path / f"mine{SUFFIX[kind]}"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("kind", FILLED)
def test_a_skeleton_names_each_place_to_fill_in(file, kind):
    text = skeleton(kind, "My lamps")
    path = file(kind, text)
    assert "My lamps" in text
    marked = {number for number, line in enumerate(text.split("\n"), 1) if PLACEHOLDER in line}
    assert marked and marked <= {problem.line for problem in problems_of(path)}


@pytest.mark.parametrize("kind", FILLED)
def test_a_skeleton_that_is_filled_in_is_sound_and_can_be_added(file, kind):
    text = skeleton(kind, "My lamps")
    text = re.sub(r"https://FILL IN", "https://www.example.com/x", text)
    text = re.sub(r"date: FILL IN", "date: 2026-05-09", text)
    text = re.sub(r"FILL IN: sentences.*", "Lamps guide ships. They burn oil.", text)
    text = text.replace("[$example]", "[$example, x]").replace("FILL IN, as one or more full sentences.", "A light for ships.")
    path = file(kind, text.replace("FILL IN", "lamp"))
    assert problems_of(path) == []
    document = read_document(path)
    assert document.sections or document.silences


@pytest.mark.parametrize("kind", FILLED)
def test_a_sound_file_has_no_problems(file, kind):
    assert problems_of(file(kind, FILLED[kind])) == []


@pytest.mark.parametrize("path", [path for path in shipped_files() if path.name != "elsewhere.yaml"], ids=lambda path: path.name)
def test_the_shipped_files_have_no_problems(path):
    assert problems_of(path) == []


MISTAKES = [
    ("article", "title: ", "titel: ", 2, "unknown key titel"),
    ("article", 'title: "Lamps"\n', "", 2, "lacks title"),
    ("article", "https://www.example.com/lamps", "example dot com", 3, "no address of the web"),
    ("article", "2026-05-09", "2026-02-30", 5, "no date"),
    ("article", "tags: [lamps]", "tags: lamps", 6, "not a list of texts"),
    ("article", "author: A. Pilot", "author: A. Pilot\nauthor: B", 5, "author twice"),
    ("article", "Lamps guide ships at night.", "Lamps guide ships at", 11, "does not end"),
    ("article", "## What", "## Empty\n\n## What", 9, "has no text"),
    ("article", "Lamps guide", "Once. \n\n## What lamps are for\n\nLamps guide", 13, "stands twice (first in line 9)"),
    ("article", "---\ntitle", "title", 1, "no front matter"),
    ("article", "tags: [lamps]", "tags: [lamps", 6, "not valid YAML"),
    ("article", "night.", "night.\x1b[31m", 11, "control characters"),
    ("terms", "    definition: A light for ships.\n", "", 3, "lacks definition"),
    ("terms", "A light for ships.", "A light for ships", 5, "does not end as a sentence"),
    ("terms", "aliases: []", "aliases: lamp", 4, "not a list of texts"),
    ("terms", "terms:", "words:", 2, "unknown key words"),
    ("terms", "A light for ships.", "A light for ships.\n  - {term: lamp, definition: Again.}", 6, "stands twice (first in line 3)"),
    ("silences", "nearest: {document_id: layering-order, ", "nearest: {", 13, "lacks document_id"),
    ("silences", "[$level]", "[$levels]", 11, "$levels is not named"),
    ("silences", "    subject: a level of the lamp\n", "", 5, "lacks subject"),
    ("silences", "      - [lamp]", "      - lamp", 10, "not a list of lists"),
]


@pytest.mark.parametrize(("kind", "old", "new", "line", "words"), MISTAKES, ids=[words for *_, words in MISTAKES])
def test_a_mistake_is_named_with_its_line(file, kind, old, new, line, words):
    assert old in FILLED[kind]
    found = [(problem.line, problem.problem) for problem in problems_of(file(kind, FILLED[kind].replace(old, new, 1)))]
    assert any(place == line and words in problem for place, problem in found), found


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    assert "cannot be read" in problems_of(tmp_path / "absent.md")[0].problem
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    assert [problem.problem for problem in problems_of(tmp_path / "empty.yaml")] == ["is empty"]


def test_a_silence_whose_nearest_place_the_base_does_not_hold_is_a_problem_with_its_line(file):
    path = file("silences", FILLED["silences"])
    assert problems_of(path, {("layering-order", "The fixed order")}) == []
    (problem,) = problems_of(path, {("layering-order", "Another heading")})
    assert problem.line == 13
    assert "'The fixed order', which the base does not hold" in problem.problem


def test_an_id_that_is_no_name_is_a_problem(file):
    (problem,) = problems_of(file("silences", FILLED["silences"].replace("id: lamp-level", "id: lamp level")))
    assert (problem.line, problem.problem) == (5, "the id of a silence is not of small letters, digits and hyphens")


@pytest.mark.parametrize("kind", FILLED)
def test_a_skeleton_that_is_not_filled_in_is_not_added(file, kind):
    with pytest.raises(KnowledgeError, match=r"still says FILL IN in line \d+; fill it in"):
        read_document(file(kind, skeleton(kind, "My lamps")))
