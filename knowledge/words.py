"""Words of a question: tokens, stop words, light stems, and the glossary's other names for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from knowledge.documents import Term

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by can could did do does doing don
    down during each few for from further get go goes going got had has have having he her here hers him his how i if in into is it its itself just like
    me more most my myself no nor not now of off on once only or other our out over own please put same say says she should so some such tell than that the
    their them then there these they thing this those through to too under until up us very want was we were what whats when where which while who whom
    whose why will with would you your yours whats im ive id really actually exactly right""".split()
)
LONGEST_TICKER = 4
_TOKEN = re.compile(r"[a-z0-9]+(?:[-/&.'][a-z0-9]+)*", re.IGNORECASE)
_SUFFIXES = ("ingly", "edly", "ings", "ing", "ions", "ion", "ies", "ed", "es", "ly", "s")


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers of a text; hyphens, slashes and points inside a word stay."""
    return [match.group().lower() for match in _TOKEN.finditer(text)]


def content_words(text: str) -> list[str]:
    """Tokens without stop words, each once, in order."""
    return [token for token in dict.fromkeys(tokens(text)) if token not in STOP_WORDS]


def stem(token: str) -> str:
    """A token without its commonest endings, enough to match 'layers' with 'layer' and 'spacing' with 'spaced'."""
    for suffix in _SUFFIXES:
        if token.endswith(suffix) and len(token) - len(suffix) >= 3:
            token = token[: -len(suffix)]
            break
    return token[:-1] if len(token) > 4 and token.endswith("e") else token


@lru_cache(maxsize=10_000)
def stems(text: str) -> frozenset[str]:
    """Stems of the content words of a text, parts of hyphenated words included."""
    parts = [part for word in content_words(text) for part in {word, *re.split(r"[-/]", word)}]
    return frozenset(stem(part) for part in parts if part and part not in STOP_WORDS)


def by_their_terms(question: str, terms: Iterable[Term], unknown: Collection[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A question with each alias that holds an unknown word replaced by its term, and what was replaced by what.

    `unknown`: words of the question that occur in no document, in lower case. Other aliases, and those as short as a ticker, are
    only added to the search.
    """
    changes = []
    for term in terms:
        for alias in term.aliases:
            if len(alias) <= LONGEST_TICKER or not set(tokens(alias)) & set(unknown):
                continue
            pattern = re.compile(rf"(?<!\w){re.escape(alias)}(?!\w)", re.IGNORECASE)
            changed = pattern.sub(lambda _, name=term.term: name, question)  # type: ignore[misc]
            if changed != question:
                changes.append((alias, term.term))
                question = changed
    return question, tuple(changes)


def expansions(question: str, terms: Iterable[Term]) -> list[str]:
    """Other names of glossary terms that occur in a question: the expansion of an abbreviation, the term behind an alias."""
    text = f" {' '.join(tokens(question))} "
    found: list[str] = []
    for term in terms:
        names = [term.term, term.expansion or "", *term.aliases]
        keys = [" ".join(tokens(name)) for name in names if name]
        if any(f" {key} " in text for key in keys if key):
            found += [name for name, key in zip((n for n in names if n), keys, strict=True) if f" {key} " not in text][:2]
    return found
