"""Files of one address in one addition: one document, and it is said which text it holds and why."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def pages(tmp_path):
    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.md").write_text(f"---\ntitle: Lamps\nurl: https://www.example.com/lamps\n---\n\n{text}\n", encoding="utf-8")
        return [str(tmp_path / f"{name}.md") for name in texts]

    return write


def test_the_later_of_two_files_with_one_address_counts_and_both_are_named(command, pages):
    one, two = pages(one="The lamp is lit at dusk.", two="The lamp is lit at noon.")
    done = command("add", one, two, "--json")
    first, second = json.loads(done.stdout)
    assert (first["state"], second["state"], second["instead_of"]) == ("added", "replaced", one)
    assert "instead_of" not in first and first["document_id"] == second["document_id"]
    assert done.returncode == 0
    assert done.stderr == f"note: {two} and {one} have one address: the later text counts, that of {two}\n"
    assert "at noon" in json.loads(command("show", first["document_id"], "--json").stdout)["text"]


def test_nothing_is_said_of_a_new_text_of_a_file_or_of_two_files_with_one_text(command, pages):
    (one,) = pages(one="The lamp is lit at dusk.")
    command("add", one)
    (one,) = pages(one="The lamp is lit at noon.")
    replaced = command("add", one)
    assert replaced.stdout.startswith("replaced") and replaced.stderr == ""
    one, two = pages(one="The lamp is lit at noon.", two="The lamp is lit at noon.")
    same = command("add", one, two)
    assert "2 unchanged" in same.stdout and same.stderr == ""


def test_a_file_that_was_in_already_is_named_as_well(command, pages):
    one, two = pages(one="The lamp is lit at dusk.", two="The lamp is lit at noon.")
    command("add", one)
    assert f"{two} and {one} have one address" in command("add", one, two).stderr
