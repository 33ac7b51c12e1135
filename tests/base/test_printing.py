"""Printed pages: people's words are never markup, and a letter without a glyph does not stop the printer."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from base import printing

PAGE = """#import "report.typ": *
#let data = json(bytes(sys.inputs.data))
#show: report.with(title: data.title, foot: data.foot)
#for word in data.words [ #verdict(word) ]
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for path in printing.PAGES.glob("*.typ"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "page.typ").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(printing, "PAGES", tmp_path)
    return "page.typ"


def printed_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_words_of_people_are_printed_as_they_stand(page: str) -> None:
    written = "Bore #let x = 1 *and* hone $5 \\ _well_"
    content = printing.printed_pdf(page, {"title": written, "foot": "Three Rivers", "words": []})
    assert written in printed_text(content)
    assert b"pdfuaid" in content, "the accessible standard is marked"


def test_every_verdict_prints_with_its_word(page: str) -> None:
    words = ["match", "covered", "revise", "gap", "unrelated", "unknown"]
    text = printed_text(printing.printed_pdf(page, {"title": "All", "foot": "", "words": words}))
    for word in ("● Match", "● Covered", "◐ Needs revision", "○ Gap", "· Not related", "? Unknown"):
        assert word in text


def test_a_letter_without_a_glyph_does_not_stop_the_printer(page: str) -> None:
    content = printing.printed_pdf(page, {"title": "\U00012345 Foundry", "foot": "", "words": []})
    assert content.startswith(b"%PDF")
    assert b"pdfuaid" not in content
