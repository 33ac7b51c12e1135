"""Write a filled course guide form as a Word document and as a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from base.printing import printed_pdf
from review.revision_differences import Piece
from review.revision_guides import CourseGuide, course_guide, verdict_words

__all__ = ["MIMETYPES", "course_guide", "guide_docx", "guide_pdf"]

MIMETYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
#: Word keeps no longer titles in a document's properties.
MOST_TITLE_CHARACTERS = 255
_NEW_COLOUR, _OLD_COLOUR = "1F6A45", "9C3224"
_FONT = "Liberation Serif"


def guide_pdf(guide: CourseGuide) -> bytes:
    """Return the form as a tagged PDF."""
    rows = [asdict(row) | {"change": row.change} for row in guide.rows]
    return printed_pdf("revision.typ", asdict(guide) | {"rows": rows})


def guide_docx(guide: CourseGuide) -> bytes:
    """Return the form as a Word document that a committee can go on writing in."""
    import docx  # only whoever downloads a form pays for it
    from docx.shared import Mm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    for section in document.sections:
        section.page_width, section.page_height = Mm(215.9), Mm(279.4)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(18), Mm(20)
        _write_foot(section.footer.paragraphs[0], guide.foot)
    document.core_properties.title = f"{guide.heading}: {guide.subtitle}"[:MOST_TITLE_CHARACTERS]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    _WordForm(document).write(guide)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _write_foot(paragraph: Any, words: str) -> None:
    """Write what stands at the foot of every page, and the page's number as a field that Word fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.add_run(f"{words} · Page ").font.size = Pt(8)
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = "PAGE"
        run = paragraph.add_run()
        run.font.size = Pt(8)
        run._element.append(part)


