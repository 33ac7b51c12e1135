"""Read courses from saved pages of CourseLeaf (Leepfrog Technologies), layouts in use from 2012 to 2026.

A page holds one element of class ``courseblock`` for a course. Five layouts are read: (a) code, title and credits in
one line of class ``courseblocktitle``; (b) ``courseblockcode``, ``courseblockcredits`` and labelled
``courseblockextra``; (c) elements of class ``detail-code``, ``detail-title``, ``detail-hours_html`` and the like;
(d) ``courseblock__title`` and ``courseblock__hours``; (e) ``coursetitle`` and ``coursehours``. The answer of the
catalog's own service (``<courseinfo><course code="…"><![CDATA[…]]>``) is read too. Program pages (``sc_courselist``)
and lists of subjects hold no course texts and are refused with what they list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import shown
from catalog.importers.course_headings import (
    SPAN,
    Heading,
    campus_heading_of,
    code_alone,
    credit_words,
    heading_of,
    tidied,
    title_and_credits,
    with_campus_letters,
)
from catalog.importers.course_labels import OTHER, field_of, is_known
from catalog.importers.html_pages import (
    Line,
    PageRefusal,
    lines_of,
    listed,
    markup,
    mentions,
    nodes_below,
    opened,
    paragraphs,
    raw_text,
    text_of,
    with_holders,
    without_doubles,
)
from catalog.importers.labelled_text import TERMS, Gathered, LabelAccount, Part, entry_of, parts_of
from catalog.importers.page_places import PagePlaces
from catalog.importers.progress import told
from catalog.importers.reading import CourseReader
from catalog.records import CatalogReading

FORMAT = "CourseLeaf"

OWN_WORDS = (
    "courseblock", "sc_courselist", "sc_plangrid", "search-courseresult", "<courseinfo", "courseleaf.css",
    "courseleaf.js",
)  # fmt: skip
SERVICE_ANSWER = re.compile(r"<course\b([^>]{0,300})>\s*<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
CODE_ATTRIBUTE = re.compile(r"code\s*=\s*[\"']([^\"']{1,60})[\"']")

BLOCK = ".courseblock, .search-courseresult"
TITLE = ".courseblocktitle"
#: What stands below the courses of a page, and within the last of them where no block is closed.
PAGE_END = "footer, nav, [id*=footer], [id^=print], [role=contentinfo], #totop"
#: A text that says nothing but what must come before the course.
ONLY_REQUISITES = re.compile(r"(?:pre|co)-?\s?requisites?\b[^\n]*", re.IGNORECASE)
#: What an element of a course holds, by its class.
ROLES: dict[str, str] = {
    **dict.fromkeys(
        ("courseblocktitle", "detail-titlerow", "cols", "courseblock__heading", "course_codetitle"), "head"
    ),
    **dict.fromkeys(
        ("detail-code", "detail-code_html", "courseblockcode", "courseblock__code", "coursecode", "cb_code"), "code"
    ),
    **dict.fromkeys(
        ("detail-title", "detail-title_html", "courseblock__title", "coursetitle", "cb_title", "courseblockname"),
        "title",
    ),
    **dict.fromkeys(
        (
            "courseblockhours", "courseblock__hours", "courseblockcredits", "courseblockcredit", "courseblock__credits",
            "coursehours", "coursecredits", "courseblockunits", "cb_hours", "cb_credits", "detail-hours_html",
            "detail-hours", "detail-coursehours", "detail-credits", "detail-credits_html", "detail-credit_hours",
            "detail-units", "detail-units_html", "course_credits",
        ),
        "credits",
    ),
    **dict.fromkeys(
        (
            "courseblockdesc", "courseblock__description", "courseblock__desc", "cb_desc", "detail-description",
            "detail-course_description", "detail-catalog_description", "coursedesc",
        ),
        "description",
    ),
}  # fmt: skip
#: Elements that hold one fact each, which their class names; text in them is never description.
FACTS = {
    "prereq": "prerequisites",
    "courseblockprereq": "prerequisites",
    "courseblockreqs": "prerequisites",
    "courseextendedwrap": "additional text",
    "coursedescadditional": "additional text",
}
#: What the elements of a heading hold, where their classes are plain words: <span class="code">WELD 101</span>.
HEAD_ROLES = {"code": "code", "title": "title", **dict.fromkeys(("hours", "credits", "units"), "credits")}
#: Class names too common to be looked at before the others.
COMMON_CREDITS = ".credits, .hours, .units"
DETAIL = re.compile(r"detail-([a-z0-9_-]+)")
#: No section within a course has a longer name.
MOST_NAME_CHARACTERS = 40
#: Credits within a description: "(3-0) Cr. 3."
CREDITS_IN_TEXT = re.compile(rf"\bCr\.\s?({SPAN})\.")


def recognises(content: bytes, *, filename: str) -> bool:
    """Tell by class names whether a file is a page of CourseLeaf."""
    return mentions(content, OWN_WORDS)


def read_courses(content: bytes, *, filename: str, strict: bool = False) -> CatalogReading:
    """Read every course of a page, or refuse a page that only lists courses or subjects."""
    blocks = course_blocks(content, filename=filename)
    reader = CourseReader(filename=shown(filename), format=FORMAT, strict=strict)
    unread = LabelAccount()
    places = PagePlaces(content)
    campus = with_campus_letters([block.line for block in blocks if "code" not in block.parts])
    for number, block in enumerate(told(blocks, start=0.3), start=1):
        raw = raw_text(block.node)
        place = places.place(number, raw=raw)
        heading = block.heading(has_campus_letter=campus)
        found = block.texts()
        unread.note(found.unread, place=place)
        reader.take(entry_of(found, heading=heading, place=place, raw=raw))
    return unread.finish(reader, content)


def course_blocks(content: bytes, *, filename: str) -> list[Block]:
    """Return the courses of a page, or refuse the page when it has none."""
    answers = SERVICE_ANSWER.findall(markup(content))
    if answers:
        return list(answered_blocks(answers, filename=filename))
    page = opened(content, filename=filename)
    nodes = [node for node in page.css(BLOCK) if node.tag not in ("p", "span", "table")]
    if (blocks := unclosed_blocks(nodes, filename=filename)) and any(block.stated_code for block in blocks):
        return blocks
    nodes = without_doubles(nodes)
    blocks = [block for node in nodes if node.text(strip=True) for block in blocks_in(node, filename=filename)]
    blocks = blocks or below_titles(without_doubles(page.css(TITLE)), filename=filename)
    if not any(block.stated_code for block in blocks):
        raise refusal_of(page, filename=shown(filename))
    return blocks


def unclosed_blocks(nodes: Sequence[LexborNode], *, filename: str) -> list[Block]:
    """Return the courses of blocks that stand inside one another because nothing closes them; [] when none do."""
    titled = [node for node in nodes if node.css_first(TITLE)]
    if not any(_holds_more(node, below=below) for node, below in pairwise(titled)):
        return []
    for aside in titled[0].css(PAGE_END):
        aside.decompose()
    htmls: list[str] = []
    for node in reversed(titled):  # from the innermost: what is taken out no longer stands in the one around it
        if node.css_first(TITLE):
            htmls.append(node.html or "")
            node.decompose()
    bodies = (opened(html.encode(), filename=filename).body for html in reversed(htmls))
    return [block for body in bodies if body is not None for block in blocks_in(body, filename=filename)]


def _holds_more(node: LexborNode, *, below: LexborNode) -> bool:
    """Tell whether a block holds the next one and a title of its own before it."""
    above, first = below.parent, node.css_first(TITLE)
    while above is not None and above.mem_id != node.mem_id:
        above = above.parent
    inner = below.css_first(TITLE)
    return above is not None and first is not None and inner is not None and first.mem_id != inner.mem_id


def blocks_in(node: LexborNode, *, filename: str) -> list[Block]:
    """Return the course of a block, or each of several: older pages put all courses of a subject into one block."""
    titles = node.css(TITLE)
    if len(titles) > 1:
        titles = [title for title in without_doubles(titles) if heading_of(text_of(title)).code]
    return below_titles(titles, filename=filename) if len(titles) > 1 else [Block.of(node)]


def below_titles(titles: Sequence[LexborNode], *, filename: str) -> list[Block]:
    """Return the courses whose titles stand without blocks of their own; each goes on up to the next title."""
    others = with_holders(titles)
    pieces = ((title, nodes_below(title, others=others)) for title in titles if text_of(title))
    htmls = (f"<div>{title.html}{''.join(part.html or '' for part in below)}</div>" for title, below in pieces)
    bodies = (opened(html.encode(), filename=filename).body for html in htmls)
    return [Block.of(body) for body in bodies if body is not None]


def answered_blocks(answers: Iterable[tuple[str, str]], *, filename: str) -> Iterator[Block]:
    """Yield the courses in an answer of the catalog's own service."""
    for attributes, html in answers:
        stated = CODE_ATTRIBUTE.search(attributes)
        body = opened(f"<div>{html}</div>".encode(), filename=filename).body
        if body is not None:
            yield Block.of(body, told_code=stated[1] if stated else "")


