"""One page in several renderings gives one document; what a page says is neither lost nor changed on the way."""

from __future__ import annotations

import html
import re
import textwrap
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.ingest import read_document
from knowledge.ingest.authoring import problems_of
from knowledge.ingest.pdf import joined_lines

PAGES = Path(__file__).parents[2] / "fixtures" / "knowledge_pages"
FRAME = """<html><head><title>{title} | Harbour Site</title></head><body>
<header><a href="/">Harbour Site</a><button>Log in</button></header><nav><a>Ask</a><a>Glossary</a></nav>
<main>{body}</main><aside><p>Most read: all about ropes.</p></aside><footer><p>All rights reserved.</p></footer></body></html>"""


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write


def marked_up(text: str, title: str) -> str:
    """A text page as HTML: bullets as lists, the title as heading, its other lines as paragraphs."""
    body, bullets = "", False
    for line in (line.strip() for line in text.split("\n") if line.strip()):
        is_bullet = line[:2] in ("- ", "• ")
        body += "" if is_bullet == bullets else "<ul>" if is_bullet else "</ul>"
        bullets = is_bullet
        escaped = html.escape(line[2:] if is_bullet else line)
        body += f"<li><p>{escaped}</p></li>" if is_bullet else f"<h1>{escaped}</h1>" if line == title else f"<div><span>{escaped}</span></div>"
    return FRAME.format(title=html.escape(title), body=body + ("</ul>" if bullets else ""))


@pytest.mark.parametrize("name", ["structured", "founder_byline", "flat", "community"])
def test_a_page_as_html_within_its_frame_is_the_page_as_text(file, name):
    plain = read_document(PAGES / f"{name}.txt")
    rendered = read_document(file("page.html", marked_up((PAGES / f"{name}.txt").read_text(encoding="utf-8"), plain.title)))
    assert (rendered.title, rendered.text, rendered.tags, rendered.sources) == (plain.title, plain.text, plain.tags, plain.sources)
    assert (rendered.sections, rendered.terms) == (plain.sections, plain.terms)


def test_a_glossary_page_as_html_is_the_page_as_text(file):
    text = "Rule of lamps\n🔒\nDefinition\nThe rule says how many lamps burn.\nFormula / Rules\nWind < 10: one lamp\nWind > 20: three lamps\nHow It Works\nBy wind.\n"
    body = (
        "<h1>Rule of lamps</h1><span>🔒</span><h2>Definition</h2><p>The rule says how many lamps burn.</p><h2>Formula / Rules</h2>"
        "<p>Wind &lt; 10: one lamp<br>Wind &gt; 20: three lamps</p><h2>How It Works</h2><p>By wind.</p><h3>APA Citation</h3><p>Clark, R. (2025).</p>"
    )
    plain, rendered = read_document(file("a.txt", text)), read_document(file("a.html", FRAME.format(title="Rule of lamps", body=body)))
    assert (rendered.title, rendered.text, rendered.sections, rendered.terms) == (plain.title, plain.text, plain.sections, plain.terms)


def test_a_short_html_page_keeps_its_paragraphs_and_not_its_frame(file):
    document = read_document(file("a.html", FRAME.format(title="Lamps", body="<h1>Lamps</h1><p>The lamp burns.</p><p>Its oil is dear.</p>")))
    assert (document.title, document.text) == ("Lamps", "The lamp burns.\n\nIts oil is dear.")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("<p>The lamp is lit at dusk.</p>", "lamp", "The lamp is lit at dusk."),
        ("<p>The lamp is lit at dusk.</p>\nA line outside.", "lamp", "The lamp is lit at dusk.\n\nA line outside."),
        ("<div><h1>Lamps</h1><p>The lamp is lit at dusk.</p><ul><li>One is red.</li></ul></div>", "Lamps", "The lamp is lit at dusk.\n- One is red."),
        ("<!-- saved --><title>Lamps at sea</title><p>The lamp is lit at dusk.</p>", "Lamps at sea", "The lamp is lit at dusk."),
        ("<table><tr><td>Lamp</td><td>It is lit at dusk.</td></tr></table>", "lamp", "- Lamp | It is lit at dusk."),
        ("The lamp is lit at dusk.\n", "lamp", "The lamp is lit at dusk."),
    ],
)
def test_a_fragment_of_html_is_read_like_a_page(file, text, title, body):
    document = read_document(file("lamp.html", text))
    assert (document.title, document.text) == (title, body)


