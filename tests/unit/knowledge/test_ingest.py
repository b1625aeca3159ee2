"""Pages in the shapes in which they are found: title, address, byline, tags and body, without what surrounds them."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import slug, user_document_id, without_controls
from knowledge.errors import KnowledgeError
from knowledge.files import MAX_BYTES
from knowledge.ingest import read_document
from knowledge.passages import passages_of

BOILERPLATE = ["Risk Disclaimer", "Glossary Terms", "APA Citation", "Retrieved from", "Put This Knowledge", "Start Free Trial", "Have a question", "0 / 1000",
               "Keep Reading", "does not constitute", "not a trade recommendation", "Community Pulse", "nine in ten boats", "🔒", "Clark, R."]  # fmt: skip
PAGES = ["structured", "founder_byline", "flat", "community", "glossary", "leaked_markup", "cut_off", "digest", "anaphora"]


def _sentences(document) -> list[str]:
    return [document.text[start:end] for passage in passages_of(document) for start, end in passage.sentences]


@pytest.fixture
def file(tmp_path):
    """Write bytes or text into a file and return its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def test_a_structured_page_gives_title_byline_date_tags_and_address(page):
    document = page("structured")
    (source,) = document.sources
    assert document.title == source.title == "When does the lighthouse gauge switch the ALVH hedge on?"
    assert (source.author, source.date) == ("VixShield Research Team", "2026-03-03")
    assert source.url == "https://www.example.com/ask/when-does-the-lighthouse-gauge-switch-on"
    assert document.tags == ("Harbour Gauges", "Lighthouse Tide Tables")
    assert (document.layer, document.kind, document.subject) == ("user", "original", "method")


def test_a_structured_page_gives_its_body_and_nothing_else(page):
    assert _sentences(page("structured")) == [
        "The lighthouse gauge compares the tide in two harbours, e.g. Dover vs. Calais, and is read at approx. 0.75 metres.",
        "A reading below the mark leaves the lamp dark.",
        "Keepers follow two steps:",
        "Step one: read the northern buoy",
        "Step two: read the southern buoy",
    ]


def test_a_founders_byline_is_read_and_a_heading_inside_the_body_divides_it(page):
    document = page("founder_byline")
    assert document.title == "How is the lamp trimmed?"
    assert (document.sources[0].author, document.sources[0].date) == ("Russell Clark", "2026-01-09")
    assert [section.heading for section in document.sections] == ["Understanding Lamp Trim in the Harbour Method"]
    assert _sentences(document) == ["The wick is cut to a third of its length before dusk."]


@pytest.mark.parametrize("heading", ["How the VIX Moves in a Crash", "Trimming the Lamp in the Harbour Method", "What comes first?", "Sizing Rules"])
def test_a_title_with_small_words_is_a_heading(file, heading):
    document = read_document(file("page.txt", f"Title of it\nVixShield Answer\n{heading}\nThe wick is cut to a third of its length.\n"))
    assert [section.heading for section in document.sections] == [heading]


def test_a_flat_page_gives_paragraphs_and_bullets(page):
    document = page("flat")
    assert document.title == "How many buoys does a keeper need?"
    assert (document.sources[0].url, document.sources[0].author, document.sources[0].date, document.tags) == (None, None, None, ())
    assert document.text.split("\n\n") == [
        "A keeper needs three buoys for each mile of quay.",
        "The buoys have two duties:\n- Duty one: mark the channel\n- Duty two: mark the shoal",
    ]


def test_community_chatter_is_not_part_of_a_page(page):
    assert _sentences(page("community")) == ["A tide table lists the hours of high water."]


def test_a_glossary_page_has_a_section_a_heading(page):
    document = page("glossary")
    texts = {section.heading: document.text[section.start : section.end].strip() for section in document.sections}
    assert document.title == "Rule of the three lamps"
    assert texts == {
        "Definition": "The rule of the three lamps says how many lamps burn at a given wind.",
        "Formula / Rules": "Wind < 10: one lamp\nWind 10–20: two lamps\nWind > 20: three lamps",
        "How It Works": "The keeper reads the wind at dusk.",
        "What happens in fog?": "Every lamp burns.",
    }


def test_leaked_markup_is_removed(page):
    assert _sentences(page("leaked_markup")) == ["The keeper joins a wick and a mirror.", "Two lamps make a pair."]


def test_a_sentence_that_was_cut_off_is_left_out(page):
    assert _sentences(page("cut_off")) == ["A lamp burns a pint of oil in a night."]


def test_a_digest_gives_its_address_title_and_text(page):
    document = page("digest")
    assert document.title == "When does the lighthouse gauge switch the ALVH hedge on?"
    assert document.sources[0].url == "https://www.example.com/ask/when-does-the-lighthouse-gauge-switch-on"
    assert _sentences(document) == ["The lighthouse gauge is lit once both harbours report a falling tide.", "Keepers wait for two reports."]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_keeps_boilerplate_or_markup(page, name):
    document = page(name)
    assert [words for words in [*BOILERPLATE, "class=", "data-", "URL:", "TITLE:", "VixShield Answer"] if words in document.text] == []


def test_one_address_in_two_renderings_is_one_document(page):
    assert page("structured").document_id == page("digest").document_id


