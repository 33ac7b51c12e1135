"""Read courses from saved pages of Acalog (Modern Campus Catalog), versions in use from 2010 to 2026.

Read are the page of one course (``preview_course_nopop.php``, also as a pop-up or for printing) and the list of
courses with their descriptions (``content.php?…&expand=1&print``), about a hundred courses in one page. Below a
course's heading stands flat text whose labels are bold or in italics; horizontal rules part the facts, the description
and the outcomes. Program pages and lists of names hold no course texts and are refused with what they list.
"""

from __future__ import annotations

from collections.abc import Container

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import Heading, heading_of
from catalog.importers.html_pages import (
    Line,
    PageRefusal,
    lines_of,
    listed,
    mentions,
    nodes_below,
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

FORMAT = "Acalog"

OWN_WORDS = (
    "acalog", "Acalog ACMS", "Modern Campus Catalog", "course_preview_title", "preview_course", "preview_program.php",
)  # fmt: skip
#: Elements that hold one course of a list each.
HOLDERS = "td.width, td.coursepadding, .ajaxcourseindentfix"
#: Links to the top of the page and to its print version.
FLOATING = "div[style*='float']"
#: Text this short before a rule is a fact without a label, not a description.
N_FACT_CHARACTERS = 40


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by its own names whether a file is a page of Acalog."""
    return mentions(content, OWN_WORDS)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a page, or refuse a page that only lists courses."""
    page = opened(content, filename=filename)
    courses = courses_on(page)
    if not courses:
        raise refusal_of(page, filename=shown(filename))
    reader = CourseReader(filename=shown(filename), format=FORMAT, strict=strict)
    unread = LabelAccount()
    places = PagePlaces(content)
    floating = {node.mem_id for node in page.css(FLOATING)}
    others = with_holders(node for node, _ in courses)
    for number, (node, heading) in enumerate(told(courses, start=0.3), start=1):
        below = nodes_below(node, others=others)
        found = gathered_by_zone(lines_of(below, left_out=floating))
        raw = " ".join([raw_text(node), *(raw_text(part) for part in below if part.is_element_node)])
        place = places.place(number, raw=raw_text(node))
        unread.note(found.unread, place=place)
        reader.take(entry_of(found, heading=heading, place=place, raw=raw))
    for name in only_linked(page, taken={heading.code.casefold() for _, heading in courses}):
        reason = "The page only links to this course. Save the page with its description as well."
        reader.reject(place=f"link {shown(name, limit=60)}", reason=reason, raw=name)
    return unread.finish(reader, content)


def only_linked(page: LexborHTMLParser, *, taken: Container[str]) -> list[str]:
    """Name the courses of a list whose descriptions were not unfolded when the page was saved."""
    names = dict.fromkeys(text_of(link) for link in page.css("td.width > a[href*='preview_course']"))
    read = ((name, heading_of(name)) for name in names)
    return [name for name, heading in read if heading.code and heading.title and heading.code.casefold() not in taken]


def courses_on(page: LexborHTMLParser) -> list[tuple[LexborNode, Heading]]:
    """Return the headings of courses: those so named, those in a list of courses, and codes above a rule."""
    holders = (holder.css_first("h1, h2, h3, h4") for holder in page.css(HOLDERS))
    above_rules = (_element_before(rule) for rule in page.css("hr"))
    likely = {node.mem_id for node in holders if node is not None}
    likely |= {node.mem_id for node in above_rules if node is not None and not _heads_core(node)}
    found: list[tuple[LexborNode, Heading]] = []
    named = {node.mem_id: node for node in page.css("h1, h2, h3, h4, #course_preview_title")}
    for node in named.values():  # each once, although a heading may fit twice
        is_named = node.id == "course_preview_title"
        if is_named or node.mem_id in likely:
            heading = heading_of(text_of(node))
            if heading.code or (is_named and heading.title):
                found.append((node, heading))
    return found


def _element_before(node: LexborNode) -> LexborNode | None:
    before = node.prev
    while before is not None and not before.is_element_node:
        if (before.text_content or "").strip():
            return None
        before = before.prev
    return before


def _heads_core(node: LexborNode) -> bool:
    """Tell whether a heading heads a part of a program."""
    above = node.parent
    return above is not None and "acalog-core" in (above.attributes.get("class") or "")


def gathered_by_zone(lines: list[Line]) -> Gathered:
    """Read the lines below a heading; the description is the text without labels after the first rule."""
    found = Gathered()
    zones: list[tuple[int, str]] = []
    for number in dict.fromkeys(line.n_rules for line in lines):
        found.add(parts_of(line for line in lines if line.n_rules == number))
        zones.append((number, paragraphs(found.lines)))
        found.lines.clear()
    texts = [text for number, text in sorted(zones, key=lambda zone: (zone[0] == 0, zone[0])) if text]
    if texts and not found.texts.get("description"):
        found.append("description", next((text for text in texts if says_something(text)), texts[0]))
    return found


def says_something(text: str) -> bool:
    """Tell a description from a fact without a label: it is long, or ends as a sentence does."""
    return len(text) > N_FACT_CHARACTERS or (text.endswith(".") and text.count(" ") > 1)


# Pages without courses


def refusal_of(page: LexborHTMLParser, *, filename: str) -> PageRefusal:
    """Say what a page without courses is, what it lists, and what to save in its place."""
    in_program = page.css("li.acalog-course")
    links = in_program or page.css("a[href*='preview_course'], a[onclick*='showCourse']")
    names = tuple(dict.fromkeys(name for name in map(listed_name, links) if heading_of(name).code))
    advice = (
        'Open the list of courses of the catalog, add "&expand=1&print" to the end of its address, and save the page '
        "that opens, with its descriptions."
    )
    if in_program:
        words = f"this is a program page of Acalog. It lists {listed(names, 'course')} without their descriptions"
    elif names:
        words = f"this is a list of courses of Acalog. It names {listed(names, 'course')} without their descriptions"
    else:
        words = "this is a page of an Acalog catalog, but it holds no course descriptions"
    return PageRefusal(f"{filename}: {words}, so there is nothing to import. {advice}", found=names)


def listed_name(node: LexborNode) -> str:
    """Return the code and the title of a course in a list of names."""
    link = node.css_first("a") if node.tag == "li" else node
    return text_of(link)
