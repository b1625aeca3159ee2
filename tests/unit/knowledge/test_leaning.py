"""To which side a question leans: by all examples together, and for an example by the others."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.decision import Silences
from knowledge.leaning import fitted, leaning, left_out
from knowledge.shipped import HERE, ShippedVectors


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


def test_the_weights_that_ship_are_those_of_the_shipped_examples(base, shipped):
    texts, sides = shipped.examples()
    vectors = ShippedVectors(HERE / "vectors")
    assert vectors.leanings(texts) == pytest.approx(fitted(vectors.vectors(texts, None), sides), abs=1e-4)
    assert set(Silences(base.store).examples[2]) == set(texts)
    assert vectors.leanings(["a text that is no example"]) == 0.0