def test_the_flat_and_the_structured_rendering_of_a_page_have_one_text(file):
    flat = "How is oil kept?\nVixShield Answer\nOil is kept in casks, e.g. in a cellar.\nA cask has two taps:\n- Tap one: above\n- Tap two: below\n"
    structured = (
        "Oil\n\nHow is oil kept?\n\nVixShield Research Team · Based on SPX Mastery by Russell Clark · May 9, 2026 · 1 views\nOil Casks\n\nVixShield Answer\n\n"
        "Oil is kept in casks, e.g. in a cellar.\n\nA cask has two taps:\n\n  • Tap one: above\n  • Tap two: below\n\n⚠️ Risk Disclaimer: none.\n"
    )
    one, other = read_document(file("flat.txt", flat)), read_document(file("structured.txt", structured))
    assert (one.title, one.text) == (other.title, other.text)


def test_text_above_a_definition_is_kept(file):
    intro = "Oil is a liquid that burns in a lamp and lights a harbour at night."
    text = f"What Oil Is\n{intro}\nDefinition\nOil is what burns in lamps.\n"
    page = FRAME.format(
        title="What Oil Is", body=f"<article><h1>What Oil Is</h1><p>{intro}</p><h2>Definition</h2><p>Oil is what burns in lamps.</p></article>"
    )
    for path in (file("oil.txt", text), file("oil.html", page)):
        document = read_document(path)
        assert (document.title, intro in document.text) == ("What Oil Is", True)
        assert [section.heading for section in document.sections] == ["", "Definition"]


def test_text_above_a_heading_that_only_looks_like_a_page_s_answer_is_kept(file):
    intro = "Oil is a liquid that burns in a lamp and lights a harbour at night."
    assert intro in read_document(file("oil.txt", f"What Oil Is\n{intro}\nShort Answer\nOil burns.\n")).text


def test_the_signs_and_lists_and_tables_of_html_are_kept(file):
    body = (
        "<article><h1>Signs of the harbour</h1><p>The level is 2 * 3 and a_b, as [1] and #5 say, which every pilot on the coast has to know.</p>"
        "<h2>Steps <em>two</em></h2><ul><li>One is<ul><li>below it</li></ul></li><li><p>Two is alone</p></li></ul>"
        "<table><tr><th>Wind</th><th>Lamps</th></tr><tr><td>10</td><td>one</td></tr></table></article>"
    )
    document = read_document(file("signs.html", FRAME.format(title="Signs of the harbour", body=body)))
    assert document.text == (
        "The level is 2 * 3 and a_b, as [1] and #5 say, which every pilot on the coast has to know.\n\nSteps two\n\n"
        "- One is\n- below it\n- Two is alone\n- Wind | Lamps\n- 10 | one"
    )
    assert [section.heading for section in document.sections] == ["", "Steps two"]


def test_two_files_with_the_same_words_are_read_alike(file):
    said = [
        f"The oil of the {place} is kept in casks that are sealed with tar, so that it burns as bright in spring as it did in autumn."
        for place in ("harbour", "tower", "quay", "isle")
    ]
    body = f"<article><h1>Oil</h1>{''.join(f'<p>{text}</p>' for text in said)}</article><div class='related-posts'><p>Ropes and knots are next.</p></div>"
    for number in range(5):
        assert read_document(file(f"{number}.html", FRAME.format(title="Oil", body=body))).text == "\n\n".join(said)


