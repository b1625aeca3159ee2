"""Which encoder a setting names."""

from __future__ import annotations

import os
from pathlib import Path

from knowledge.encoding.bulk import DefaultEncoder, NamedEncoder
from knowledge.encoding.model import MODEL_NAME, model_folder, verify_model
from knowledge.encoding.protocol import Encoder

SETTING = "ALVH_ENCODER"
_DEFAULT_NAMES = frozenset({MODEL_NAME, f"sentence-transformers/{MODEL_NAME}"})


def chosen_name() -> str:
    """The encoder that the user wants: `ALVH_ENCODER`, a hub id or a folder, else the default one."""
    named = os.environ.get(SETTING, "").strip()
    return MODEL_NAME if not named or named in _DEFAULT_NAMES else named


def encoder_named(name: str, remembered: Path | None) -> Encoder:
    """An encoder by name; others than the default are loaded when first used.

    `remembered`: file in which it is kept that the default's weights were checked. Raises KnowledgeError when the default's are missing or wrong.
    """
    if name != MODEL_NAME:
        return NamedEncoder(name)
    folder = model_folder()
    verify_model(folder, remembered)
    return DefaultEncoder(folder)
