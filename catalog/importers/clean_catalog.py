"""Read courses from saved pages of Clean Catalog (a Drupal catalog), versions in use from 2018 to 2026.

Read are lists of courses (``course-teaser-badge``, ``course-teaser-title``, ``course-teaser-credits``, also in the
table style) and the page of one course, whose facts stand in Drupal fields (``field--name-…``, ``field__label``,
``field__item``). Lists of courses often hold no descriptions; their courses are kept and the gap is noted. Program
pages are refused with what they list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import Heading, code_alone, credit_words, heading_of, is_code, title_alone
from catalog.importers.course_labels import field_of
from catalog.importers.html_pages import (
    PageRefusal,
    lines_of,
    listed,
    mentions,
    opened,
    paragraphs,
    raw_text,
    text_of,
    with_holders,
)
from catalog.importers.labelled_text import Gathered, LabelAccount, entry_of, parts_of
from catalog.importers.page_places import PagePlaces
from catalog.importers.progress import told
from catalog.importers.reading import CourseReader
from catalog.records import CatalogReading

FORMAT = "Clean Catalog"

OWN_WORDS = (
    "course-teaser-badge", "course-teaser-title", "course-teaser-table", "node--type-class", "node--type-degree",
    "node--type-course", "degree-row", "cleancatalog",
)  # fmt: skip
BADGE = ".course-teaser-badge, .course-teaser-table-label"
TITLE = ".course-teaser-title, .course-teaser-table-title"
CREDITS = ".credits, .course-teaser-credits, .course-teaser-table-credits, .field--name-field-credits"
TEXT = ".course-teaser-body, .course-teaser-description, .course-teaser-text, .field--name-body, p"
ROWS = frozenset(("views-row", "course-teaser", "course-teaser-row", "course-teaser-table-row"))
COURSE_PAGE = "article.node--type-class.node--view-mode-full, article.node--type-course.node--view-mode-full"
HEADER_CODE = ".degree-class-badge, .class-badge, .course-badge, .course-code, .class-code"
LISTED = ".node--view-mode-course-table-item, .degree-row"
FIELD = re.compile(r"field--?name-(?:field-)?([a-z0-9_-]+)")
#: Fields of Drupal that hold the title, the code and the description.
TITLE_FIELDS = frozenset(
    ("item", "title", "name", "course-title", "class-title", "course-name", "class-name", "long-title")
)
CODE_FIELDS = frozenset(("code", "number", "course-code", "class-code", "course-number", "class-number", "course-id"))
TEXT_FIELDS = frozenset(("body", "description", "course-description", "class-description", "catalog-description"))


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by class names whether a file is a page of Clean Catalog."""
    return mentions(content, OWN_WORDS)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read the course, or every course of a list, on a page; refuse a page that only links to courses."""
    page = opened(content, filename=filename)
    courses = list(courses_on(page))
    if not courses:
        raise refusal_of(page, filename=shown(filename))
    reader = CourseReader(filename=shown(filename), format=FORMAT, strict=strict)
    unread = LabelAccount()
    places = PagePlaces(content)
    for number, (node, heading, found) in enumerate(told(courses, start=0.3), start=1):
        raw = raw_text(node)
        place = places.place(number, raw=raw)
        unread.note(found.unread, place=place)
        reader.take(entry_of(found, heading=heading, place=place, raw=raw))
    return unread.finish(reader, content)


def courses_on(page: LexborHTMLParser) -> Iterator[tuple[LexborNode, Heading, Gathered]]:
    """Yield the element, the heading and the texts of every course on a page."""
    if article := page.css_first(COURSE_PAGE):
        yield course_of(article, page=page)
        return
    for badge, row in rows_of(page.css(BADGE)):
        yield row, teaser_heading(row, badge=badge), teaser_texts(row)


# The page of one course


def course_of(article: LexborNode, *, page: LexborHTMLParser) -> tuple[LexborNode, Heading, Gathered]:
    """Read the page of one course."""
    found = Gathered()
    told = {"title": "", "code": ""}
    own = with_holders([article])
    seen: set[int] = set()
    for field in article.css("[class*='field--name-'], [class*='field-name-']"):
        if any(above.mem_id in seen for above in holders(field)) or stands_in_other_node(field, own=own):
            continue
        seen.add(field.mem_id)
        take_field(found, told, field)
    if not seen:
        found.add(parts_of(lines_of([article], left_out={node.mem_id for node in article.css("h1, nav")})))
    found.describe_by_rest()
    return article, course_heading(article, told=told, page=page), found


def take_field(found: Gathered, told: dict[str, str], field: LexborNode) -> None:
    """Read one field of Drupal by its label, or by its name when it shows none."""
    name = field_name(field)
    mark = field.css_first(".field__label, .field-label")
    label = text_of(mark).rstrip(": ") if mark is not None else name.replace("-", " ").replace("_", " ")
    parts = parts_of(
        lines_of([field], left_out={mark.mem_id} if mark is not None else ()), is_description=name in TEXT_FIELDS
    )
    if name in TITLE_FIELDS or name in CODE_FIELDS:
        told["title" if name in TITLE_FIELDS else "code"] = " ".join(part.text for part in parts)
    elif name in TEXT_FIELDS:
        found.add(parts)
        found.describe_by_rest()
        found.lines.clear()
    else:
        found.add(part if part.name else replace(part, label=label, name=field_of(label)) for part in parts)


def field_name(field: LexborNode) -> str:
    """Return the name of a field of Drupal, without the prefix that Drupal gives it."""
    names = (FIELD.fullmatch(name) for name in (field.attributes.get("class") or "").split())
    return next((found[1] for found in names if found), "")


def course_heading(article: LexborNode, *, told: dict[str, str], page: LexborHTMLParser) -> Heading:
    """Read the code and the title of a page of one course, wherever the college's theme puts them."""
    head = text_of(article.css_first("h1") or page.css_first("h1"))
    heading = heading_of(head)
    badges = [text for text in map(text_of, article.css(HEADER_CODE)) if is_code(text)]
    window = heading_of(text_of_title(page).split("|")[0].strip())
    code = told["code"] or heading.code or next(iter(badges), "") or window.code
    title = told["title"] or heading.title or (head if not is_code(head) else "") or window.title
    return replace(heading, code=code_alone(code), title=title_alone(title))


