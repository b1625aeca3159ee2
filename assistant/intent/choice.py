"""Which calculation a question asks for, if any: words, the closest example questions and the numbers that fit, weighed together.

Two sums decide: the first ranks the calculators, the second says whether the first of them is asked for rather than a sentence about the
method. Their weights are those of logistic regressions over our own questions (tests/corpus and the development set), rounded; in
cross-validation they are wrong on one question in a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.inputs.requests import CalculationRequest
from assistant.utterances import Nearest

MOST_CUE, NAMING_CUE = 2.5, 1.0
MOST_PLACED, MOST_UNPLACED, MOST_MISSING, MOST_NUMBERS, MOST_METHOD = 5, 3, 4, 6, 3.0
CANDIDATES = 5
ALONE = 6.0
# A volatility is solved for only where it is asked for in words: its inputs are those of a price but for one.
LEAST_CUE: Mapping[str, float] = {"implied-volatility": 0.8}
# What the closest example of the right kind gives on average; it stands for the examples where no encoder is at hand.
USUAL_COSINE, USUAL_LEAD = 0.65, 0.1


# An example so close, and so much closer than the others, is nearly the same question.
VERY_CLOSE, CLEAR_LEAD = 0.78, 0.08


@dataclass(frozen=True, slots=True)
class Signs:
    """What a question shows before its numbers are given to inputs.

    `cues` are the weights of its words by calculator, `nearest` its closest examples, `method` how much it sounds like a question on the
    method, `beside_method` whether a part of it is one; `numbers` counts its numbers.
    """

    cues: Mapping[str, float]
    nearest: Nearest
    method: float
    beside_method: bool
    numbers: int

    def cosine(self, name: str) -> float:
        """The cosine of the closest example of a calculator."""
        return self.nearest.by_label.get(name, USUAL_COSINE)

    def lead(self, name: str) -> float:
        """By how much the closest example of a calculator is closer than all others."""
        if name not in self.nearest.by_label:
            return USUAL_LEAD
        return self.cosine(name) - max(cosine for label, cosine in self.nearest.by_label.items() if label != name)

    def prior(self, name: str) -> float:
        """The part of a calculator's rank that its numbers do not change."""
        return 3.2 * min(self.cues[name], MOST_CUE) + 1.4 * (self.cues[name] >= NAMING_CUE) + 1.2 * self.cosine(name)

    def candidates(self) -> list[str]:
        """The calculators worth reading the numbers for, the likeliest first."""
        able = [name for name in self.cues if self.cues[name] >= LEAST_CUE.get(name, 0.0)]
        return sorted(able, key=lambda name: (-self.prior(name), name))[:CANDIDATES]

    def asks_for(self, name: str, closeness: float, complete: bool, missing: int) -> float:
        """How surely a calculator is asked for, above zero for yes, once it is known how well the numbers fit."""
        words = 2.8 * min(self.cues[name], MOST_CUE) + 0.8 * (self.cues[name] >= NAMING_CUE) - 1.8 * min(self.method, MOST_METHOD)
        examples = 4.2 * self.cosine(name) + 3.0 * self.lead(name)
        numbers = 1.95 * min(self.numbers, MOST_NUMBERS) + 2.7 * closeness + 0.7 * complete
        none = -1.1 * min(missing, MOST_MISSING) if self.numbers == 0 else -0.4
        if self.numbers < MOST_NUMBERS and self.cosine(name) >= VERY_CLOSE and self.lead(name) >= CLEAR_LEAD and name in self.nearest.by_label:
            examples += 2.5
        return words + examples + numbers + none + 0.2 * self.beside_method - 9.1


def rank_of_numbers(request: CalculationRequest) -> float:
    """What the numbers add to a calculator's rank: those with a place, those without, and the inputs that nothing fills."""
    placed = len({quantity.start for quantity in request.origin.values()})
    missing = -0.9 * min(len(request.missing), MOST_MISSING) if placed or request.unplaced else 0.0
    # The break-evens of a condor without hedges are the condor's own.
    alone = -ALONE if request.calculator == "break-even" and "hedges" not in request.inputs else 0.0
    return (
        alone
        + 0.5 * request.closeness
        + 1.4 * request.complete
        + 1.3 * min(placed, MOST_PLACED)
        - 1.4 * min(len(request.unplaced), MOST_UNPLACED)
        + missing
    )


MOST_RANK_OF_NUMBERS = 0.5 + 1.4 + 1.3 * MOST_PLACED


def chosen(signs: Signs, read: Callable[[str], CalculationRequest], closest: float) -> CalculationRequest | None:
    """The calculation that a question asks for, None where it asks for none. Numbers are read only where they can still decide.

    `closest`: how well they can fit at most, 0 where the question holds nothing that an input takes.
    """
    names = signs.candidates()
    if all(signs.asks_for(name, closest, True, 0) <= 0 for name in names):
        return None
    best: CalculationRequest | None = None
    highest = float("-inf")
    for name in names:
        if signs.prior(name) + min(MOST_RANK_OF_NUMBERS, 0.5 + 1.4 + 1.3 * signs.numbers) <= highest:
            break
        request = read(name)
        rank = signs.prior(name) + rank_of_numbers(request)
        if rank > highest:
            best, highest = request, rank
    if best is None or signs.asks_for(best.calculator, best.closeness, best.complete, len(best.missing)) <= 0:
        return None
    return best
