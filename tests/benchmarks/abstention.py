"""The decision between answering, silence and refusing: fitted on the program's own example questions, each judged without itself, and on the
`fit` halves of tests/corpus and the terms of the glossary asked for, which count five times; measured on the `held` ones.

Questions of `understanding/stated_or_silent.jsonl` became examples after they were written; each writer's are judged without all of that writer's.

`python tests/benchmarks/abstention.py` prints the figures of the shipped decision; `--write` fits it first and writes
`knowledge/decision.json`. Questions are asked of the shipped base, of one with the pages of `tests/corpus/retrieval` (`pages`; `read`: near misses
of which `understanding/pages_state.jsonl` tells whether these pages state them), of those with pages that end a silence (`ends`, and `more` where
the page says it in other words), and of those with both (`ends+`, `more+`). A question counts as refused when it is not answered, whether as silent or as something else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import yaml
from scipy.optimize import minimize

from knowledge.adding import add_files
from knowledge.base import KnowledgeBase
from knowledge.decision import FILE, Decision, Evidence, Rule, shipped_decision
from knowledge.ingest import read_document
from knowledge.ingest.finding import found_files
from knowledge.shipped import load_shipped

CORPUS = Path(__file__).parents[1] / "corpus"
PAGES = sorted((CORPUS / "retrieval" / "pages").glob("2*.txt"))
TERMS = "terms"
DEFINITIONS = ("What is {}?", "define {}", "{} meaning")
RISK = 0.03
RIDGE = 0.002
EVERY = 3
MARGIN = 1e-3
ADDED_MARGIN = 1e-2  # what is stated depends a little on what else was added
CORPUS_COUNTS = 5
ELSEWHERE = {
    "closest": -1,
    "sentence": -1,
    "stated": -1,
    "silent": -1,
    "elsewhere": 1,
    "outward": 1,
    "known": -1,
    "covered": -1,
    "found": -1,
    "now": 1,
}
SILENT = {
    "closest": -1,
    "sentence": -1,
    "stated": -1,
    "silent": 1,
    "covered": -1,
    "now": 1,
    "silent_words": 1,
    "leaning": 1,
    "asks_number": 1,
    "numberless": 1,
}
ADDED = {"added": 1, "told": -1}
HELD = {"added": 1, "sentence": 1, "covered": 1, "elsewhere": -1, "outward": -1}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its label: its kind (answerable, far, finance, near), its half, the base it was asked of, and the evidence.

    `cited`: whether the answer's sentences hold the words that answer it, where those are known.
    """

    kind: str
    half: str
    base: str
    evidence: Evidence
    cited: bool = False


