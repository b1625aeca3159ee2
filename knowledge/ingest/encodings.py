"""Bytes to text: which encoding a file is in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from knowledge.errors import KnowledgeError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_SAMPLE = 200_000
_TELLING_BYTES = 8
# Bytes 0x80 to 0x9f are quotation marks, dashes and the like in Windows-1252 and letters in most other single-byte encodings.
_PUNCTUATION = frozenset(b"\x80\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b")


def decoded(data: bytes, path: Path, markup: bool = False) -> str:
    """The text of a file: by its byte order mark, as UTF-8, by what its markup declares, as UTF-16, or as the detector finds.

    Raises KnowledgeError for what is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            marked = _as(data, name)
            if marked is None:
                raise _refusal(path, name)
            return marked
    found = None if b"\0" in data else _as(data, "utf-8")
    if found is not None:
        return found
    for guess in (_declared(data) if markup else None, _wide(data), _western(data)):
        if guess is not None and (found := _as(data, guess)) is not None:
            return found
    return _detected(data, path)


def _as(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _declared(data: bytes) -> str | None:
    """The encoding that HTML or XML declares in its first kilobytes."""
    match = _DECLARED.search(data[:4096])
    return None if match is None else (match.group(1) or match.group(2)).decode("ascii")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: half of the bytes of Latin text are zeros, all on one side."""
    sample = data[: _SAMPLE // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.3 * len(sample) / 2 or min(even, odd) > 0.05 * max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _western(data: bytes) -> str | None:
    """Windows-1252, where the bytes beyond ASCII are few, and are punctuation or stand within words of ASCII letters."""
    sample = data[:_SAMPLE]
    beyond = [place for place, byte in enumerate(sample) if byte >= 0x80]
    if b"\0" in data or len(beyond) > 0.12 * len(sample):
        return None
    odd = sum(0x80 <= sample[place] < 0xA0 and sample[place] not in _PUNCTUATION for place in beyond)
    runs = sum(place + 1 < len(sample) and sample[place + 1] >= 0xC0 and sample[place] >= 0xC0 for place in beyond)
    return "cp1252" if odd <= 0.05 * len(beyond) and runs <= 0.1 * len(beyond) else None


def _detected(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise KnowledgeError(str(path), "is a binary file", "add text (.txt), Markdown (.md), HTML (.html), PDF (.pdf) or notes (.yaml)")
    sample = data[:_SAMPLE]
    if sum(byte >= 0x80 for byte in sample) >= _TELLING_BYTES:
        from charset_normalizer import from_bytes

        best = from_bytes(sample).best()
        if best is not None and (found := _as(data, best.encoding)) is not None:
            return found
    raise _refusal(path, "UTF-8, UTF-16, Windows-1252 or an encoding that can be recognised")


def _refusal(path: Path, tried: str) -> KnowledgeError:
    return KnowledgeError(str(path), f"is not text in {tried}", "save it as UTF-8")
