"""Read skill needs from ESCO's table of skills (European Commission; reuse with attribution, Decision 2011/833/EU).

All column sets are read: the classification's own, its collections (transversal, green, digital …) and Tabiya's.
"""

from __future__ import annotations

import re

from base.column_mapping import repeats_header, row_text
from base.refusals import TableRefusal
from base.tables import Row
from survey.importers.need_file import NeedFile, bare, cells_of, first_of, note_unread
from survey.importers.reading import Entry, NeedReader, area_of, elements_of, title_of
from survey.records import NeedReading

FORMAT = "ESCO skills"
SOURCE = "ESCO"
LICENCE = "ESCO, reuse with attribution (Decision 2011/833/EU)"

ADDRESS = ("concepturi", "escouri", "originuri")
#: Labels stand on lines of their own, or between bars.
LABEL_BREAK = re.compile(r"\s*(?:\||\n)\s*")
RELEASE = re.compile(r"esco\D*(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)", re.IGNORECASE)
#: Columns that say nothing of a need: what kind of record it is, when it changed, which lists it stands on.
BOOKKEEPING = frozenset(("concepttype", "modifieddate", "inscheme", "uuidhistory", "broaderconcepturi", "id"))
READ_COLUMNS = frozenset((
    *ADDRESS, "preferredlabel", "altlabels", "hiddenlabels", "skilltype", "reuselevel", "description", "definition",
    "status", "broaderconceptpt", "code",
))  # fmt: skip
RELATIONS = (
    ("occupationuri", "skilluri"),
    ("originalskilluri", "relatedskilluri"),
    ("relationtype", "skillid"),
    ("requiringid", "requiredid"),
    ("concepturi", "broaderuri"),
    ("parentid", "childid"),
)


def recognises(file: NeedFile) -> bool:
    """Tell by its columns whether a table is one of ESCO's, with labels or only with relations."""
    has_labels = any(file.has_columns(address, "preferredlabel") for address in ADDRESS)
    return has_labels or any(file.has_columns(*pair) for pair in RELATIONS) or file.has_columns("level0uri")


def read_needs(file: NeedFile, *, strict: bool = False) -> NeedReading:
    """Read every skill; its other labels become words by which a search finds it."""
    address = next((name for name in ADDRESS if file.has_columns(name, "preferredlabel")), "")
    if not address:
        raise TableRefusal(
            f"{file.filename}: this ESCO file joins addresses of skills and holds no names. "
            "Choose the file of the skills themselves, skills_en.csv."
        )
    if any(file.has_columns(address, "preferredlabel", column) for column in ("iscogroup", "iscogroupcode")):
        raise TableRefusal(
            f"{file.filename}: this ESCO file lists occupations, not skills. "
            "Choose the file of the skills, skills_en.csv."
        )
    table = file.table(address, "preferredlabel")
    reader = NeedReader(filename=file.filename, strict=strict)
    found = RELEASE.search(file.full_name)
    version = found.group(1) if found else ""
    for row in table.rows:
        if repeats_header(row):
            reader.reject(place=row.place, reason="This row repeats the column names.", raw=row_text(row))
        else:
            _take(row, version=version, reader=reader)
    note_unread(table, read=READ_COLUMNS | BOOKKEEPING, reader=reader)
    return reader.reading(format=FORMAT, title=f"{SOURCE} {version}".strip())


def _take(row: Row, *, version: str, reader: NeedReader) -> None:
    cells = cells_of(row)
    address = first_of(cells, *ADDRESS)
    label, description = cells["preferredlabel"], first_of(cells, "description", "definition")
    texts = {
        "code": address.rstrip("/").rsplit("/", 1)[-1],
        "title": title_of(label),
        "area": area_of(_area(cells)),
        "description": description,
        "source": SOURCE,
        "source_id": address,
        "source_version": version,
        "licence": LICENCE,
    }
    keywords = [label for name in ("altlabels", "hiddenlabels") for label in labels_of(cells.get(name, ""))]
    if (status := cells.get("status", "")) and bare(status) != "released":
        reader.doubt(place=row.place, reason=f"ESCO marks this skill as {status}.", raw=label)
    reader.take(
        Entry(
            place=row.place,
            raw=row_text(row),
            texts=texts,
            elements=elements_of(description or label),
            keywords=tuple(dict.fromkeys(word for word in keywords if word != label)),
        )
    )


def labels_of(text: str) -> tuple[str, ...]:
    """Split a cell of labels, which stand on lines of their own or between bars."""
    return tuple(label for label in LABEL_BREAK.split(text.strip()) if label)


def _area(cells: dict[str, str]) -> str:
    """Return the wider concept where the file names one, otherwise the type and the reach of the skill."""
    broader = labels_of(cells.get("broaderconceptpt", ""))
    if broader:
        return broader[0]
    return ", ".join(cells[name] for name in ("skilltype", "reuselevel") if cells.get(name))