class _WordForm:
    """Write the parts of a form into a Word document."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def write(self, guide: CourseGuide) -> None:
        """Write the whole form, in the order in which committees read it."""
        self._heading(guide.heading, level=1)
        self._document.add_paragraph(guide.subtitle)
        self._heading("This form asks for", level=2)
        self._boxes(guide.boxes)
        self._heading("Course", level=2)
        self._pairs(guide.facts)
        self._heading("Catalog description", level=2)
        self._document.add_paragraph(guide.description or "No description yet.")
        self._small(guide.description_words)
        self._heading("Competencies", level=2)
        for outcome in guide.competencies:
            self._document.add_paragraph(outcome, style="List Number")
        self._small(guide.competency_words)
        self._differences(guide)
        if guide.reason:
            self._heading("Why", level=2)
            self._document.add_paragraph(guide.reason)
        self._evidence(guide)
        self._signatures(guide.signers)

    def _heading(self, words: str, *, level: int) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        heading = self._document.add_heading(words, level=level)
        heading.paragraph_format.space_after = Pt(4)
        for run in heading.runs:
            run.font.size = Pt({1: 20, 2: 13}.get(level, 11))
            run.font.name = _FONT
            run._element.rPr.rFonts.set(qn("w:asciiTheme"), _FONT)
            run.font.color.rgb = RGBColor.from_string("1C2126" if level == 1 else "285A84")

    def _small(self, words: str) -> None:
        from docx.shared import Pt

        self._document.add_paragraph().add_run(words).font.size = Pt(9)

    def _boxes(self, boxes: Sequence[tuple[str, bool]]) -> None:
        table = self._document.add_table(rows=0, cols=3)
        for start in range(0, len(boxes), 3):
            cells = table.add_row().cells
            for cell, (label, is_ticked) in zip(cells, boxes[start : start + 3], strict=False):
                run = cell.paragraphs[0].add_run(f"{'☒' if is_ticked else '☐'} {label}")
                run.bold = is_ticked

    def _pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        table = self._table((50, 126))
        for term, value in rows:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(term).bold = True
            cells[1].text = value
        self._settle(table, (50, 126))

    def _table(self, widths: Sequence[int], *, heads: Sequence[str] = ()) -> Any:
        table = self._document.add_table(rows=1 if heads else 0, cols=len(widths))
        table.style = "Table Grid"
        table.autofit = False
        for cell, words in zip(table.rows[0].cells if heads else (), heads, strict=False):
            cell.paragraphs[0].add_run(words).bold = True
        return table

    @staticmethod
    def _settle(table: Any, widths: Sequence[int], *, has_head: bool = False) -> None:
        """Give every cell its width in millimetres, keep rows whole, and repeat the head on every page."""
        from docx.oxml import OxmlElement
        from docx.shared import Mm

        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, row in enumerate(table.rows):
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if has_head and number == 0:
                properties.append(OxmlElement("w:tblHeader"))

    def _differences(self, guide: CourseGuide) -> None:
        widths = (26, 75, 75)
        self._heading("OLD and NEW", level=2)
        table = self._table(widths, heads=("Part", "OLD", "NEW"))
        for row in guide.rows:
            cells = table.add_row().cells
            cells[0].text = row.part
            self._pieces(cells[1].paragraphs[0], row.old_pieces)
            self._pieces(cells[2].paragraphs[0], row.new_pieces)
        self._settle(table, widths, has_head=True)
        self._small("Struck words go away, underlined words are new.")

    @staticmethod
    def _pieces(paragraph: Any, pieces: Sequence[Piece]) -> None:
        from docx.shared import RGBColor

        for number, piece in enumerate(pieces):
            run = paragraph.add_run(("" if number == 0 else " ") + piece.text)
            if piece.kind == "new":
                run.underline, run.font.color.rgb = True, RGBColor.from_string(_NEW_COLOUR)
            elif piece.kind == "old":
                run.font.strike, run.font.color.rgb = True, RGBColor.from_string(_OLD_COLOUR)
        if not pieces:
            paragraph.add_run("–")

    def _evidence(self, guide: CourseGuide) -> None:
        self._heading("Evidence: what employers voted for", level=2)
        self._pairs(guide.votes)
        self._heading(f"What “{guide.need_title}” asks for", level=3)
        for element in guide.elements:
            self._document.add_paragraph(element, style="List Bullet")
        self._heading("Sentences of the new text that show it", level=3)
        for quote in guide.quotes:
            paragraph = self._document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"“{quote.text}”").italic = True
            paragraph.add_run(f" ({quote.field}{', new' if quote.is_new else ''}): {quote.element}")
        if not guide.quotes:
            self._document.add_paragraph("None.")
        if guide.still_missing:
            self._heading("Still missing", level=3)
            for element in guide.still_missing:
                self._document.add_paragraph(element, style="List Bullet")
        self._heading("What the change does", level=3)
        self._document.add_paragraph(guide.what_if)
        self._judgements(guide)

    def _judgements(self, guide: CourseGuide) -> None:
        widths = (58, 22, 40, 22, 34)
        heads = ("Need", "Priority", "This course", "Elements", "In the region")
        table = self._table(widths, heads=heads)
        for line in guide.judgements:
            changed = _arrow(line.before, line.after), _arrow(line.need_before, line.need_after)
            for cell, words in zip(
                table.add_row().cells, (line.need, line.tier, changed[0], line.coverage, changed[1]), strict=True
            ):
                cell.text = words
        self._settle(table, widths, has_head=True)
        self._small("The matcher judged the new text as it would judge a catalog; the committee decides.")

    def _signatures(self, signers: Sequence[str]) -> None:
        from docx.shared import Pt

        widths = (56, 80, 40)
        self._heading("Signatures", level=2)
        table = self._table(widths, heads=("Role", "Name and signature", "Date"))
        for signer in signers:
            row = table.add_row()
            row.height = Pt(30)
            row.cells[0].text = signer
        self._settle(table, widths, has_head=True)


def _arrow(before: str, after: str) -> str:
    words = verdict_words(before)
    return words if before == after else f"{words} → {verdict_words(after)}"