def text_of_title(page: LexborHTMLParser) -> str:
    """Return the title of the window."""
    node = page.css_first("title")
    return node.text() if node is not None else ""


def stands_in_other_node(node: LexborNode, *, own: set[int]) -> bool:
    """Tell whether a field belongs to another course that the page mentions."""
    return any(above.tag == "article" and above.mem_id not in own for above in holders(node))


# Lists of courses


def rows_of(badges: Sequence[LexborNode]) -> Iterator[tuple[LexborNode, LexborNode]]:
    """Yield, for every code of a list, the element that holds the facts of its course and of no other."""
    counts = Counter(above.mem_id for badge in badges for above in holders(badge))
    for badge in badges:
        row = None
        for above in holders(badge):
            if counts[above.mem_id] > 1 or above.tag in ("body", "main"):
                break
            row = above
            if above.css_first(TITLE) is not None and is_row(above):
                break
        if row is not None and row.css_first(TITLE) is not None:
            yield badge, row


def holders(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that hold an element, from the inside out."""
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def is_row(node: LexborNode) -> bool:
    """Tell whether an element is an entry of a list or of a table."""
    names = (node.attributes.get("class") or "").split()
    return node.tag in ("tr", "li", "article") or not ROWS.isdisjoint(names)


def teaser_heading(row: LexborNode, *, badge: LexborNode) -> Heading:
    """Read the heading of a course of a list."""
    stated = text_of(row.css_first(CREDITS))
    return Heading(
        code=code_alone(text_of(badge)),
        title=title_alone(text_of(row.css_first(TITLE))),
        credits=credit_words(stated, is_bare=True) or stated,
    )


def teaser_texts(row: LexborNode) -> Gathered:
    """Read the description of a course of a list, where the list shows one."""
    found = Gathered()
    text = row.css_first(TEXT)
    if text is not None:
        found.append("description", paragraphs(lines_of([text])))
    return found


# Pages without courses


def refusal_of(page: LexborHTMLParser, *, filename: str) -> PageRefusal:
    """Say what a page without courses is, what it lists, and what to save in its place."""
    names = tuple(dict.fromkeys(filter(None, map(listed_name, page.css(LISTED)))))
    advice = (
        "Open the list of all courses of the catalog (often under Courses or Classes) or the pages of the courses, and "
        "save those; several pages may be put into one ZIP file."
    )
    if names:
        told = f"this is a program page of Clean Catalog. It lists {listed(names, 'course')} without their descriptions"
    else:
        told = "this is a page of a Clean Catalog catalog, but it holds no courses"
    return PageRefusal(f"{filename}: {told}, so there is nothing to import. {advice}", found=names)


def listed_name(row: LexborNode) -> str:
    """Return the code and the title of a course that a program lists; "" for headers and sums."""
    links = row.css("a")
    return " ".join(dict.fromkeys(filter(None, map(text_of, links))))
