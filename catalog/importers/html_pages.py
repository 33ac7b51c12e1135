"""Open saved web pages: tell them from other files, decode them, and take their text as a reader sees it.

Scripts, styles and other things that a browser does not show as text never become text here.
"""

from __future__ import annotations

import codecs
import email
import re
from collections.abc import Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import Refusal, shown
from base.text_files import UNWRITABLE
from catalog.importers.course_headings import tidied

MAX_PAGE_BYTES = 64_000_000
#: Elements inside one another; real pages stay far below, and deeper ones take a parser minutes.
MAX_DEPTH = 600
#: What is looked at to tell what a file is.
N_START_BYTES = 4_000
#: Encodings that pages declare when they mean Windows-1252.
ASCII_KIN = ("iso-8859-1", "latin1", "us-ascii", "ascii")
#: Courses named in a refusal; the rest are counted.
N_NAMED = 5
#: Name under which the decoder of stray bytes is registered.
WESTERN = "stray-windows-1252"

HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<\s*(?:!doctype\s+html|(?:html|head|body|meta|title|link|div|main|section|"
    r"article|table|tbody|tr|td|h[1-6]|p|ul|ol|dl|li|span|a|strong|form|nav|header|script|style|courseinfo)\b)",
    re.IGNORECASE | re.DOTALL,
)
ARCHIVE_START = re.compile(rb"\s*(?:From:|MIME-Version:|Snapshot-Content-Location:|Content-Type:)", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
WHOLE_START = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
WHOLE_END = re.compile(rb"</(?:html|body)\s*=?\s*>", re.IGNORECASE)
#: A whole script, style or comment, or one tag of an element that nests.
TAGS = re.compile(
    r"<(script|style|textarea|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([a-z][a-z0-9-]*)",
    re.IGNORECASE | re.DOTALL,
)
#: Elements that hold nothing, or that end by themselves where the next one begins.
NOT_NESTING = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "td", "th", "tr", "option", "dt", "dd", "thead", "tbody", "tfoot", "colgroup", "rp", "rt", "path",
    "circle", "rect", "line", "polygon", "use", "g", "svg",
))  # fmt: skip

UNSHOWN = frozenset((
    "script", "style", "noscript", "template", "head", "title", "select", "textarea", "iframe", "object",
    "svg", "canvas", "audio", "video",
))  # fmt: skip
#: Elements that begin and end a line of text.
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul",
))  # fmt: skip
#: Elements that stand in a type of their own, and the kind of type.
MARKS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend"), "heading"),
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("em", "i", "u"), "em"),
    **dict.fromkeys(("dt", "th", "label"), "label"),
}
#: Elements whose classes say nothing about their text.
PLAIN_TAGS = frozenset(("br", "hr", "em", "i", "b", "strong", "u", "sup", "sub"))
#: Texts for screen readers and buttons that a reader of the page does not see.
ASIDE_CLASSES = frozenset((
    "sr-only", "visually-hidden", "visuallyhidden", "element-invisible", "screen-reader-text", "print_link",
    "portfolio_link", "acalog_top_link", "acalog-social-media-links", "acalog-highlight-ignore", "help_block",
    "btn-readmore", "btn-readless", "readmore", "readless", "read-more", "read-less",
    "gateway-toolbar", "sc-childlinks", "sc-parentlink", "desc_sched", "scheduletbl", "courseblocksections",
))  # fmt: skip
LABEL_CLASSES = frozenset(("label", "field__label", "field-label", "cbextra-label", "courseListHeader"))
UNSEEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class PageRefusal(Refusal):
    """Say why a saved web page cannot be read as a list of courses."""

    def __init__(self, message: str, *, found: Sequence[str] = ()) -> None:
        super().__init__(message)
        #: Names of courses that the page lists without their texts.
        self.found = tuple(found)


@dataclass(frozen=True)
class Run:
    """Hold a piece of a line that stands in one kind of type."""

    text: str
    #: "strong" for bold type, "em" for italics, "label" and "heading" for elements of those kinds; "" for plain type.
    mark: str = ""


@dataclass(frozen=True)
class Line:
    """Hold one line of a page as its runs."""

    runs: tuple[Run, ...]
    is_item: bool = False
    #: Number of horizontal rules before this line.
    n_rules: int = 0

    @property
    def text(self) -> str:
        """Return the line without its marks."""
        known: str | None = self.__dict__.get("_text")
        if known is None:  # kept by hand: a page asks for this some hundred thousand times
            known = self.__dict__["_text"] = tidied("".join([run.text for run in self.runs]))
        return known


# Bytes to text


def is_page(content: bytes) -> bool:
    """Tell by its first characters whether a file is a web page."""
    return HTML_START.match(_decoded(content[:N_START_BYTES])) is not None or bool(_archived(content))


def markup(content: bytes) -> str:
    """Return the text of a web page with its tags; "" when the bytes are no web page."""
    if not is_page(content):
        return ""
    return _decoded(_archived(content) or content)