@dataclass(frozen=True)
class Block:
    """Hold the elements of one course."""

    node: LexborNode
    #: Elements by what they hold: "head", "code", "title", "credits".
    parts: Mapping[str, LexborNode]
    descriptions: tuple[LexborNode, ...]
    #: Elements that hold one more fact each, with its name.
    facts: tuple[tuple[str, LexborNode], ...]
    #: The heading without the elements that hold its code and its credits.
    line: str
    #: The code that stands beside the course in an answer of the catalog's service, or in an attribute.
    told_code: str = ""

    @classmethod
    def of(cls, node: LexborNode, *, told_code: str = "") -> Block:
        """Find the elements of a course."""
        parts: dict[str, LexborNode] = {}
        descriptions: list[LexborNode] = []
        facts: list[tuple[str, LexborNode]] = []
        for element in node.css("[class]"):
            names = (element.attributes.get("class") or "").split()
            role = next((ROLES[name] for name in names if name in ROLES), "")
            if role == "description":
                descriptions.append(element)
            elif role:
                parts.setdefault(role, element)
            elif fact := next(filter(None, map(_fact, names)), ""):
                facts.append((fact, element))
        if head := parts.get("head") or _first_heading(node):
            parts["head"] = head
            for element in head.css("span[class]"):
                for name in (element.attributes.get("class") or "").split():
                    if name in HEAD_ROLES and text_of(element):
                        parts.setdefault(HEAD_ROLES[name], element)
        if "credits" not in parts and (stated := node.css_first(COMMON_CREDITS)) and re.search(r"\d", stated.text()):
            parts["credits"] = stated
        return cls(
            node=node,
            parts=parts,
            descriptions=tuple(part for part in without_doubles(descriptions) if part.text(strip=True)),
            facts=tuple(facts),
            line=" ".join(line.text for line in lines_of([head], left_out=_numbers(parts, "code", "credits")))
            if head
            else "",
            told_code=told_code or node.attributes.get("data-coursecode") or "",
        )

    @property
    def stated_code(self) -> str:
        """Return the code of the course; "" when its heading holds none."""
        return self.heading(has_campus_letter=False).code

    def heading(self, *, has_campus_letter: bool) -> Heading:
        """Read code, title and credits."""
        if "code" in self.parts:
            heading = self._titled(code_alone(text_of(self.parts["code"])))
        else:
            read = campus_heading_of if has_campus_letter else heading_of
            heading = read(text_of(self.parts["title"]) if "title" in self.parts else self.line)
            if not heading.code and "title" in self.parts:
                heading = heading_of(self.line)
        if not heading.code and self.told_code:
            heading = replace(heading, code=tidied(self.told_code))
        stated = text_of(self.parts.get("credits"))
        return replace(heading, credits=credit_words(stated, is_bare=True) or stated) if stated else heading

    def _titled(self, code: str) -> Heading:
        """Read the title beside a code that has an element of its own."""
        if "title" not in self.parts:
            return replace(title_and_credits(self.line), code=code)
        title = text_of(self.parts["title"])
        whole = heading_of(title)
        heading = replace(whole if whole.code == code else title_and_credits(title), code=code)
        return heading if heading.credits else replace(heading, credits=title_and_credits(self.line).credits)

    def texts(self) -> Gathered:
        """Read what stands below the heading."""
        found = Gathered()
        facts = {node.mem_id for _, node in self.facts}
        for node in self.descriptions:
            found.add(parts_of(lines_of([node], left_out=facts), is_description=True))
        found.describe_by_rest()
        has_terms_alone = not found.texts.get("description") and any(map(TERMS.fullmatch, found.unread))
        found.lines.clear()
        for name, node in self.facts:
            found.add(_named(parts_of(lines_of([node])), name=name))
        known = facts | _numbers(self.parts) | {node.mem_id for node in self.descriptions}
        rest = lines_of([self.node], left_out=known)
        names = [line for line in rest if is_section_name(line)]
        found.unread.extend(line.text for line in names)
        found.add(parts_of([line for line in rest if line not in names] if names else rest))
        if not has_terms_alone:  # such a course has no description; what stands below are facts
            found.describe_by_rest()
        described = found.texts.get("description", "")
        if found.lines and ONLY_REQUISITES.fullmatch(described):
            found.texts["prerequisites"] = described.partition(":")[2].strip() or described
            found.texts["description"] = paragraphs(found.lines)
        elif self.descriptions and found.lines:
            found.unread.append(found.lines[0].text)
        if (stated := CREDITS_IN_TEXT.search(found.texts.get("description", "")[:200])) and not found.texts.get(
            "credits"
        ):
            found.texts["credits"] = credit_words(stated[1], is_bare=True)
        return found


