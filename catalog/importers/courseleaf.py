"""Read courses from saved pages of CourseLeaf (Leepfrog Technologies), layouts in use from 2012 to 2026.

A page holds one element of class ``courseblock`` for a course. Five layouts are read: (a) code, title and credits in one
line of class ``courseblocktitle``; (b) ``courseblockcode``, ``courseblockcredits`` and labelled ``courseblockextra``;
(c) elements of class ``detail-code``, ``detail-title``, ``detail-hours_html`` and the like; (d) ``courseblock__title``
and ``courseblock__hours``; (e) ``coursetitle`` and ``coursehours``. The answer of the catalog's own service
(``<courseinfo><course code="…"><![CDATA[…]]>``) is read too. Program pages (``sc_courselist``) and lists of subjects hold
no course texts and are refused with what they list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import (
    Heading,
    campus_heading_of,
    code_alone,
    credit_words,
    heading_of,
    tidied,
    title_and_credits,
    with_campus_letters,
)
from catalog.importers.course_labels import field_of
from catalog.importers.html_pages import (
    HEADINGS,
    Line,
    PageRefusal,
    classes,
    is_unshown,
    lines_of,
    listed,
    markup,
    opened,
    raw_text,
    text_of,
    without_doubles,
)
from catalog.importers.labelled_text import Gathered, LabelAccount, Part, entry_of, parts_of
from catalog.importers.reading import CourseReader
from catalog.records import CatalogReading

FORMAT = "CourseLeaf"

OWN_MARKS = re.compile(
    r"class\s*=\s*[\"'][^\"']*\b(?:courseblock|courseblocktitle|sc_courselist|sc_plangrid|sitemaplink|search-courseresult)\b"
    r"|<courseinfo\b|courseleaf\.(?:css|js)\b",
    re.IGNORECASE,
)
SERVICE_ANSWER = re.compile(r"<course\b([^>]{0,300})>\s*<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
CODE_ATTRIBUTE = re.compile(r"code\s*=\s*[\"']([^\"']{1,60})[\"']")

BLOCK = ".courseblock, .search-courseresult"
HEAD = ".courseblocktitle, .detail-titlerow, .cols, .courseblock__heading, .courseblock__header"
CODE = ".detail-code, .detail-code_html, .courseblockcode, .courseblock__code, .coursecode, .cb_code"
TITLE = ".detail-title, .detail-title_html, .courseblock__title, .coursetitle, .cb_title, .courseblockname"
CREDITS = (
    ".courseblockhours, .courseblock__hours, .courseblockcredits, .courseblockcredit, .courseblock__credits, .coursehours, "
    ".coursecredits, .courseblockunits, .cb_hours, .cb_credits, .detail-hours_html, .detail-hours, .detail-coursehours, "
    ".detail-credits, .detail-credits_html, .detail-credit_hours, .detail-units, .detail-units_html"
)
#: Names too common to mean credits outside the heading.
CREDITS_IN_HEAD = ".credits, .hours, .units"
DESCRIPTION = (
    ".courseblockdesc, .courseblock__description, .courseblock__desc, .cb_desc, .detail-description, "
    ".detail-course_description, .detail-catalog_description, .coursedesc"
)
DETAIL = re.compile(r"detail-(?!titlerow|header)([a-z0-9_-]+)")
#: Tables of this term's sections below a course.
SCHEDULES = frozenset(("desc_sched", "scheduletbl", "sections", "courseblocksections", "course-sections"))


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by class names whether a file is a page of CourseLeaf."""
    return OWN_MARKS.search(markup(content)) is not None


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a page, or refuse a page that only lists courses or subjects."""
    blocks = list(course_blocks(content, filename=filename))
    reader = CourseReader(filename=shown(filename), format=FORMAT, strict=strict)
    unread = LabelAccount()
    campus = with_campus_letters([text_of(block.head) for block in blocks if block.code is None])
    for number, block in enumerate(blocks, start=1):
        place = f"course {number}"
        heading = block.heading(has_campus_letter=campus)
        found = block.texts()
        unread.note(found.unread, place=place)
        reader.take(entry_of(found, heading=heading, place=place, raw=raw_text(block.node)))
    unread.report(reader)
    return reader.reading()


def course_blocks(content: bytes, *, filename: str) -> Iterator[Block]:
    """Yield the courses of a page, or refuse the page when it has none."""
    answers = SERVICE_ANSWER.findall(markup(content))
    if answers:
        for attributes, html in answers:
            told = CODE_ATTRIBUTE.search(attributes)
            yield Block.of(opened(f"<div>{html}</div>".encode(), filename=filename), told_code=told[1] if told else "")
        return
    page = opened(content, filename=filename)
    nodes = [node for node in without_doubles(page.css(BLOCK)) if node.tag not in ("p", "span", "table")]
    blocks = [Block.of(node) for node in nodes if node.text(strip=True)]
    if not blocks:
        raise refusal_of(page, filename=shown(filename))
    yield from blocks


@dataclass(frozen=True)
class Block:
    """Hold the elements of one course."""

    node: LexborNode
    head: LexborNode | None
    code: LexborNode | None
    title: LexborNode | None
    credits: LexborNode | None
    descriptions: tuple[LexborNode, ...]
    #: The code that stands beside the course in an answer of the catalog's service, or in an attribute.
    told_code: str = ""

    @classmethod
    def of(cls, source: LexborNode | LexborHTMLParser, *, told_code: str = "") -> Block:
        """Find the elements of a course."""
        node = source if isinstance(source, LexborNode) else source.body
        if node is None:
            raise PageRefusal("This page has no body.")
        head = node.css_first(HEAD) or _first_heading(node)
        in_head = head.css_first(CREDITS_IN_HEAD) if head is not None else None
        return cls(
            node=node,
            head=head,
            code=node.css_first(CODE),
            title=node.css_first(TITLE),
            credits=node.css_first(CREDITS) or in_head,
            descriptions=tuple(part for part in without_doubles(node.css(DESCRIPTION)) if text_of(part)),
            told_code=told_code or node.attributes.get("data-coursecode") or "",
        )

    def heading(self, *, has_campus_letter: bool) -> Heading:
        """Read code, title and credits."""
        line = self._head_text()
        read = campus_heading_of if has_campus_letter and self.code is None else heading_of
        heading = read(text_of(self.title) if self.title is not None and self.code is None else line)
        if self.code is not None:
            heading = replace(self._titled(line), code=code_alone(text_of(self.code)))
        if not heading.code and self.told_code:
            heading = replace(heading, code=tidied(self.told_code))
        stated = text_of(self.credits)
        return replace(heading, credits=credit_words(stated, is_bare=True) or stated) if stated else heading

    def _titled(self, line: str) -> Heading:
        """Read the title beside a code that has an element of its own."""
        if self.title is None:
            return title_and_credits(line)
        heading = title_and_credits(text_of(self.title))
        code, rest = heading_of(heading.title).code, heading_of(heading.title).title
        return replace(heading, title=rest) if code and code == code_alone(text_of(self.code)) else heading

    def _head_text(self) -> str:
        """Return the heading without the elements that hold its code and its credits."""
        return " ".join(line.text for line in self._lines([self.head], self.code, self.credits)) if self.head else ""

    def texts(self) -> Gathered:
        """Read what stands below the heading."""
        found = Gathered()
        details = [node for node in self.node.css("[class*='detail-']") if self._detail_name(node)]
        for node in self.descriptions:
            found.add(parts_of(lines_of([node]), is_description=True))
        found.describe_by_rest()
        found.lines.clear()
        for node in details:
            found.add(self._detail_parts(node))
        known = (self.head, self.code, self.title, self.credits, *self.descriptions, *details)
        found.add(parts_of(self._lines([self.node], *known)))
        found.describe_by_rest()
        if self.descriptions and found.lines:
            found.unread.append(found.lines[0].text)
        return found

    def _detail_name(self, node: LexborNode) -> str:
        """Return the name of a detail that is neither heading nor description; "" for other elements."""
        own = {part.mem_id for part in (self.code, self.title, self.credits, *self.descriptions) if part is not None}
        names = [found[1] for name in classes(node) if (found := DETAIL.fullmatch(name))]
        is_free = node.mem_id not in own and not node.css_matches(f"{CODE}, {TITLE}, {DESCRIPTION}")
        return names[0].removesuffix("_html").replace("_", " ").replace("-", " ") if names and is_free else ""

    def _detail_parts(self, node: LexborNode) -> Iterator[Part]:
        """Yield the parts of a detail; text under no label of its own bears the name of the detail."""
        name = self._detail_name(node)
        for part in parts_of(lines_of([node])):
            yield part if part.name else replace(part, label=name, name=field_of(name))

    def _lines(self, nodes: Iterable[LexborNode | None], *left_out: LexborNode | None) -> list[Line]:
        ids = {node.mem_id for node in left_out if node is not None}

        def without(node: LexborNode) -> bool:
            return node.mem_id in ids or is_unshown(node) or not SCHEDULES.isdisjoint(classes(node))

        return lines_of([node for node in nodes if node is not None], without=without)


def _first_heading(node: LexborNode) -> LexborNode | None:
    """Return the first heading or bold text of a course whose heading has no class of its own."""
    return next((part for part in node.css(f"{', '.join(sorted(HEADINGS))}, strong, b") if text_of(part)), None)


# Pages without courses


def refusal_of(page: LexborHTMLParser, *, filename: str) -> PageRefusal:
    """Say what a page without courses is, what it lists, and what to save in its place."""
    codes = page.css(".sc_courselist .codecol a.code, .sc_plangrid .codecol a.code, .sc_courselist a.code")
    if codes or page.css_first(".sc_courselist, .sc_plangrid"):
        names = tuple(dict.fromkeys(filter(None, (listed_name(code) for code in codes))))
        return PageRefusal(
            f"{filename}: this is a program page of CourseLeaf. It lists {listed(names, 'course')} without their "
            "descriptions, so there is nothing to import. Open the course descriptions of a subject in the catalog "
            "(often under Courses A–Z) and save that page.",
            found=names,
        )
    links = page.css("a.sitemaplink, .az_sitemap li a, #atozindex li a")
    names = tuple(dict.fromkeys(filter(None, (text_of(link) for link in links))))
    if names:
        return PageRefusal(
            f"{filename}: this is a list of subjects (A–Z) of CourseLeaf. It names {listed(names, 'subject')} and holds "
            "no courses. Open a subject, wait until its courses are shown, and save that page; several pages may be put "
            "into one ZIP file.",
            found=names,
        )
    return PageRefusal(
        f"{filename}: this is a page of a CourseLeaf catalog, but it holds no course descriptions. Open the course "
        "descriptions of a subject in the catalog and save that page."
    )


def listed_name(code: LexborNode) -> str:
    """Return the code that a row in a list of courses links to."""
    return tidied(code.attributes.get("title") or "") or text_of(code)
