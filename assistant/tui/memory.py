"""What a program that stays open all day asks of the C library's allocator."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_MMAP_THRESHOLD = -3  # mallopt(3), malloc.h of the GNU C library
LARGE_BYTES = 1_000_000


def give_back_large_blocks() -> None:
    """Have blocks of a megabyte and more returned to the system as soon as they are freed; without effect where the C library is not GNU's.

    By default glibc raises the size from which it does so, up to 32 MB, as soon as one such block was freed (mallopt(3),
    M_MMAP_THRESHOLD): the arrays of every opening of the base then leave holes in the heap that are hardly ever filled again.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