def main() -> int:
    """Fit if asked, and print the figures of both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fit, and write knowledge/decision.json")
    options = parser.parse_args()
    labelled = list(_labelled())
    if options.write:
        decision = fitted([*_examples(), *(CORPUS_COUNTS * [entry for entry in labelled if entry.half != "held"])])
        FILE.write_text(json.dumps(_rounded(asdict(decision)), indent=2) + "\n", encoding="utf-8")
        shipped_decision.cache_clear()
    for half in dict.fromkeys(entry.half for entry in labelled if entry.half != TERMS):  # what the glossary defines is answered by name
        _report(half, [entry for entry in labelled if entry.half == half], shipped_decision())
    return 0


def fitted(labelled: Sequence[Labelled]) -> Decision:
    """The four rules, each on the questions that it is to tell apart.

    `silent` leaves a share of RISK of what is answered wrong above it, `elsewhere` half of that of all that is asked of the method; each has a rule beside
    it that added documents can win by.
    """
    shipped = [entry for entry in labelled if entry.base == "shipped"]
    ours = [entry for entry in shipped if entry.kind in ("answerable", "near")]
    elsewhere = _above(_rule([entry for entry in shipped if entry.kind in ("far", "finance")], ours, ELSEWHERE), ours, RISK / 2)
    # What a term means is nothing that the method leaves open.
    answerable = [entry for entry in shipped if entry.kind == "answerable" and entry.half != TERMS]
    silent = _above(_rule([entry for entry in shipped if entry.kind == "near"], answerable, SILENT), answerable, RISK)
    added = [entry for entry in labelled if entry.evidence.added > 0.0]
    return Decision(elsewhere, _held(added), silent, _added([entry for entry in added if silent.holds(entry.evidence)]))


def _held(asked: Sequence[Labelled]) -> Rule:
    """Whether added documents hold what is asked, though it is like what the shipped ones do not answer; half of RISK of what they answer lies below."""
    answered = [entry for entry in asked if entry.kind == "answerable"]
    rule = _rule(answered, [entry for entry in asked if entry.kind in ("far", "finance")], HELD)
    return replace(rule, threshold=float(np.quantile([rule.log_odds(entry.evidence) for entry in answered], RISK / 2)) - ADDED_MARGIN, risk=RISK / 2)


def _added(in_doubt: Sequence[Labelled]) -> Rule:
    """Whether added documents state what the shipped ones do not, of questions that the rule of silence holds for.

    The threshold leaves a share of RISK of them below it, the three kinds counted alike: each alone has so few that one question would move it far.
    Of pages that say it in other words only those count that are cited.
    """
    pages = [entry for entry in in_doubt if entry.base == "pages" and entry.kind == "answerable"]
    ends = [entry for entry in in_doubt if entry.base in ("ends", "ends+") or (entry.base in ("more", "more+") and entry.cited)]
    stated = [pages, ends, [entry for entry in in_doubt if entry.base == "read" and entry.kind == "answerable"]]
    most = max(len(entries) for entries in stated)
    alike = [entry for entries in stated for entry in entries * (most // len(entries))]  # the three count about the same
    rule = _rule(alike, [entry for entry in in_doubt if entry.base == "read" and entry.kind == "near"], ADDED)
    return replace(rule, threshold=float(np.quantile([rule.log_odds(entry.evidence) for entry in alike], RISK)) - ADDED_MARGIN, risk=RISK)


def _rule(yes: Sequence[Labelled], no: Sequence[Labelled], signs: dict[str, int]) -> Rule:
    """Logistic regression with a ridge, both labels counting the same, each weight of the sign that its meaning asks for; its threshold is even odds."""
    values = np.array([[getattr(entry.evidence, name) for name in signs] for entry in (*yes, *no)])
    sign = np.array([1.0] * len(yes) + [-1.0] * len(no))
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = (values - middle) / spread
    counts = np.where(sign > 0, 0.5 / len(yes), 0.5 / len(no))

    def loss(parameters: np.ndarray[Any, Any]) -> float:
        odds = parameters[0] + scaled @ parameters[1:]
        return float(counts @ np.logaddexp(0.0, -sign * odds) + RIDGE * (parameters[1:] ** 2).sum())

    bounds = [(None, None), *((0.0, None) if direction > 0 else (None, 0.0) for direction in signs.values())]
    best = minimize(loss, np.zeros(len(bounds)), method="L-BFGS-B", bounds=bounds).x
    weights = best[1:] / spread
    return Rule(float(best[0] - weights @ middle), dict(zip(signs, weights.tolist(), strict=True)), threshold=0.0, risk=0.0)


def _above(rule: Rule, no: Sequence[Labelled], risk: float) -> Rule:
    """The rule with a threshold that a share of `no` reaches, the risk, among the questions that are no examples.

    An example has others of its kind beside it, so it is easier than what is asked later.
    """
    new = [rule.log_odds(entry.evidence) for entry in no if entry.half != "example"]
    return replace(rule, threshold=float(np.quantile(new, 1.0 - risk)) + MARGIN, risk=risk)


def _report(half: str, labelled: Sequence[Labelled], decision: Decision) -> None:
    print(f"{half}, n = {len(labelled)}")
    for base in dict.fromkeys(entry.base for entry in labelled):
        for kind in ("answerable", "far", "finance", "near"):
            entries = [entry for entry in labelled if entry.base == base and entry.kind == kind]
            verdicts = [decision.verdict(entry.evidence) for entry in entries]
            if verdicts:
                refused = sum(verdict != "answered" for verdict in verdicts)
                silent = sum(verdict == "silent" for verdict in verdicts)
                cited = sum(entry.cited for entry in entries)
                lost = sum(entry.cited and verdict != "answered" for entry, verdict in zip(entries, verdicts, strict=True))
                of_cited = f"; {lost} of the {cited} whose answer holds what is asked" if cited else ""
                print(f"  {base:8} {kind:10} refused {refused:3} of {len(verdicts):3} ({silent} as silent{of_cited})")
    counted = [entry for entry in labelled if entry.base == "shipped"]
    rightly = [entry.kind != "answerable" for entry in counted if decision.verdict(entry.evidence) != "answered"]
    should = sum(entry.kind != "answerable" for entry in counted)
    if not should:
        return  # a writer who asked only for what is stated
    print(f"  shipped base: refusal precision {np.mean(rightly):.3f}, recall {rightly.count(True) / should:.3f}")
    against = np.array([max(rule.log_odds(entry.evidence) - rule.threshold for rule in (decision.elsewhere, decision.silent)) for entry in counted])
    wrong = np.array([entry.kind != "answerable" for entry in counted])[np.argsort(against, kind="stable")]
    risks = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    shown = ", ".join(f"{share:.0%}: {risks[max(0, int(share * len(risks)) - 1)]:.3f}" for share in (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0))
    print(f"  risk (share answered that should not be) by coverage (share answered): {shown}; area {risks.mean():.3f}")


def _labelled() -> Iterator[Labelled]:
    with tempfile.TemporaryDirectory() as folder:
        with closing(KnowledgeBase(Path(folder) / "shipped")) as base:
            yield from _of_the_shipped(base)
        with closing(KnowledgeBase(Path(folder) / "pages")) as base:
            _add(base, PAGES)
            yield from _of_the_pages(base)
        yield from _of_ends(Path(folder))


def _of_ends(folder: Path) -> Iterator[Labelled]:
    texts = {entry["id"]: entry["question"] for entry in _unanswerable() if "id" in entry}
    ends = [entry | {"question": texts[entry["question_id"]]} for entry in _lines(CORPUS / "understanding" / "silence_ends.jsonl")]
    more = {entry["question_id"]: entry for entry in _lines(CORPUS / "understanding" / "silence_ends_more.jsonl")}
    by_writer = [([more[entry["id"]] | entry for entry in own if entry["id"] in more], left_out) for own, left_out in _by_writer()]
    for name, sets in (("ends", [(ends, frozenset[str]())]), ("more", by_writer)):
        written = [folder / f"{name}-{entry['question_id']}.txt" for entries, _ in sets for entry in entries]
        for path, entry in zip(written, (entry for entries, _ in sets for entry in entries), strict=True):
            path.write_text(entry["page"], encoding="utf-8")
        for base_name, pages in ((name, written), (f"{name}+", [*written, *PAGES])):
            with closing(KnowledgeBase(folder / base_name)) as base:
                _add(base, pages)
                for entries, left_out in sets:
                    yield from _asked(base, base_name, [("answerable", entry) for entry in entries], left_out)


def _of_the_shipped(base: KnowledgeBase) -> Iterator[Labelled]:
    source = [*_lines(CORPUS / "retrieval" / "source_questions.jsonl"), *_entries(CORPUS / "source_questions.yaml")]
    yield from _asked(base, "shipped", [(entry["kind"], entry) for entry in _unanswerable()] + [("answerable", entry) for entry in source])
    for own, left_out in _by_writer():
        yield from _asked(base, "shipped", [(entry["kind"], entry) for entry in own], left_out)
    terms = [form.format(term.term) for term in load_shipped().terms for form in DEFINITIONS]
    yield from _asked(base, "shipped", [("answerable", {"question": question, "half": TERMS}) for question in terms])


def _of_the_pages(base: KnowledgeBase) -> Iterator[Labelled]:
    pages = [("answerable", entry) for entry in _lines(CORPUS / "retrieval" / "page_questions.jsonl")]
    yield from _asked(base, "pages", [(entry["kind"], entry) for entry in _unanswerable()] + pages)
    kinds = {"yes": "answerable", "no": "near"}
    read = {entry["question_id"]: entry["stated"] for entry in _lines(CORPUS / "understanding" / "pages_state.jsonl")}
    for own, left_out in (([entry for entry in _unanswerable() if entry["half"] == "fit"], frozenset[str]()), *_by_writer()):
        known = [(kinds[read[entry["id"]]], entry) for entry in own if read.get(entry["id"]) in kinds]
        yield from _asked(base, "read", known, left_out)


def _unanswerable() -> list[dict[str, Any]]:
    return [*_lines(CORPUS / "understanding" / "unanswerable.jsonl"), *_entries(CORPUS / "unanswerable.yaml")]


def _by_writer() -> Iterator[tuple[list[dict[str, Any]], frozenset[str]]]:
    """Each writer's questions, and their texts, which are not to judge them."""
    written = _lines(CORPUS / "understanding" / "stated_or_silent.jsonl")
    for name in dict.fromkeys(entry["set"] for entry in written):
        own = [entry | {"half": name} for entry in written if entry["set"] == name]
        yield own, frozenset(entry["question"] for entry in own)


