"""A run of passages as search needs it: ids, words, vectors and known questions, in memory or mapped from files."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.protocol import Vectors
from knowledge.search.postings import Postings, gathered, postings_of
from knowledge.storage.probes import stated_rows
from knowledge.storage.store import Store

if TYPE_CHECKING:
    import numpy.typing as npt

STATED_KINDS = ("article", "title")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Span:
    """What a segment covers: passages and probes with ids above `after` up to `last`, as of a generation, with vectors of one space."""

    space: str
    generation: int
    after: int
    last: int
    probes_after: int
    probes_last: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Arrays with one row a passage (`ids`, `documents`, `tokens`, `vectors`) or one row a known question (`probe_...`)."""

    span: Span
    ids: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int64]
    vectors: Vectors
    probe_documents: npt.NDArray[np.int64]
    probe_vectors: Vectors
    postings: Postings

    def __len__(self) -> int:
        return len(self.ids)


def read_rows(store: Store, after: int, probes_after: int) -> Segment:
    """What the store holds above these ids, read within the caller's transaction."""
    rows, probes = store.index_rows(after), stated_rows(store, STATED_KINDS, probes_after)
    last = int(rows.ids[-1]) if len(rows.ids) else after
    probes_last = int(probes.ids[-1]) if len(probes.ids) else probes_after
    span = Span(store.space, store.generation, after, last, probes_after, probes_last)
    return Segment(span, rows.ids, rows.documents, rows.tokens, rows.vectors, probes.documents, probes.vectors, postings_of(rows.words, rows.counts))


def merged(segments: Sequence[Segment], forgotten: npt.NDArray[np.int64]) -> Segment:
    """Neighbouring segments as one, without the passages of documents that are forgotten."""
    keys, rows, counts, kept = [], [], [], []
    begin = 0
    for segment in segments:
        alive = ~np.isin(segment.documents, forgotten)
        places = np.where(alive, np.cumsum(alive) - 1 + begin, -1).astype(np.int32)
        key, row, count = segment.postings.flat()
        new = places[row]
        keys.append(key[new >= 0])
        rows.append(new[new >= 0])
        counts.append(count[new >= 0])
        kept.append(alive)
        begin += int(alive.sum())
    first, last = segments[0].span, segments[-1].span
    generation = min(segment.span.generation for segment in segments)
    span = Span(first.space, generation, first.after, last.last, first.probes_after, last.probes_last)
    known = [~np.isin(segment.probe_documents, forgotten) for segment in segments]
    return Segment(
        span,
        np.concatenate([segment.ids[alive] for segment, alive in zip(segments, kept, strict=True)]),
        np.concatenate([segment.documents[alive] for segment, alive in zip(segments, kept, strict=True)]),
        np.concatenate([segment.tokens[alive] for segment, alive in zip(segments, kept, strict=True)]),
        np.concatenate([segment.vectors[alive] for segment, alive in zip(segments, kept, strict=True)]),
        np.concatenate([segment.probe_documents[alive] for segment, alive in zip(segments, known, strict=True)]),
        np.concatenate([segment.probe_vectors[alive] for segment, alive in zip(segments, known, strict=True)]),
        gathered(np.concatenate(keys), np.concatenate(rows), np.concatenate(counts)),
    )


def write_segment(folder: Path, segment: Segment) -> str:
    """Write a segment into the index folder, complete or not at all; returns the token it holds. Raises OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(8)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix="draft-"))
    try:
        for name, array in _arrays(segment).items():
            np.save(draft / f"{name}.npy", array)
        about = {"format": FORMAT, "token": token} | {field.name: getattr(segment.span, field.name) for field in fields(Span)}
        (draft / "segment.json").write_text(json.dumps(about), encoding="utf-8")
        target = folder / name_of(segment.span)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return token


def name_of(span: Span) -> str:
    """Folder name of a segment."""
    return f"{span.after}-{span.last}-{span.generation}"


def read_segment(folder: Path, token: str) -> Segment:
    """A segment from its folder, its arrays mapped. Raises OSError or ValueError for a folder that is not a whole segment, or holds another token."""
    about = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
    if (about.pop("format", None), about.pop("token", None)) != (FORMAT, token):
        raise ValueError("another format or base")
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    postings = Postings(*(np.asarray(arrays.pop(name)) for name in ("keys", "offsets", "rows", "counts")))
    segment = Segment(Span(**about), postings=postings, **{name: np.asarray(array) for name, array in arrays.items()})
    if not len(segment.ids) == len(segment.vectors) == len(segment.tokens) == len(segment.documents) or len(postings.rows) != postings.offsets[-1]:
        raise ValueError("arrays of unequal length")
    return segment


_ARRAYS = ("ids", "documents", "tokens", "vectors", "probe_documents", "probe_vectors", "keys", "offsets", "rows", "counts")


def _arrays(segment: Segment) -> dict[str, npt.NDArray[np.generic]]:
    return {name: getattr(segment.postings if name in _ARRAYS[6:] else segment, name) for name in _ARRAYS}
