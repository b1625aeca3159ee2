"""Why an answer stands on these documents and not on others, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.search.retriever import Candidate

HEAD = "rank  score  words (rank)   share  meaning (rank)  known  sentences  original  document"


def explanation_lines(candidates: Sequence[Candidate]) -> list[str]:
    """One line a candidate, best first, with what its score is made of.

    words: BM25 of the whole document; share: largest share of the question's words in one passage; meaning: cosine of its closest passage,
    chance taken off; known: cosine of the closest question it is known to answer; sentences and original are added as they are, the
    others standardised over all documents.
    """
    lines = [HEAD]
    for rank, candidate in enumerate(candidates, 1):
        lines.append(
            f"{rank:4} {candidate.score:6.2f} {candidate.words:6.2f} {f'({candidate.words_rank})':>6} {candidate.coverage:7.2f} {candidate.meaning:8.3f}"
            f" {f'({candidate.meaning_rank})':>6} {candidate.known:6.2f} {candidate.sentences:10.2f} {candidate.original:9.1f}  {candidate.document_id}"
        )
    return lines