def _examples() -> Iterator[Labelled]:
    """Example questions that ship, one of every EVERY, as if each were new."""
    with tempfile.TemporaryDirectory() as folder, closing(KnowledgeBase(Path(folder))) as base:
        for document in load_shipped().documents:
            kind = "far" if document.subject == "elsewhere" else "answerable"
            questions = [(kind, question) for question in document.questions]
            questions += [("near", question) for silence in document.silences for question in silence.questions]
            for kind, question in questions[::EVERY]:
                evidence = base.ask(question, without=frozenset([question])).evidence
                assert evidence is not None, "needs the encoder"
                yield Labelled(kind, "example", "shipped", evidence)


def _asked(
    base: KnowledgeBase, name: str, questions: Sequence[tuple[str, dict[str, Any]]], without: frozenset[str] = frozenset()
) -> Iterator[Labelled]:
    """Questions with their evidence, judged by the example questions but those of `without`."""
    for number, (kind, entry) in enumerate(questions, 1):
        if sys.stderr.isatty():
            print(f"\r{name}: {number} of {len(questions)}", end="", file=sys.stderr)
        response = base.ask(" ".join([*entry.get("context", []), entry["question"]]), without)
        assert response.evidence is not None, "needs the encoder"
        said = [sentence for citation in response.answer.citations for sentence, _, _ in citation.sentences]
        cited = "answer_contains" in entry and any(entry["answer_contains"] in sentence for sentence in said)
        yield Labelled(kind, entry["half"], name, response.evidence, cited)


def _add(base: KnowledgeBase, paths: Sequence[Path]) -> None:
    for _ in add_files(base.store, base.require_encoder(), found_files([str(path) for path in paths]), read_document):
        pass


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _entries(path: Path) -> list[dict[str, Any]]:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return list(raw if isinstance(raw, list) else next(iter(raw.values())))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    return round(value, 4)


if __name__ == "__main__":
    raise SystemExit(main())