def test_an_address_of_the_page_itself_tells_it_from_others(file):
    page = '<html><head><title>Oil</title><link rel="canonical" href="/oil"><meta property="og:url" content="https://www.example.com/oil"></head><body><p>Oil burns.</p></body></html>'
    assert read_document(file("oil.html", page)).address == "https://www.example.com/oil"


@pytest.mark.parametrize(
    ("name", "definition", "term", "expansion"),
    [
        ("EDR (Expected Daily Range)", "A forecast.", "EDR", "Expected Daily Range"),
        ("Expected Daily Range (EDR)", "A forecast.", "EDR", "Expected Daily Range"),
        ("EDR", "The Expected Daily Range (EDR) is a forecast.", "EDR", "Expected Daily Range"),
        ("EDR", "EDR (Expected Daily Range) is a forecast.", "EDR", "Expected Daily Range"),
        ("EDR", "A forecast of the range.", "EDR", None),
        ("Rule of three lamps", "A rule (first of its kind).", "Rule of three lamps", None),
    ],
)
def test_a_term_is_told_from_what_it_stands_for(file, name, definition, term, expansion):
    (found,) = read_document(file("term.txt", f"{name}\nDefinition\n{definition}\nHow It Works\nIt is made daily.\n")).terms
    assert (found.term, found.expansion, found.definition) == (term, expansion, definition)
    page = f"<html><head><title>x</title></head><body><article><p>The <a data-def='{definition}' data-term='{name}'>word</a> is known.</p></article></body></html>"
    (found,) = read_document(file("term.html", page)).terms
    assert (found.term, found.expansion, found.definition) == (term, expansion, definition)


def test_a_question_is_no_term(file):
    assert read_document(file("term.txt", "What is oil?\nDefinition\nOil burns.\n")).terms == ()


def test_markdown_takes_its_address_and_its_people_under_the_common_names(file):
    front = '---\ntitle: Oil\nlink: /local\nsource: "https://www.example.com/oil"\nauthors: [A. Keeper, B. Pilot]\ndate: 2026-02\ntags: oil, lamp , oil\n---\n'
    document = read_document(file("oil.md", front + "Oil burns.\n"))
    (source,) = document.sources
    assert (document.address, source.author, source.date, document.tags) == (
        "https://www.example.com/oil",
        "A. Keeper, B. Pilot",
        "2026-02",
        ("oil", "lamp"),
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2026-05-09", "2026-05-09"), ("2026", "2026"), ("2026-13-01", None), ("some day", None), ("2026-05-09 10:00:00", "2026-05-09")],
)
def test_only_days_are_kept_as_dates(file, written, kept):
    assert read_document(file("oil.md", f'---\ntitle: Oil\ndate: "{written}"\n---\nOil burns.\n')).sources[0].date == kept


TOML = '+++\ntitle = "Oil"\nurl = "https://www.example.com/oil"\nauthors = ["A. Keeper", "B. Pilot"]\ndate = 2026-02-03T10:00:00Z\ntags = ["oil", "lamp"]\n'


def test_front_matter_in_toml_is_read_as_that_in_yaml(file):
    document = read_document(file("oil.md", f"{TOML}[extra]\nweight = 3\n+++\n\n## Burning\n\nOil burns.\n"))
    (source,) = document.sources
    assert (document.title, source.url, source.author, source.date) == ("Oil", "https://www.example.com/oil", "A. Keeper, B. Pilot", "2026-02-03")
    assert document.tags == ("oil", "lamp") and document.text.strip() == "## Burning\n\nOil burns."
    assert problems_of(file("oil.md", f"{TOML}+++\n\nOil burns.\n")) == []


