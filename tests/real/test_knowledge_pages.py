"""The real pages go in as they are found. Needs the folder that ALVH_SHARED names (default: ../shared); skips only when it is absent."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import knowledge
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.ingest import read_document
from knowledge.passages import is_complete, passages_of

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("ALVH_SHARED", PROJECT.parent / "shared"))
SOURCE_URL = "https://www.vixshield.com/ask/what-specific-vix-instruments-do-you-layer-first-when-alvh-kicks-in-futures-calls-or-etfs"
SOURCE_TITLE = "What specific VIX instruments do you layer first when ALVH kicks in — futures, calls, or ETFs?"
ABSENT = [
    "Risk Disclaimer",
    "Start Free Trial",
    "0 / 1000",
    "Keep Reading",
    "due diligence",
    "APA Citation",
    "Retrieved from",
    "Have a question",
    "Put This Knowledge",
    "0 views",
]
VARIANTS = sorted(path.stem for path in (SHARED / "page-variants").glob("*.json"))

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent; set ALVH_SHARED")


def _passages(document: Document) -> list[str]:
    return [document.text[passage.start : passage.end] for passage in passages_of(document)]


def _sentences(document: Document) -> list[str]:
    return [document.text[start:end] for passage in passages_of(document) for start, end in passage.sentences]


def _blocks(document: Document) -> list[str]:
    return [block for block in document.text.split("\n\n") if block.strip()]


def _headings(document: Document) -> list[str]:
    return [section.heading for section in document.sections if section.heading]


def _bodies(document: Document) -> list[str]:
    return [block for block in _blocks(document) if block not in _headings(document)]


def _bullets(document: Document) -> int:
    return len(re.findall(r"^- ", document.text, re.MULTILINE))


def _rule_lines(document: Document) -> int:
    section = next(section for section in document.sections if section.heading == "Formula / Rules")
    return len(document.text[section.start : section.end].strip().split("\n"))


CHECKS: dict[str, Callable[[Document, object], bool]] = {
    "title": lambda document, value: document.title == document.sources[0].title == value,
    "date": lambda document, value: document.sources[0].date == value,
    "author": lambda document, value: document.sources[0].author == value,
    "category": lambda document, value: value in document.tags if value else not document.tags,
    "tags": lambda document, value: document.tags == (value or ()),
    "tags_line": lambda document, value: value in document.tags,
    "body_paragraphs": lambda document, value: len(_bodies(document)) == value,
    "bullets": lambda document, value: _bullets(document) == value,
    "subheading": lambda document, value: _headings(document) == [value],
    "sections": lambda document, value: _headings(document) == value,
    "rule_lines": lambda document, value: _rule_lines(document) == value,
    "clean_sentence": lambda document, value: _sentences(document) == [value],
    "must_not_be_cited": lambda document, value: value not in document.text,
    "community_is_not_methodology": lambda document, value: "Community Pulse" not in document.text and "thetagang" not in document.text,
    "boilerplate_dropped": lambda document, value: not any(words in document.text for words in [*ABSENT, "recommendation"]),
    "last_sentence_incomplete": lambda document, value: all(is_complete(sentence) for sentence in _sentences(document)),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_page_shape_gives_what_its_description_says(name):
    document = read_document(SHARED / "page-variants" / f"{name}.txt")
    expected = json.loads((SHARED / "page-variants" / f"{name}.json").read_text(encoding="utf-8"))
    assert set(expected) <= set(CHECKS)
    assert {key: value for key, value in expected.items() if not CHECKS[key](document, value)} == {}


def test_there_are_page_shapes_to_check():
    assert len(VARIANTS) == 7


@pytest.fixture(scope="module")
def source() -> Document:
    (path,) = (SHARED / "source").glob("*.txt")
    return read_document(path)


def test_the_source_article_goes_in_with_its_particulars(source):
    (work,) = source.sources
    assert source.title == work.title == SOURCE_TITLE
    assert (work.author, work.date, work.url) == ("VixShield Research Team", "2026-05-09", SOURCE_URL)
    assert source.tags == ("Options Strategies", "ALVH VIX Hedging Iron Condors")
    assert (source.kind, source.subject) == ("original", "method")


def test_no_passage_of_the_source_article_holds_what_surrounds_it(source):
    assert [(words, passage) for words in ABSENT for passage in _passages(source) if words in passage] == []


def test_the_source_article_keeps_its_seven_paragraphs_and_its_last_pointer(source):
    assert len(_bodies(source)) == 8
    assert _bodies(source)[0].startswith("When implementing the ALVH")
    assert _bodies(source)[6].startswith("By following this specific sequence")
    assert _bodies(source)[7].startswith("To deepen your understanding")
    assert all(is_complete(sentence) for sentence in _sentences(source))


def test_the_source_article_answers_with_its_own_sentences(source, tmp_path):
    base = KnowledgeBase(tmp_path)
    assert base.add(source) == "added"
    answer = base.ask("Which instrument does the initial layer almost always begin with?").answer
    own = [sentence for citation in answer.citations if citation.document_id == source.document_id for sentence, _, _ in citation.sentences]
    assert own
    assert all(sentence in source.text for sentence in own)
    base.close()


@pytest.fixture(scope="module")
def digests(tmp_path_factory) -> tuple[list[dict], list[dict]]:
    """The pages of the development set added on the command line: its report, and the list of the base."""
    environment = os.environ | {"PYTHONPATH": str(Path(knowledge.__file__).parents[1]), "ALVH_HOME": str(tmp_path_factory.mktemp("home"))}
    runs = []
    for arguments in (["add", str(SHARED / "dev-set" / "pages")], ["list"]):
        run = subprocess.run(
            [sys.executable, "-m", "knowledge", *arguments, "--json"], env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert (run.returncode, run.stderr) == (0, "")
        runs.append(json.loads(run.stdout))
    return runs[0], runs[1]


def test_the_development_pages_go_in_with_their_url_and_title(digests):
    report, listed = digests
    rows = {row["document_id"]: row for row in listed}
    assert len(report) == 50
    assert {entry["state"] for entry in report} == {"added"}
    for entry in report:
        lines = Path(entry["path"]).read_text(encoding="utf-8").split("\n")
        row = rows[entry["document_id"]]
        assert [f"URL: {row['url']}", f"TITLE: {row['title']}"] == [line.strip() for line in lines[:2]]
        assert row["passages"] >= 1


def test_the_development_pages_keep_their_words():
    for path in sorted((SHARED / "dev-set" / "pages").glob("*.txt")):
        body = path.read_text(encoding="utf-8").split("\n", 2)[2].split()
        kept = read_document(path).text.split()
        assert len(kept) >= 0.85 * len(body), path.name
