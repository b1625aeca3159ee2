"""Where two JSON values differ, as dotted paths; and one value with some of another's differences put in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ; `in_a` and `in_b` say whether it exists there (null is a value too)."""

    path: Path
    a: Any
    b: Any
    in_a: bool = True
    in_b: bool = True

    @property
    def name(self) -> str:
        """The dotted path."""
        return ".".join(map(str, self.path))

    def as_dict(self) -> dict[str, Any]:
        """{path, a, b}, where a side that does not have it is left out."""
        found: dict[str, Any] = {"path": self.name}
        if self.in_a:
            found["a"] = self.a
        if self.in_b:
            found["b"] = self.b
        return found


def leaves_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value inside a JSON value with its dotted path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves_of(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves_of(item, f"{path}.{number}" if path else str(number))
    else:
        yield path, value


def differences(a: Any, b: Any, path: Path = ()) -> list[Difference]:
    """Where `a` and `b` differ, in their order. Lists of unequal length differ as a whole; 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        found = []
        for key in [*a, *(key for key in b if key not in a)]:
            if key in a and key in b:
                found += differences(a[key], b[key], (*path, key))
            else:
                found.append(Difference((*path, key), a.get(key), b.get(key), key in a, key in b))
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [each for number, pair in enumerate(zip(a, b, strict=True)) for each in differences(*pair, (*path, number))]
    return [] if isinstance(a, bool) is isinstance(b, bool) and a == b else [Difference(path, a, b)]


def grouped(found: Sequence[Difference], most: int) -> list[tuple[str, list[Difference]]]:
    """Differences in at most `most` groups: each alone where that is few enough, else by their common branch.

    A branch is as deep as the limit allows.
    """
    for depth in range(max((len(each.path) for each in found), default=1), 0, -1):
        groups: dict[Path, list[Difference]] = {}
        for each in found:
            groups.setdefault(each.path[:depth], []).append(each)
        if len(groups) <= most or depth == 1:
            return [(".".join(map(str, path)), items) for path, items in groups.items()]
    return []


def with_changes(value: Any, changes: Sequence[Difference]) -> Any:
    """A copy of `value` (the a of the differences) in which each change has its b."""
    changed = copy.deepcopy(value)
    for change in changes:
        place = changed
        for key in change.path[:-1]:
            place = place[key]
        if change.in_b:
            place[change.path[-1]] = copy.deepcopy(change.b)
        else:
            del place[change.path[-1]]
    return changed


def reversed_change(change: Difference) -> Difference:
    """The way back from b to a."""
    return Difference(change.path, change.b, change.a, change.in_b, change.in_a)
