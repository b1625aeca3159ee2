"""HTML, PDF and notes files, whatever they are called and however they are encoded."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from knowledge.documents import without_controls
from knowledge.errors import KnowledgeError
from knowledge.ingest import MAX_CHARACTERS, read_document
from knowledge.ingest.pdf import joined_lines
from knowledge.mappings import document_from_json, document_to_json
from knowledge.passages import sentences_of

PAGES = Path(__file__).parents[2] / "fixtures" / "knowledge_pages"
ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>How lamps burn | Harbour Site</title>
<link rel="canonical" href="https://www.example.com/lamps?utm_source=x"><meta name="author" content="A. Pilot">
<meta property="article:published_time" content="2026-05-09T10:00:00Z"><meta property="article:tag" content="lamps"></head>
<body><nav><a href="/">Home</a> <a href="/all">All pages</a></nav><script>alert("no")</script>
<article><h1>How lamps burn</h1>
<p>A lamp burns oil that is drawn up by its wick, and the flame stands as high as the wick does above the brass.</p>
<h2>Trimming the wick</h2><p>The wick is trimmed every evening, because a ragged wick smokes and dims the light for the ships.</p>
<ul><li>Cut it level.</li><li>Wipe the brass clean.</li></ul></article><footer>Copyright 2026 Harbour Site. All rights reserved.</footer></body></html>"""


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


