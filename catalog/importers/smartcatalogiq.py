"""Read courses from saved pages of SmartCatalogIQ (Academic Catalog by Watermark), versions in use from 2014 to 2026.

Read are subject pages, where a heading of class ``course-name`` holds code and title and its siblings hold the rest
(``desc``, ``sc-credithours``, ``extraFields``), and the page of one course, whose ``h1`` is the heading. Some headings
put the number before the prefix. Pages that only link to courses are refused with what they list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import Heading, code_alone, credit_words, heading_of, tidied, title_and_credits
from catalog.importers.html_pages import (
    PageRefusal,
    lines_of,
    listed,
    mentions,
    nodes_below,
    opened,
    raw_text,
    text_of,
    with_holders,
)
from catalog.importers.labelled_text import Gathered, LabelAccount, entry_of, parts_of
from catalog.importers.page_places import PagePlaces
from catalog.importers.progress import told
from catalog.importers.reading import CourseReader
from catalog.records import CatalogReading

FORMAT = "SmartCatalogIQ"

OWN_WORDS = ("smartcatalogiq", "sc-credithours", "sc_credits", "sc-courselink", "sc-child-item-links", "sc_prereqs")
COURSE_NAME = ".course-name"
#: A code that lacks its subject: "101", "101L".
BARE_NUMBER = re.compile(r"\d{2,4}[A-Za-z]{0,2}")
#: The end of the address of a course: ".../weld-101", ".../weld-101-arc-welding".
ADDRESS_END = re.compile(r"/([a-z]{2,6})-?(\d{2,4}[a-z]{0,2})(?:-[a-z0-9-]*)?/?$", re.IGNORECASE)
#: The code of a subject beside its name: "Welding (WELD)", "WELD - Welding", "WELD: Welding".
SUBJECT_CODES = (re.compile(r"\(([A-Z]{2,6})\)"), re.compile(r"^([A-Z]{2,6})(?:\s[-–—]\s|:\s)[A-Z]"))
#: Links to the courses or subjects below a page.
CHILD_LINKS = (
    ".sc-child-item-links a, .sc-childlinks a, #sc-programlinks a, .courselist a, #main li a[href*='/courses']"
)
CREDIT_NAMES = frozenset(("sc-credithours", "sc_credits", "credits"))
FACTS = {"sc_prereqs": "prerequisites", "sc-prereqs": "prerequisites", "sc_coreqs": "corequisites"}


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by class names whether a file is a page of SmartCatalogIQ."""
    return mentions(content, OWN_WORDS)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a page, or refuse a page that only links to courses."""
    page = opened(content, filename=filename)
    headings = course_headings(page)
    if not any(heading_in(node).code for node in headings):
        raise refusal_of(page, filename=shown(filename))
    reader = CourseReader(filename=shown(filename), format=FORMAT, strict=strict)
    unread = LabelAccount()
    places = PagePlaces(content)
    others = with_holders(headings)
    subject = subject_of(page)
    for number, node in enumerate(told(headings, start=0.3), start=1):
        below = nodes_below(node, others=others)
        found = texts_of(below)
        raw = " ".join([text_of(node), *(raw_text(part) for part in below if part.is_element_node)])
        place = places.place(number, raw=raw)
        unread.note(found.unread, place=place)
        reader.take(
            entry_of(found, heading=with_subject(heading_in(node), node=node, subject=subject), place=place, raw=raw)
        )
    return unread.finish(reader, content)


def course_headings(page: LexborHTMLParser) -> list[LexborNode]:
    """Return the headings of the courses of a page; one without any text heads nothing."""
    named = [node for node in page.css(COURSE_NAME) if text_of(node)]
    if named:
        return named
    single = page.css_first("#main h1") or page.css_first("h1")
    is_course = single is not None and bool(heading_in(single).code) and page.css_first(".desc, .sc_credits, #credits")
    return [single] if single is not None and is_course else []


def heading_in(node: LexborNode) -> Heading:
    """Read a heading whose code stands in an element of its own, or else at its beginning."""
    mark = node.css_first("span")
    line = text_of(node)
    code = code_alone(text_of(mark)) if mark is not None else ""
    rest = " ".join(part.text for part in lines_of([node], left_out={mark.mem_id})) if mark is not None else ""
    if code and rest and re.search(r"\d", code):
        return replace(title_and_credits(rest), code=code)
    return heading_of(line)


def with_subject(heading: Heading, *, node: LexborNode, subject: str) -> Heading:
    """Put the subject before a code that is a bare number: from the address that its heading links to, or the page's.

    Where neither names one subject, the number stays as it stands.
    """
    number = heading.code
    if not BARE_NUMBER.fullmatch(number):
        return heading
    links = [link.attributes.get("href") or "" for link in node.css("a[href]")]
    linked = [found[1].upper() for link in links if (found := ADDRESS_END.search(link)) and found[2] == number.lower()]
    prefix = linked[0] if len(set(linked)) == 1 else subject
    return replace(heading, code=f"{prefix} {number}") if prefix else heading


def subject_of(page: LexborHTMLParser) -> str:
    """Return the code of the one subject that the title, the headings and the path of a page name; "" if not one."""
    names = [node.text() for node in page.css("title")]
    names += [text_of(node) for node in page.css("h1, #breadcrumbs a, .breadcrumb li, .breadcrumbs a, .breadcrumb a")]
    found = {code for name in names for pattern in SUBJECT_CODES for code in pattern.findall(tidied(name))}
    return found.pop() if len(found) == 1 else ""


def texts_of(nodes: Sequence[LexborNode]) -> Gathered:
    """Read what stands below a heading; what bears a heading of its own is no description."""
    found = Gathered()
    for is_block, group in groupby(nodes, key=lambda node: node.tag in ("div", "section", "table")):
        if not is_block:  # headings and the lists, paragraphs and bare texts under them
            found.add(parts_of(lines_of(group)))
            continue
        for element in group:
            take_block(found, element)
    found.describe_by_rest()
    return found


def take_block(found: Gathered, element: LexborNode) -> None:
    """Read an element that holds one fact, or the description."""
    names = class_names(element)
    parts = parts_of(lines_of([element]), is_description="desc" in names)
    if not CREDIT_NAMES.isdisjoint({*names, element.id}):
        stated = text_of(element.css_first(".credits")) or " ".join(part.text for part in parts)
        found.texts.setdefault("credits", credit_words(stated, is_bare=True) or stated)
    elif "desc" in names or not names:
        found.add(parts)
    else:
        name = next((FACTS[mark] for mark in names if mark in FACTS), "other")
        label = " ".join(names).replace("_", " ").replace("-", " ")
        found.add(part if part.name else replace(part, label=label, name=name) for part in parts)


def class_names(node: LexborNode) -> list[str]:
    """Return the class names of an element."""
    return (node.attributes.get("class") or "").split()


# Pages without courses


def refusal_of(page: LexborHTMLParser, *, filename: str) -> PageRefusal:
    """Say what a page without courses is, what it lists, and what to save in its place."""
    names = tuple(dict.fromkeys(filter(None, (text_of(link) for link in page.css(CHILD_LINKS)))))
    courses = tuple(name for name in names if heading_of(name).code)
    advice = "Open the page of a subject that shows its courses with their descriptions, and save that page."
    if courses:
        words = f"this page of SmartCatalogIQ lists {listed(courses, 'course')} without their descriptions"
    elif names:
        words = f"this page of SmartCatalogIQ leads to {listed(names, 'page')} and holds no courses"
    else:
        words = "this is a page of a SmartCatalogIQ catalog, but it holds no course descriptions"
    return PageRefusal(f"{filename}: {words}, so there is nothing to import. {advice}", found=courses or names)