def mentions(content: bytes, words: Iterable[str]) -> bool:
    """Tell whether a file is a web page in whose text or tags one of some words stands."""
    text = markup(content)
    return any(word in text for word in words)


def _archived(content: bytes) -> bytes:
    """Return the page inside a web archive (MHTML), as some browsers save it; b"" when there is none."""
    if ARCHIVE_START.match(content[:N_START_BYTES]) is None or b"multipart/related" not in content[:N_START_BYTES]:
        return b""
    with suppress(RecursionError, LookupError, ValueError):
        for part in email.message_from_bytes(content[:MAX_PAGE_BYTES]).walk():
            payload = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
            if isinstance(payload, bytes):
                return payload
    return b""


def _decoded(content: bytes) -> str:
    """Decode a page by its mark, as UTF-8, or by what it declares; bytes that fit nothing are read as Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    content = content.removeprefix(codecs.BOM_UTF8)
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    declared = CHARSET.search(content[:N_START_BYTES])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name not in ("utf-8", "utf8"):
        with suppress(LookupError, ValueError):
            return content.decode("cp1252" if name in ASCII_KIN else name, "replace")
    return content.decode("utf-8", WESTERN)


def _western(trouble: UnicodeError) -> tuple[str, int]:
    """Read the bytes of a UTF-8 page that are not UTF-8 as older Windows programs write them."""
    if not isinstance(trouble, UnicodeDecodeError):
        raise trouble
    return trouble.object[trouble.start : trouble.end].decode("cp1252", "replace"), trouble.end


codecs.register_error(WESTERN, _western)


def flaws_of(content: bytes) -> list[str]:
    """Say what is wrong with a page as a file: mixed encodings, or an end that is missing."""
    flaws = []
    if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-8", "replace")
        n_odd = text.count("\ufffd")
        if n_odd and any(sign > "\x7f" and sign != "\ufffd" for sign in set(text)):
            flaws.append(f"The page mixes text encodings in {n_odd} places. Check accents, quotation marks and dashes.")
    if WHOLE_START.search(content[:N_START_BYTES]) and not WHOLE_END.search(content):
        flaws.append(
            "The page is cut off: its end is missing. Save it again, or look whether the last courses are there."
        )
    return flaws


# Text to elements


def opened(content: bytes, *, filename: str) -> LexborHTMLParser:
    """Parse a page, or refuse one that no browser could have saved."""
    if len(content) > MAX_PAGE_BYTES:
        limit = MAX_PAGE_BYTES // 1_000_000
        raise PageRefusal(f"{shown(filename)}: this page is larger than {limit} MB. Save it in several pages.")
    text = markup(content)
    if _depth(text) > MAX_DEPTH:
        raise PageRefusal(
            f"{shown(filename)}: the elements of this page are nested more than {MAX_DEPTH:,} deep, so it was not "
            "opened. Open the catalog in a browser and save the page again."
        )
    page = LexborHTMLParser(text)
    page.strip_tags(["script", "style", "noscript", "template"])
    return page


def _depth(text: str) -> int:
    """Return how deep elements stand inside one another at most, counted by their tags."""
    depth = deepest = 0
    for tag in TAGS.finditer(text):
        name = (tag[3] or "").lower()
        if name and name not in NOT_NESTING:
            depth = max(depth + (-1 if tag[2] else 1), 0)
            deepest = max(deepest, depth)
    return deepest


def classes(node: LexborNode) -> frozenset[str]:
    """Return the class names of an element."""
    return frozenset((node.attributes.get("class") or "").split())


def without_doubles(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Return elements without those that hold another of them, and each once."""
    ids = {node.mem_id for node in nodes}
    holders: set[int] = set()
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in holders:
            if above.mem_id in ids:
                holders.add(above.mem_id)
            above = above.parent
    kept = {node.mem_id: node for node in nodes if node.mem_id not in holders}
    return list(kept.values())


def with_holders(nodes: Iterable[LexborNode]) -> set[int]:
    """Return the numbers of elements and of all that hold them."""
    numbers: set[int] = set()
    for node in nodes:
        above: LexborNode | None = node
        while above is not None and above.mem_id not in numbers:
            numbers.add(above.mem_id)
            above = above.parent
    return numbers


def nodes_below(heading: LexborNode, *, others: Container[int]) -> list[LexborNode]:
    """Return what stands below a heading, up to what holds another one; if nothing, what stands below its holder."""
    node = heading
    for _ in range(3):
        below = _following(node, others=others)
        if any((part.text() if part.is_element_node else part.text_content or "").strip() for part in below):
            return below
        if node.parent is None or node.parent.tag in ("td", "body", "li", "main", "html"):
            break
        node = node.parent
    return []


def _following(node: LexborNode, *, others: Container[int]) -> list[LexborNode]:
    found: list[LexborNode] = []
    following = node.next
    while following is not None and following.mem_id not in others:
        found.append(following)
        following = following.next
    return found