def pdf_of(pages: list[list[str]], record: dict[str, str] | None = None, password: str | None = None) -> bytes:
    """A PDF with lines of text on each page."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        shown = " T* ".join("({}) Tj".format(line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")) for line in lines)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 11 Tf 14 TL 60 740 Td {shown} ET".encode("latin-1"))
        page[NameObject("/Contents")] = stream
    if record:
        writer.add_metadata(record)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def sentences(document) -> list[str]:
    return [document.text[a:b] for section in document.sections for a, b in sentences_of(document.text, section.start, section.end)]


def test_an_html_page_gives_its_particulars_and_its_text_without_its_frame(file):
    document = read_document(file("lamps.html", ARTICLE))
    (source,) = document.sources
    assert (document.title, source.author, source.date) == ("How lamps burn", "A. Pilot", "2026-05-09")
    assert source.url == "https://www.example.com/lamps?utm_source=x"
    assert "lamps" in document.tags
    assert [section.heading for section in document.sections] == ["", "Trimming the wick"]
    assert "- Cut it level." in document.text
    for words in ("alert", "Home", "Copyright", "All pages"):
        assert words not in document.text


def test_html_is_recognised_whatever_it_is_called(file):
    assert read_document(file("lamps.txt", ARTICLE)).title == "How lamps burn"


def test_a_date_is_taken_from_the_head_and_never_guessed_from_the_text(file):
    page = ARTICLE.replace('<meta property="article:published_time" content="2026-05-09T10:00:00Z">', "").replace(
        "every evening", "since 3 March 2019"
    )
    assert read_document(file("lamps.html", page)).sources[0].date is None


@pytest.mark.parametrize("name", ["structured", "flat", "community"])
def test_both_renderings_of_a_page_are_read_alike(file, name):
    text = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
    plain = read_document(PAGES / f"{name}.txt")
    blocks = "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line.strip())
    rendered = read_document(file("page.html", f"<html><head><title>{plain.title} | Site</title></head><body><div>{blocks}</div></body></html>"))
    assert (rendered.title, rendered.text, rendered.sources[0]) == (plain.title, plain.text, plain.sources[0])


def test_definitions_in_attributes_become_terms(file):
    page = ARTICLE.replace("its wick,", 'its <a class="glossary-link" data-term="wick" data-def="A cord that draws up oil.">wick</a>,')
    assert [(term.term, term.definition) for term in read_document(file("lamps.html", page)).terms] == [("wick", "A cord that draws up oil.")]


def test_a_glossary_page_defines_its_title(file):
    page = "EDR (Expected Daily Range)\nDefinition\nA forecast of how far the index moves in a day.\nHow It Works\nIt is made each morning.\n"
    (term,) = read_document(file("edr.txt", page)).terms
    assert (term.term, term.expansion, term.definition) == ("EDR", "Expected Daily Range", "A forecast of how far the index moves in a day.")


@pytest.mark.parametrize("content", ["<html><body></body></html>", "<html><body><script>x</script></body></html>"])
def test_html_without_text_is_refused(file, content):
    with pytest.raises(KnowledgeError, match="holds no text"):
        read_document(file("empty.html", content))


def test_deeply_nested_html_is_read_or_refused(file):
    page = "<html><body>" + "<div>" * 20_000 + "<p>The lamp burns at the bottom of it all.</p>" + "</div>" * 20_000 + "</body></html>"
    try:
        assert "lamp burns" in read_document(file("deep.html", page)).text
    except KnowledgeError as error:
        assert error.remedy


WRAPPED = [
    "A lamp burns oil that is drawn up by its wick, and the flame stands as high as the wick",
    "does above the brass. The wick is trimmed every evening, because a ragged wick smokes and",
    "dims the light for the ships, which makes pilots un-",
    "happy. It ends here.",
]


def test_a_pdf_gives_its_particulars_and_whole_sentences(file):
    record = {"/Title": "How lamps burn", "/Author": "A. Pilot", "/CreationDate": "D:20260509100000Z"}
    document = read_document(file("lamps.pdf", pdf_of([WRAPPED], record)))
    (source,) = document.sources
    assert (document.title, source.author, source.date, source.url) == ("How lamps burn", "A. Pilot", "2026-05-09", None)
    assert sentences(document)[0].endswith("as high as the wick does above the brass.")
    assert len(sentences(document)) == 3


def test_running_headers_and_page_numbers_of_a_pdf_are_left_out(file):
    pages = [
        ["The Harbour Handbook", f"Chapter {number} speaks of lamps that burn all night for ships.", f"Page {number} of 4"] for number in range(1, 5)
    ]
    text = read_document(file("book.pdf", pdf_of(pages, {"/Title": "Handbook"}))).text
    assert "Harbour Handbook" not in text
    assert "of 4" not in text
    assert all(f"Chapter {number} speaks" in text for number in range(1, 5))


def test_a_pdf_is_recognised_whatever_it_is_called(file):
    assert "lamp burns" in read_document(file("lamps.txt", pdf_of([WRAPPED]))).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"PK\x03\x04" + b"\0" * 100, "is a zip archive"),
        ("a.pdf", b"just words", "is named .pdf and is no PDF"),
        ("a.pdf", b"%PDF-1.7\n" + b"garbage " * 50, "is a damaged PDF"),
        ("a.pdf", pdf_of([WRAPPED])[:400], "is a damaged PDF"),
        ("a.pdf", pdf_of([[]]), "without text"),
        ("a.pdf", pdf_of([WRAPPED], password="secret"), "is protected by a password"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a picture"),
        ("a.txt", b"SQLite format 3\0" + b"\0" * 84, "is a database"),
        ("a.txt", b"x. " * (MAX_CHARACTERS // 3 + 10), "million characters; split"),
    ],
    ids=["zip", "words", "garbage", "cut off", "no text", "password", "picture", "database", "long"],
)
def test_what_cannot_be_used_is_refused_with_the_reason(file, name, content, words):
    with pytest.raises(KnowledgeError, match=words):
        read_document(file(name, content))


def test_divided_words_are_joined_and_bullets_are_not():
    lines = joined_lines([["The pilots of the harbour were un-", "happy about the lamps in the", "- first bullet stays", "- second one too"]])
    assert lines == ["The pilots of the harbour were unhappy about the lamps in the", "- first bullet stays", "- second one too"]


SAMPLE = "Die Lampe brennt über Nacht – „schön“, sagt der Lotse, und kostet 5 €. Naïve façades, déjà vu."
RUSSIAN = "Лампа горит всю ночь, и корабли видят её издалека. Лоцман доволен светом маяка и тихим морем."
JAPANESE = "ランプは夜通し燃え、船は遠くからそれを見る。水先人は灯台の光と静かな海に満足している。" * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((SAMPLE, name) for name in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        *((RUSSIAN * 4, name) for name in ("utf-8", "cp1251", "utf-16")),
        *((JAPANESE, name) for name in ("utf-8", "utf-16")),
        ("Caf\xe9 cr\xe8me is served at the harbour. The pilot drinks it.", "latin-1"),
    ],
)
def test_text_is_read_in_its_encoding(file, text, encoding):
    assert text in read_document(file("lamp.txt", f"A title that stands above\n\n{text}\n".encode(encoding))).text


def test_html_is_read_in_the_encoding_that_it_declares(file):
    page = ARTICLE.replace("utf-8", "windows-1251").replace("A lamp burns oil", RUSSIAN)
    assert RUSSIAN[:40] in read_document(file("lamp.html", page.encode("cp1251"))).text


NOTES = """title: My notes
terms:
  - term: EDR
    expansion: Expected Daily Range
    definition: A forecast of how far the index moves in a day.
    reference: {title: Some book, url: "https://www.example.com/book"}
  - {term: lamp, definition: A light for ships.}
