"""To which side a question leans: by all examples together, and for an example by the others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.decision import Silences
from knowledge.examples import Examples
from knowledge.ingest import read_document
from knowledge.leaning import FAR_SIDES, fitted, leaning, left_out
from knowledge.shipped import HERE, ShippedVectors

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def examples():
    generator = np.random.default_rng(11)
    vectors = generator.normal(size=(30, 8)).astype(np.float32)
    sides = np.where(vectors[:, 0] > 0.0, 1.0, -1.0)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), sides


def test_a_question_leans_to_the_side_of_the_examples_that_it_is_like(examples):
    vectors, sides = examples
    weights = fitted(vectors, sides)
    assert all(leaning(vector, vectors, weights) * side > 0.0 for vector, side in zip(vectors, sides, strict=True))


def test_a_question_like_no_example_leans_nowhere():
    assert leaning(np.zeros(4, dtype=np.float32), np.empty((0, 4), dtype=np.float32), np.empty(0)) == 0.0


def test_the_leaning_of_an_example_by_the_others_is_that_of_a_fit_without_it(examples):
    vectors, sides = examples
    for place, value in enumerate(left_out(vectors, sides)):
        others = np.arange(len(sides)) != place
        assert leaning(vectors[place], vectors[others], fitted(vectors[others], sides[others])) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("far_side", FAR_SIDES)
def test_the_weights_that_ship_are_those_of_the_shipped_examples(base, shipped, far_side):
    sides = shipped.examples()[far_side]
    vectors = ShippedVectors(HERE / "vectors")
    assert vectors.leanings(far_side, list(sides)) == pytest.approx(fitted(vectors.vectors(list(sides), None), list(sides.values())), abs=1e-4)
    assert Examples(base.store).sides[far_side].texts == tuple(sides)
    assert vectors.leanings(far_side, ["a text that is no example"]) == 0.0


def test_what_is_asked_of_something_else_leans_outward_and_what_the_method_leaves_open_does_not(base):
    silences = Silences(base.store)
    outward = [
        silences.standing(question, base.vector(question)).outward
        for question in (
            "How do I open an account at a futures broker?",
            "Which layer of the hedge comes first?",
            "What delta should the VIX calls have?",
        )
    ]
    assert outward[0] > 0.0 > max(outward[1:])


def test_a_base_with_a_silence_of_its_own_holds_it_among_its_examples_and_leans_as_before(base, tmp_path):
    document = read_document(ROOT / "docs" / "example-notes.yaml")
    added = [question for silence in document.silences for question in silence.questions]
    vector = base.vector("How do I open an account at a futures broker?")
    with closing(KnowledgeBase(tmp_path)) as own:
        own.add(document)
        shipped, ours = Examples(base.store), Examples(own.store)
        assert added and set(added) <= set(ours.silent.texts) and not set(added) & set(shipped.silent.texts)
        for far_side in FAR_SIDES:
            assert ours.sides[far_side].leaning(vector) == pytest.approx(shipped.sides[far_side].leaning(vector), abs=1e-4)
