"""Bytes to text: which encoding a file is in."""

from __future__ import annotations

import codecs
import re
import unicodedata
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
_JAPANESE = ("cp932", "euc_jp")
_OTHERS = (
    "gb18030", "big5", "cp949", "euc_jp", "cp932", "cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "koi8_r", "cp866",
    "mac_roman", "mac_cyrillic",
)  # fmt: skip
_KANA_SHARE = 0.2
_TEXT_SHARE = 0.99
_WESTERN_SHARE = 0.12
_STRAY_SHARE = 0.05
_RUN_SHARE = 0.1


# Of each encoding whose bytes form such sequences by chance, fewer do than do not.
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_STRAY = re.compile(rb"[\x80-\xff]")
_PASTED = "windows-1252-in-utf-8"


def _pasted(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8 as Windows-1252. Raises UnicodeError for the five that it does not use."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error(_PASTED, _pasted)


def decoded(data: bytes, path: Path, markup: bool = False) -> str:
    """The text of a file: by its byte order mark, as UTF-8, by what its markup declares, as UTF-16, or as the detector finds.

    Windows-1252 within UTF-8, as pasting leaves it, is read as what it is.

    Raises KnowledgeError for what is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            marked = _as(data, name) or (_mixed(data, path) if name == "utf-8-sig" else None)
            if marked is None:
                raise _refusal(path, f"{name.removesuffix('-sig').upper()}, which its first bytes announce")
            return marked
    found = None if b"\0" in data else _as(data, "utf-8") or _mixed(data, path)
    if found is not None:
        return found
    declared = _declared(data) if markup else None
    if declared is not None and (found := _as(data, declared)) is not None:
        return found
    if b"\0" in data:
        return _wide(data, path)
    return _narrow(data, path)


def _mixed(data: bytes, path: Path) -> str | None:
    """UTF-8 with some bytes of Windows-1252 among it; None where most of what is beyond ASCII is no UTF-8. Raises KnowledgeError for other bytes."""
    if len(_SEQUENCE.findall(data)) <= len(_STRAY.findall(_SEQUENCE.sub(b"", data))):
        return None
    try:
        return data.decode("utf-8-sig", _PASTED)
    except UnicodeError:
        raise _refusal(path, "UTF-8, with Windows-1252 among it") from None


def _as(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _declared(data: bytes) -> str | None:
    """The encoding that HTML or XML declares in its first kilobytes; Latin-1 and ASCII stand for Windows-1252, as in browsers."""
    match = _DECLARED.search(data[:4096])
    if match is None:
        return None
    try:
        name = codecs.lookup((match.group(1) or match.group(2)).decode("ascii")).name
    except LookupError:
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def _wide(data: bytes, path: Path) -> str:
    """UTF-16 without a mark: the zeros of its spaces, line ends and Latin letters are all on one side, and it is text throughout."""
    sample = data[: _SAMPLE // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if min(even, odd) <= 0.05 * max(even, odd):
        name = "utf-16-le" if odd > even else "utf-16-be"
        found = _as(data, name)
        if found is not None and _reads_as_text(found[:_SAMPLE]):
            return found
    raise KnowledgeError(str(path), "is a binary file", "add text (.txt), Markdown (.md), HTML (.html), PDF (.pdf) or notes (.yaml)")


def _reads_as_text(text: str) -> bool:
    """Whether nearly all characters are ones that texts are made of; arbitrary bytes give unassigned and private ones."""
    usable = sum(character in "\n\r\t" or unicodedata.category(character)[0] not in "C" for character in text)
    return usable >= _TEXT_SHARE * len(text) > 0


def _narrow(data: bytes, path: Path) -> str:
    """Windows-1252 where nothing speaks against it; Japanese by its kana; else as the detector finds."""
    sample = data[:_SAMPLE]
    beyond = [place for place, byte in enumerate(sample) if byte >= 0x80]
    western: tuple[str, ...] = ("cp1254", "cp1252") if _is_western(sample, beyond) else ()  # Turkish differs by six letters
    if _has_runs(sample, beyond):
        western = western[:1]
    if len(western) == 2 and len(beyond) <= _WESTERN_SHARE * len(sample) and (found := _as(data, "cp1252")) is not None:
        return found
    if len(beyond) >= _TELLING_BYTES:
        for name in _JAPANESE:
            if (found := _as(data, name)) is not None and _is_japanese(found[:_SAMPLE]):
                return found
        from charset_normalizer import from_bytes

        best = from_bytes(sample, cp_isolation=[*_OTHERS, *western]).best()
        if best is not None and (found := _as(data, best.encoding)) is not None:
            return found
    raise _refusal(path, "UTF-8, UTF-16, Windows-1252 or an encoding that can be recognised")


def _is_western(sample: bytes, beyond: list[int]) -> bool:
    """Whether what stands beyond ASCII makes sense in Windows-1252: punctuation, and no signs such as ³ within words."""
    odd = sum(0x80 <= sample[place] < 0xA0 and sample[place] not in _PUNCTUATION for place in beyond)
    signs = sum(0xA1 <= sample[place] < 0xC0 and _is_letter(sample, place - 1) and _is_letter(sample, place + 1) for place in beyond)
    return odd + signs <= _STRAY_SHARE * len(beyond)


def _has_runs(sample: bytes, beyond: list[int]) -> bool:
    """Whether letters beyond ASCII stand side by side, as in Greek and Cyrillic words."""
    runs = sum(place + 1 < len(sample) and sample[place + 1] >= 0xC0 and sample[place] >= 0xC0 for place in beyond)
    return runs > _RUN_SHARE * len(beyond)


def _is_letter(sample: bytes, place: int) -> bool:
    """Whether a byte is a letter in Windows-1252."""
    return 0 <= place < len(sample) and (sample[place : place + 1].isalpha() or sample[place] >= 0xC0)


def _is_japanese(text: str) -> bool:
    """Whether a good part of what is not ASCII is kana."""
    beyond = [character for character in text if character > "\x7f"]
    return sum("\u3041" <= character <= "\u30fe" for character in beyond) >= _KANA_SHARE * len(beyond)


def _refusal(path: Path, tried: str) -> KnowledgeError:
    return KnowledgeError(str(path), f"is not text in {tried}", "save it as UTF-8")
