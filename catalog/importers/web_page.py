"""Read courses from a table in any other saved web page, or say what the page is and what to do instead.

People save login pages, pages that check for automatic visitors, empty frames of scripted catalogs and pages that
advertise a program. Such pages are named; nothing is guessed from running text.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from base.tables import Row, Table, column_letter
from catalog.importers import spreadsheet
from catalog.importers.class_schedule import cells_of, rows_of
from catalog.importers.course_headings import tidied
from catalog.importers.html_pages import PageRefusal, is_page, lines_of, listed, markup, opened, text_of
from catalog.records import CatalogReading

FORMAT = "web page"

#: Fields of which a table must have one beside code and title; without them it only lists courses.
TEXT_FIELDS = ("description", "outcomes", "topics")
#: The header of a table is looked for in this many of its rows.
N_ROWS_TO_HEADER = 5
#: A page of a few words may be a check, a login or an empty frame; one with more text is something else.
FEW_CHARACTERS = 3_000

CHECK_WORDS = re.compile(
    r"just a moment|checking (?:your browser|if the site connection)|verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"attention required!|request is being verified|enable javascript and cookies to continue|ddos protection|"
    r"pardon our interruption|incapsula incident|access (?:to this page (?:has been )?)?denied|are you a robot|"
    r"not a robot|unusual traffic|human verification|security check|request could not be satisfied|request blocked",
    re.IGNORECASE,
)
CHECK_MARKS = re.compile(
    r"awswaf|aws-waf|cf-chl|cf_chl|challenge-platform/h/|_Incapsula_Resource|px-captcha|datadome|ddos-guard|sucuri_cloud",
    re.IGNORECASE,
)
LOGIN_WORDS = re.compile(
    r"(?:sign|log)[ -]?(?:in|on)\b|\blogin\b|single sign-?on|authentication|shibboleth|web login|enter your password",
    re.IGNORECASE,
)
ERROR_WORDS = re.compile(
    r"\b(?:404|403|500|502|503)\b|not found|bad gateway|unavailable|server error|forbidden", re.IGNORECASE
)
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)

USE_A_SHEET = (
    "Copy the courses into a spreadsheet with the columns code, title and description, save it as CSV or XLSX and "
    "choose that file."
)
SAVE_AGAIN = "Open the catalog in a browser, wait until the courses are shown, and save that page."


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell whether a file is a web page of any kind."""
    return is_page(content)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read a table of courses in a page, or refuse the page and say what it is."""
    filename = shown(filename)
    page = opened(content, filename=filename)
    for number, node in enumerate(page.css("table"), start=1):
        table = table_of(node, place=f"table {number}", filename=filename)
        if table is None:
            continue
        mapping = spreadsheet.guess_mapping(table.columns)
        if not any(field in mapping for field in TEXT_FIELDS):
            raise list_refusal(table, code=mapping["code"], filename=filename)
        return spreadsheet.read_courses(table, mapping=mapping, strict=strict)
    raise PageRefusal(f"{filename}: {what_it_is(page, text=markup(content))}")


# Tables


def table_of(node: LexborNode, *, place: str, filename: str) -> Table | None:
    """Read a table whose header names the code and the title of courses; None when it is another table."""
    rows = rows_of(node)
    for number, row in enumerate(rows[:N_ROWS_TO_HEADER]):
        columns = header_of(row)
        if spreadsheet.has_course_columns(columns):
            below = [(index, _cells(other)) for index, other in enumerate(rows[number + 1 :], start=number + 2)]
            filled = [
                Row(place=f"{place}, row {index}", cells=_by_column(columns, texts))
                for index, texts in below
                if any(texts)
            ]
            return Table(filename=filename, sheet=None, columns=columns, rows=tuple(filled))
    return None


def header_of(row: LexborNode) -> tuple[str, ...]:
    """Return the headers of a table, each once; a column without a header, or with a doubled one, is lettered."""
    columns: list[str] = []
    for place, text in enumerate(tidied(cell) for cell in _cells(row)):
        columns.append(text if text and text not in columns else f"(column {column_letter(place)})")
    return tuple(columns)


def _cells(row: LexborNode) -> list[str]:
    return ["\n".join(line.text for line in lines_of([cell])) for cell in cells_of(row)]


def _by_column(columns: tuple[str, ...], texts: list[str]) -> dict[str, str]:
    padded = [*texts, *[""] * len(columns)]
    return dict(zip(columns, padded[: len(columns)], strict=True))


def list_refusal(table: Table, *, code: str, filename: str) -> PageRefusal:
    """Say that a page lists courses without texts."""
    names = tuple(dict.fromkeys(filter(None, (row.cells.get(code, "") for row in table.rows))))
    return PageRefusal(
        f"{filename}: this is a web page with a table of {listed(names, 'course')}, but without descriptions, so there "
        "is nothing to import. Save the page that holds the course descriptions.",
        found=names,
    )


# Other pages


def what_it_is(page: LexborHTMLParser, *, text: str) -> str:
    """Say what a page without a table of courses is, and what to do."""
    words = " ".join(line.text for line in lines_of([page.body])) if page.body is not None else ""
    titles = " ".join(filter(None, (_title(page), text_of(page.css_first("h1")))))
    is_short = len(words) < FEW_CHARACTERS
    if is_short and (CHECK_WORDS.search(f"{titles} {words}") or CHECK_MARKS.search(text)):
        return (
            "this is not the catalog but a page that checks for automatic visitors (“checking your browser”). "
            f"{SAVE_AGAIN}"
        )
    if is_short and (page.css_first("input[type='password']") is not None or LOGIN_WORDS.search(titles)):
        return f"this is a login page, not the catalog. Sign in first. {SAVE_AGAIN}"
    if is_short and ERROR_WORDS.search(titles):
        return f"this is an error page of the website ({shown(titles)}), not the catalog. {SAVE_AGAIN}"
    if len(words) < FEW_CHARACTERS // 10 and SCRIPT.search(text):
        return (
            "this page was saved without its content, which scripts fill in later. "
            f"{SAVE_AGAIN} If it is empty again, ask for the catalog as a file. {USE_A_SHEET}"
        )
    if not words:
        return f"this web page holds no text. {SAVE_AGAIN}"
    return (
        "this is a web page, but not one of the catalogs that are read (CourseLeaf, Acalog, SmartCatalogIQ, Clean "
        f"Catalog, class schedules), and it has no table of courses. {USE_A_SHEET}"
    )


def _title(page: LexborHTMLParser) -> str:
    node = page.css_first("title")
    return tidied(node.text()) if node is not None else ""