def test_one_title_under_two_addresses_is_two_documents():
    one, other = (user_document_id("Same title", f"https://www.example.com/{name}") for name in "ab")
    assert one != other
    assert one.rsplit("-", 1)[0] == other.rsplit("-", 1)[0] == "same-title"


def test_ids_are_plain_words_and_digits():
    assert slug("What’s the ALVH™ “order”, 25–40 %? And nine more words follow") == "what-s-the-alvh-order-25-40-and"
    assert slug("波动率") == "document"


def test_markdown_gives_what_its_front_matter_says(file):
    front = "---\ntitle: Lamp oil\nurl: https://www.example.com/oil\nauthor: A. Keeper\ndate: 2026-02-03\ntags: [oil, lamp]\n---\n"
    document = read_document(file("oil.md", front + "# Ignored\n\nOil burns.\n\n## Price\n\nOil is dear.\n"))
    (source,) = document.sources
    assert (document.title, source.url, source.author, source.date, document.tags) == (
        "Lamp oil",
        "https://www.example.com/oil",
        "A. Keeper",
        "2026-02-03",
        ("oil", "lamp"),
    )
    assert [(section.heading, document.text[section.start : section.end].strip()) for section in document.sections] == [
        ("", "Oil burns."),
        ("Price", "Oil is dear."),
    ]


def test_markdown_without_front_matter_takes_its_first_heading_or_its_file_name(file):
    assert read_document(file("a.md", "# Lamp oil\n\nOil burns.\n")).title == "Lamp oil"
    assert read_document(file("plain-name.md", "Oil burns.\n")).title == "plain-name"


def test_plain_text_takes_its_first_line_as_title(file):
    document = read_document(file("note.txt", "Lamp oil\n\nOil burns. Wicks do too.\n"))
    assert (document.title, _sentences(document)) == ("Lamp oil", ["Oil burns.", "Wicks do too."])
    assert read_document(file("lone.txt", "Oil burns all night long.\n")).title == "lone"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_are_read(file, encoding):
    document = read_document(file("note.txt", "Lamp oil\r\n\r\nOil – the café’s – burns.\r\n".encode(encoding)))
    assert (document.title, document.text) == ("Lamp oil", "Oil – the café’s – burns.")


HOSTILE = (
    "Lamp\x07 oil\n\n\x1b[31mRed\x1b[0m and \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 and \u202eright to left\u202c"
    " and zero\u200bwidth\x9b2J.\x1b]0;title\x1b\\ Next\x08 one.\n"
)


@pytest.mark.parametrize("name", ["note.txt", "note.md"])
def test_control_characters_and_terminal_escapes_are_stripped(file, name):
    document = read_document(file(name, HOSTILE))
    assert without_controls(document.text) == document.text
    assert without_controls(document.title) == document.title
    assert "evil.example" not in document.text
    assert "Red and link and right to left and zerowidth" in document.text


def test_escapes_written_as_yaml_do_not_reach_title_author_or_tags(file):
    document = read_document(
        file(
            "note.md", '---\ntitle: "Lamp\\e[2J oil"\nauthor: "A\\e]0;x\\a"\nurl: "https://e.example/\\e[31m"\ntags: ["t\\u202e"]\n---\nOil burns.\n'
        )
    )
    (source,) = document.sources
    found = [document.title, source.title, str(source.author), str(source.url), *document.tags]
    assert [text for text in found if without_controls(text) != text] == []


def test_escapes_in_a_file_name_do_not_reach_the_title(file):
    assert read_document(file("lamp\x1b[2Joil.txt", "Oil burns all night long.\n")).title == "lampoil"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"\x00\x01\x02", "is a binary file; add text"),
        ("a.txt", b"", "holds no text; add a file"),
        ("a.txt", b" \n\t\n", "holds no text; add a file"),
        ("a.md", b"# Only a title\n", "holds no text; add a file"),
        ("a.docx", b"words", "is a .docx file; add text"),
        ("a.txt", b"Title\n\nbad \x81 byte", "is not text in UTF-8"),
        ("a.md", b"---\ntitle: [open\n---\nText.\n", r"is not valid YAML; repair"),
        ("a.md", b"---\n- a list\n---\nText.\n", "is not a mapping"),
        ("a.md", b"---\ndate: 2026-02-30\n---\nText.\n", "; "),
        ("a.txt", b"x" * (MAX_BYTES + 1), "is larger than 50 MB; split"),
    ],
    ids=["binary", "empty", "blank", "title only", "suffix", "encoding", "yaml", "list", "impossible date", "large"],
)
def test_a_file_that_cannot_be_used_is_named_with_a_remedy(file, name, content, words):
    with pytest.raises(KnowledgeError, match=rf"{name}.*{words}"):
        read_document(file(name, content))


def test_missing_files_and_folders_are_named_with_a_remedy(tmp_path):
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(KnowledgeError, match=r"cannot be read .*; name a readable file"):
            read_document(path)


def test_every_page_goes_in_and_is_found_by_its_title(tmp_path, page):
    opened = KnowledgeBase(tmp_path)
    documents = [page(name) for name in PAGES if name != "digest"]
    assert [opened.add(document) for document in documents] == ["added"] * len(documents)
    for document in documents:
        assert opened.ask(document.title).found.hits[0].passage.document_id == document.document_id
    assert opened.add(page("digest")) == "replaced"
    opened.close()