@pytest.mark.parametrize(
    ("line", "problem"), [("tags = [oil", "is not valid TOML"), ("x = " + "[" * 5000, "is nested too deeply")], ids=["broken", "deep"]
)
def test_front_matter_in_toml_that_cannot_be_read_is_refused(file, line, problem):
    path = file("oil.md", f"{TOML}{line}\n+++\n\nOil burns.\n")
    with pytest.raises(KnowledgeError, match=problem):
        read_document(path)
    (found,) = problems_of(path)
    assert found.problem == problem and (found.line == 7 or "deeply" in problem)


def test_signs_within_fences_are_no_headings(file):
    document = read_document(file("oil.md", "# Oil\n\n```\n# not one\n```\n\n## Price\n\nOil is dear.\n"))
    assert [section.heading for section in document.sections] == ["", "Price"]


def test_a_title_that_is_a_text_is_cut_and_a_crowd_of_tags_too(file):
    document = read_document(file("oil.md", f"---\ntitle: {'oil ' * 5000}\ntags: [{', '.join(f't{n}' for n in range(500))}]\n---\nOil burns.\n"))
    assert len(document.title) <= 302 and document.title.endswith(" …")
    assert len(document.tags) == 100


PARAGRAPHS = [
    "The lamp of the harbour burns oil all the night and it is seen by ships far away, which is why the keepers trim it. They do so at dusk. Nobody sleeps.",
    "The wick of the lamp is trimmed every evening and it is cleaned. It is cut level. A ragged one smokes.",
]


def pdf_of(lines: list[str]) -> bytes:
    """A PDF of one page in Windows-1252 with the given lines, its tables right."""
    shown = b" T* ".join(b"(" + re.sub(rb"([()\\\\])", rb"\\\1", line.encode("cp1252", "replace")) + b") Tj" for line in lines)
    stream = b"BT /F1 11 Tf 14 TL 60 740 Td " + shown + b" ET"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 " + font + b" >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


@pytest.mark.parametrize("name", ["structured", "founder_byline", "flat", "community"])
def test_a_page_as_pdf_is_the_page_as_text(file, name):
    text = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
    plain, printed = (
        read_document(PAGES / f"{name}.txt"),
        read_document(file("page.pdf", pdf_of([line.strip() for line in text.split("\n") if line.strip()]))),
    )
    assert (printed.title, printed.tags, printed.sources) == (plain.title, plain.tags, plain.sources)
    assert " ".join(printed.text.split()) == " ".join(plain.text.split())


def test_the_paragraphs_and_headings_of_a_pdf_stay_apart():
    first, second = (textwrap.wrap(paragraph, 60) for paragraph in PARAGRAPHS)
    assert joined_lines([[*first, "Trimming the Wick", *second]]) == [PARAGRAPHS[0], "Trimming the Wick", PARAGRAPHS[1]]


def test_a_text_that_speaks_of_pdf_is_no_pdf(file):
    assert read_document(file("about.txt", "On files\n\nA file that begins with %PDF-1.4 is a PDF.\n")).title == "On files"