def listed(names: Sequence[str], noun: str) -> str:
    """Count things and name the first of them: "14 courses (A 1, A 2, … )"."""
    shown_names = ", ".join(shown(name) for name in names[:N_NAMED])
    more = f" and {len(names) - N_NAMED:,} more" if len(names) > N_NAMED else ""
    plural = noun if len(names) == 1 else f"{noun}s"
    return f"{len(names):,} {plural} ({shown_names}{more})" if names else f"no {noun}"


def text_of(node: LexborNode | None) -> str:
    """Return the text of an element on one line; "" when there is none."""
    return " ".join(line.text for line in lines_of([node])) if node is not None else ""


def raw_text(node: LexborNode) -> str:
    """Return all text below an element on one line, for people who compare it with what was read."""
    return tidied(UNWRITABLE.sub("", node.text(separator=" ")))


def paragraphs(lines: Iterable[Line]) -> str:
    """Join lines as a reader would: a line that goes on in small letters belongs to the one before."""
    text = ""
    for line in filter(None, (line.text for line in lines)):
        goes_on = text and line[0].islower() and text[-1] not in ".!?:;"
        text += (" " if goes_on else "\n" if text else "") + line
    return text


def lines_of(nodes: Iterable[LexborNode], *, left_out: Container[int] = ()) -> list[Line]:
    """Read elements line by line, as a browser would show them, without those whose numbers are left out."""
    reader = _LineReader()
    for node in nodes:
        _walk(node, reader=reader, left_out=left_out)
        if node.tag in BLOCKS:
            reader.end_line()
    reader.end_line()
    return reader.lines


@dataclass
class _LineReader:
    """Collect the lines of elements while they are walked through."""

    lines: list[Line] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _is_item: bool = False
    _n_rules: int = 0

    def add(self, text: str, *, mark: str) -> None:
        """Add text to the line; neighbours of one mark are one run."""
        if self._runs and self._runs[-1].mark == mark and not (mark and self._is_closed):
            self._runs[-1] = Run(self._runs[-1].text + text, mark)
        else:
            self._runs.append(Run(text, mark))
        self._is_closed = False

    _is_closed: bool = False

    def close_mark(self) -> None:
        """Note that a marked element ended, so that the next one is a run of its own."""
        self._is_closed = True

    def begin(self, tag: str) -> None:
        """Begin a new line for an element; note entries of lists and horizontal rules."""
        self.end_line()
        if tag == "li":
            self._is_item = True
        elif tag == "hr":
            self._n_rules += 1

    def end_line(self) -> None:
        """End the line; one without any letter or digit is dropped."""
        if not self._runs:
            return
        runs = self._runs
        self._runs = []
        text = "".join(run.text for run in runs)
        if UNWRITABLE.search(text):
            runs = [Run(UNWRITABLE.sub("", run.text), run.mark) for run in runs]
        if any(map(str.isalnum, text)):
            self.lines.append(Line(runs=tuple(runs), is_item=self._is_item, n_rules=self._n_rules))
            self._is_item = False


def _walk(top: LexborNode, *, reader: _LineReader, left_out: Container[int]) -> None:
    """Hand the text below an element to a reader, in the order of the page."""
    stack: list[tuple[LexborNode, str]] = [(top, "")]
    ends: list[tuple[int, bool, bool]] = []
    while stack or ends:
        while ends and len(stack) == ends[-1][0]:
            _, is_block, is_marked = ends.pop()
            if is_block:
                reader.end_line()
            elif is_marked:
                reader.close_mark()
        if not stack:
            break
        node, mark = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            reader.add(node.text_content or "", mark=mark)
            continue
        if tag in UNSHOWN or node.mem_id in left_out:
            continue
        names = [] if tag in PLAIN_TAGS else (node.attributes.get("class") or "").split()
        if not ASIDE_CLASSES.isdisjoint(names) or (tag in ("span", "button") and _is_hidden(node)):
            continue
        own_mark = _mark(tag, names=names)
        is_block = tag in BLOCKS
        if is_block or tag == "br":
            reader.begin(tag)
        ends.append((len(stack), is_block, bool(own_mark and not mark)))
        children = []
        child = node.first_child
        while child is not None:
            children.append((child, mark or own_mark))
            child = child.next
        children.reverse()
        stack.extend(children)


def _is_hidden(node: LexborNode) -> bool:
    """Tell whether a piece of text is not shown, or a button that is no heading of a course."""
    if node.tag == "button":
        return not any(map(str.isdigit, node.text()))
    return UNSEEN_STYLE.search(node.attributes.get("style") or "") is not None


def _mark(tag: str, *, names: Sequence[str]) -> str:
    """Return the kind of type that an element begins; "" when it begins none."""
    if tag in MARKS:
        return MARKS[tag]
    return "label" if names and not LABEL_CLASSES.isdisjoint(names) else ""
