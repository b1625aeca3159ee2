"""What the knowledge commands share: opening the base, printing a result."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.documents import without_controls
from knowledge.settings import knowledge_folder


def opened(options: argparse.Namespace) -> KnowledgeBase:
    """The base that the options name; what it lacks is said on standard error."""
    base = KnowledgeBase(knowledge_folder(options.knowledge))
    if base.warning:
        print(f"note: {base.warning}", file=sys.stderr)
    return base


def show(options: argparse.Namespace, value: Any, text: Callable[[], str]) -> None:
    """A result as JSON or as text; no control character reaches the terminal."""
    print(without_controls(json.dumps(value, ensure_ascii=False, indent=2) if options.json else text()))