groups: {level: [level, threshold]}
silences:
  - id: lamp-level
    subject: a level of the lamp
    questions: [What level has the lamp?, How high is the lamp?]
    terms: [[lamp], [$level]]
    parameters: []
    nearest: {document_id: layering-order, heading: The fixed order}
"""


def test_notes_give_terms_with_their_sources_and_silences(file):
    document = read_document(file("notes.yaml", NOTES))
    assert (document.title, document.subject) == ("My notes", "glossary")
    assert [(term.term, term.expansion) for term in document.terms] == [("EDR", "Expected Daily Range"), ("lamp", None)]
    assert [section.heading for section in document.sections] == ["EDR (Expected Daily Range)", "lamp"]
    assert document.source_of("EDR (Expected Daily Range)").url == "https://www.example.com/book"
    assert document.source_of("lamp").title == "My notes"
    (silence,) = document.silences
    assert silence.terms == (("lamp",), ("level", "threshold"))


def test_silences_alone_are_a_document_without_text(file):
    document = read_document(file("silences.yaml", "silences:" + NOTES.partition("silences:")[2].replace("$level", "level")))
    assert (document.text, document.sections, len(document.silences)) == ("", (), 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: x\n", "needs terms or silences"),
        ("terms: [{term: a}]\n", "entry 1: needs term and definition"),
        ("terms: 7\n", "not usable|needs"),
        ("silences: [{id: a}]\n", "lacks"),
        ("terms: [{term: 5, definition: [x]}]\n", "not texts|not usable"),
        ("other: 1\nterms: []\n", "no other keys"),
        ("a: &a [x]\nb: [*a, *a]\n", "needs terms"),
    ],
)
def test_notes_that_are_not_usable_are_refused(file, text, words):
    with pytest.raises(KnowledgeError, match=words):
        read_document(file("notes.yaml", text))


@settings(max_examples=150, deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet="<>/ahtmlbody\"'= -–\x1b[]\x07\x9b\u202e\u200b.\n:#*|&;{}", max_size=300).map(lambda text: text.encode()),
    ),
    name=st.sampled_from(["a.txt", "a.md", "a.html", "a.yaml", "a.pdf", "a"]),
)
def test_any_bytes_are_a_clean_document_or_a_refusal(tmp_path_factory, data, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        document = read_document(path)
    except KnowledgeError as error:
        assert error.problem and error.remedy
        return
    texts = [document.title, document.text, *document.tags, *(section.heading for section in document.sections)]
    texts += [text for term in document.terms for text in (term.term, term.definition)]
    texts += [text or "" for source in document.sources for text in (source.title, source.url, source.author, source.date)]
    assert [text for text in texts if without_controls(text) != text] == []
    assert all(0 <= section.start <= section.end <= len(document.text) for section in document.sections)
    assert document_from_json(document_to_json(document)) == document


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("sells 10<sup>2</sup> contracts", "sells 10^2 contracts"),
        ("at the close of the day<sup>1</sup> and on", "at the close of the day and on"),
        ("as a note says<sup>[3]</sup> in full", "as a note says in full"),
        ("the 5<sup>th</sup> contract", "the 5th contract"),
    ],
)
def test_raised_digits_never_become_part_of_a_number(file, markup, text):
    page = ARTICLE.replace("<p>A lamp burns", f"<p>The pilot {markup} every single day of the year. A lamp burns")
    assert f"The pilot {text} every single day" in read_document(file("lamps.html", page)).text


def test_headers_of_every_other_page_of_a_pdf_are_left_out(file):
    pages = [
        page
        for number in range(1, 5)
        for page in (["Journal of Lamps Vol. 3", *(line.replace("wick", f"wick {number}") for line in WRAPPED)], [f"Page {number} of 4"])
    ]
    assert "Journal of Lamps" not in read_document(file("journal.pdf", pdf_of(pages, {"/Title": "Lamps"}))).text


@pytest.mark.parametrize(
    "head", ["url: https://example.com/x\ntitle: Lamps\n", "URL: https://example.com/x\nLamps\n\n", "TITLE: Lamps\nURL: https://example.com/x\n"]
)
def test_the_lines_of_a_digest_are_read_in_any_case_and_order(file, head):
    document = read_document(file("x.txt", head + "The lamp burns all night.\n"))
    assert (document.title, document.address, document.text) == ("Lamps", "https://example.com/x", "The lamp burns all night.")