def is_section_name(line: Line) -> bool:
    """Tell whether a line is the name of a section within a course, such as "Hours & Format"; labels are not."""
    text = line.text
    return (
        all(run.mark in ("strong", "heading") for run in line.runs if run.text.strip())
        and len(text) <= MOST_NAME_CHARACTERS
        and text[-1] not in ".!?:"
        and field_of(text) == OTHER
        and not is_known(text)
    )


def _fact(name: str) -> str:
    """Return the fact that a class names; "" when it names none."""
    detail = DETAIL.fullmatch(name)
    return detail[1].removesuffix("_html").replace("_", " ").replace("-", " ") if detail else FACTS.get(name, "")


def _numbers(parts: Mapping[str, LexborNode], *names: str) -> set[int]:
    """Return the numbers by which elements are left out while lines are read."""
    return {node.mem_id for name, node in parts.items() if not names or name in names}


def _named(parts: Iterable[Part], *, name: str) -> Iterator[Part]:
    """Yield the parts of a detail; text under no label of its own bears the name of the detail."""
    for part in parts:
        yield part if part.name else replace(part, label=name, name=field_of(name))


def _first_heading(node: LexborNode) -> LexborNode | None:
    """Return the first heading or bold text of a course whose heading has no class of its own."""
    return next((part for part in node.css("h1, h2, h3, h4, h5, h6, strong, b") if text_of(part)), None)


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
            f"{filename}: this is a list of subjects (A–Z) of CourseLeaf. It names {listed(names, 'subject')} and "
            "holds no courses. Open a subject, wait until its courses are shown, and save that page; several pages may "
            "be put into one ZIP file.",
            found=names,
        )
    return PageRefusal(
        f"{filename}: this is a page of a CourseLeaf catalog, but it holds no course descriptions. Open the course "
        "descriptions of a subject in the catalog and save that page."
    )


def listed_name(code: LexborNode) -> str:
    """Return the code that a row in a list of courses links to."""
    return tidied(code.attributes.get("title") or "") or text_of(code)
