"""The bar that long commands show on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FORMAT = "{desc}: {percentage:3.0f}% |{bar}| {n_fmt} of {total_fmt} {unit}, {rate_fmt}, {remaining} left{postfix}"


@contextmanager
def bar(title: str, total: int, unit: str) -> Iterator[Any]:
    """A progress bar on standard error with rate and remaining time; nothing where that is no terminal."""
    from tqdm import tqdm

    with tqdm(total=total, desc=title, unit=unit, file=sys.stderr, disable=None, bar_format=_FORMAT, leave=False) as shown:
        yield shown
