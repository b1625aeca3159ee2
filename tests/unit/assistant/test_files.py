"""What a user's own files may do to the program: nothing but a sentence that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.files import load
from assistant.settings import SettingsFile, read_settings
from assistant.tui.desk import fact_of
from rules.errors import RulesError

DEEP = "[" * 100_000


def test_settings_that_are_nested_too_deeply_are_said_with_their_line(tmp_path):
    (tmp_path / "settings.json").write_text(f'{{\n"keys": {DEEP}', encoding="utf-8")
    with pytest.raises(AssistantError, match=r"settings\.json, line 2, column 58: is nested too deeply; correct it, or delete it"):
        read_settings(tmp_path / "settings.json")
    assert "nested too deeply" in SettingsFile(tmp_path).problem


def test_a_fact_that_is_nested_too_deeply_is_refused():
    with pytest.raises(AssistantError, match="cannot be read"):
        fact_of("curve", DEEP, [])


def test_a_book_that_is_nested_too_deeply_is_refused_with_its_name(tmp_path):
    (tmp_path / "book.json").write_text(f'{{"condors": {DEEP}', encoding="utf-8")
    with pytest.raises(RulesError, match=r"book\.json, column 62: is nested too deeply"):
        load([str(tmp_path / "book.json")])


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without end")
def test_a_device_in_the_place_of_a_book_is_refused():
    with pytest.raises(AssistantError, match="@/dev/zero: cannot be read"):
        load(["/dev/zero"])


def test_a_book_over_the_size_is_refused_and_the_size_is_said(tmp_path):
    (tmp_path / "book.json").write_text(" " * 1_000_001, encoding="utf-8")
    with pytest.raises(AssistantError, match=r"book\.json: is larger than 1 MB; "):
        load([str(tmp_path / "book.json")])
