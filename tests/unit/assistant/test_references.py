"""Reference entries by APA style; the forms are those of the Publication Manual, 7th edition, section 10.16 (webpages)."""

from __future__ import annotations

import pytest

from assistant.references import apa


@pytest.mark.parametrize(
    ("given", "entry"),
    [
        (
            ("Which VIX instruments first?", "Research Team", "2026-05-09", "https://www.example.com/ask/first"),
            "Research Team. (2026, May 9). Which VIX instruments first? example.com. https://www.example.com/ask/first",
        ),
        (("Contango", None, "2024-03", "https://example.org/c"), "Contango. (2024, March). example.org. https://example.org/c"),
        (("Notes on rolling", "J. Doe", None, None), "J. Doe. (n.d.). Notes on rolling."),
        (("Notes", "Doe, J.", "2023", "file:///home/notes.md"), "Doe, J. (2023). Notes."),
        (("VIX index", "example.com", "spring 2020", "https://example.com/vix"), "example.com. (spring 2020). VIX index. https://example.com/vix"),
    ],
)
def test_an_entry_names_author_date_title_site_and_address(given, entry):
    assert apa(*given) == entry