@pytest.mark.parametrize("name", ["lamps.txt", "lamps.md", "lamps"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_html_is_recognised_in_any_encoding(file, name, encoding):
    page = "<!DOCTYPE html>\n<html><head><title>Lamps</title></head><body><p>The lamp burns.</p></body></html>"
    assert read_document(file(name, page.encode(encoding))).text == "The lamp burns."


POLISH = "Żółta lampa świeci całą noc, a łódź płynie przez zatokę.\n" * 4
RUSSIAN = "Лампа горит всю ночь, и корабли видят её издалека.\n" * 4
JAPANESE = "ランプは夜通し燃え、船は遠くからそれを見る。水先人は灯台の光に満足している。\n" * 3
ENCODED = [
    ("Naïve café crème “déjà vu” – über all.\nThe lamp burns at the café. It’s bright.\n" * 4, "mac_roman"),
    ("Die Lampe brennt über Nacht – „schön“, sagt der Lotse, für 5 €.\n", "cp1252"),
    ("La lampe brûle toute la nuit, et le pilote préfère l’été.\n", "cp1252"),
    (POLISH, "cp1250"),
    *((RUSSIAN, name) for name in ("cp1251", "koi8_r", "utf-16-le", "utf-16-be")),
    *((JAPANESE, name) for name in ("shift_jis", "euc_jp", "utf-16-le", "utf-16-be")),
    ("灯整夜燃烧，船只从远处看到它。领航员对灯塔的光和平静的大海感到满意。\n" * 4, "gb18030"),
    ("Lamba bütün gece yanar ve gemiler onu uzaktan görür. Işık şehirde çok güçlüdür.\n" * 4, "cp1254"),
]


@pytest.mark.parametrize(("text", "encoding"), ENCODED, ids=[f"{encoding}-{text[:5]}" for text, encoding in ENCODED])
def test_texts_of_many_languages_are_read_in_their_encodings(file, text, encoding):
    document = read_document(file("lamp.txt", f"Title of it\n\n{text}".encode(encoding)))
    assert document.title == "Title of it"
    assert document.text.replace("\n\n", "\n") == text.strip()


def test_html_that_calls_itself_latin_1_keeps_its_quotation_marks(file):
    page = '<html><head><meta charset="iso-8859-1"><title>T</title></head><body><p>It is a “lamp” – the café’s light.</p></body></html>'
    assert read_document(file("a.html", page.encode("cp1252"))).text == "It is a “lamp” – the café’s light."


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("name", "begin"), [("a.txt", "Title of it\n\n"), ("a.html", '<html><meta charset="utf-8"><title>Title of it</title>')])
def test_a_paste_from_windows_1252_within_utf_8_is_read_as_what_it_is(file, mark, name, begin):
    text = f"{begin}Die Lampe “brennt” – für 5 €. ".encode() + "Der Lotse sagt: „schön“.".encode("cp1252")
    assert read_document(file(name, mark + text)).text == "Die Lampe “brennt” – für 5 €. Der Lotse sagt: „schön“."


def test_bytes_that_are_neither_utf_8_nor_windows_1252_among_utf_8_are_refused(file):
    with pytest.raises(KnowledgeError, match="is not text in"):
        read_document(file("a.txt", "Title\n\nDie Lampe “brennt” – für 5 €.".encode() + b" \x81\x8d."))


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe" + b"\x00\xd8" * 50, "is not text in UTF-16"), (bytes(range(256)) * 8, "is a binary file"), (b"\0\1" * 500, "is a binary file")],
)
def test_what_is_no_text_is_refused_with_what_was_tried(file, data, words):
    with pytest.raises(KnowledgeError, match=words):
        read_document(file("a.txt", data))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("terms: [{term: lamp, definition: A light., expansions: x}]", "entry 1: has the unknown key expansions"),
        ("terms: [{term: lamp, definition: A light., aliases: light}]", "aliases is not a list of texts"),
        ("terms: [{term: lamp, definition: A light., reference: {url: 'https://e.example'}}]", "reference without a title"),
        ("terms: [{term: lamp, definition: A light., computed: 'no'}]", "computed is not true or false"),
        ("silences: [{id: a, subject: b, questions: why, terms: [[a]], parameters: [], nearest: {document_id: a, heading: b}}]", "questions is not a list of texts"),
        ("silences: [{id: a, subject: b, questions: [why], terms: [[$a]], parameters: [], nearest: {document_id: a, heading: b}}]", "group \\$a, which is not named"),
    ],
)  # fmt: skip
def test_an_entry_of_notes_that_is_not_as_described_is_refused(file, text, words):
    with pytest.raises(KnowledgeError, match=words):
        read_document(file("a.yaml", text))


def test_numbers_and_days_in_notes_are_texts(file):
    (term,) = read_document(file("a.yaml", "terms: [{term: 1256, definition: 2026-05-09, aliases: [Section 1256, 1256]}]")).terms
    assert (term.term, term.definition, term.aliases) == ("1256", "2026-05-09", ("section 1256", "1256"))
