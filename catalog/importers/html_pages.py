"""Open saved web pages: tell them from other files, decode them, and take their text as a reader sees it.

Scripts, styles and other things that a browser does not show as text never become text here.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.refusals import Refusal, shown
from base.text_files import UNWRITABLE
from catalog.importers.course_headings import UNSEEN, tidied

MAX_PAGE_BYTES = 64_000_000
#: Elements inside one another; real pages stay far below, and deeper ones take a parser minutes.
MAX_DEPTH = 2_000
#: Courses named in a refusal; the rest are counted.
N_NAMED = 5

HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<\s*(?:!doctype\s+html|(?:html|head|body|meta|title|link|div|main|section|"
    r"article|table|tbody|tr|td|h[1-6]|p|ul|ol|dl|li|span|a|strong|form|nav|header|script|style|courseinfo)\b)",
    re.IGNORECASE | re.DOTALL,
)
WEB_ARCHIVE_START = re.compile(rb"\s*(?:From:|MIME-Version:|Snapshot-Content-Location:)", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
#: A whole script, style or comment, or one tag of an element that nests.
TAGS = re.compile(
    r"<(script|style|textarea|title)\b.*?</\1\s*>|<!--.*?-->|<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE | re.DOTALL
)
#: Elements that hold nothing, or that end by themselves where the next one begins.
NOT_NESTING = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr option dt dd "
    "thead tbody tfoot colgroup rp rt path circle rect line polygon use g svg".split()
)

UNSHOWN = frozenset(
    "script style noscript template head title select button textarea iframe object svg canvas audio video".split()
)
#: Elements that begin and end a line of text.
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
MARKS = frozenset("strong b em i u dt th label".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 legend".split())
#: Texts for screen readers and buttons that a reader of the page does not see.
ASIDE_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden element-invisible screen-reader-text print_link portfolio_link "
    "acalog_top_link acalog-social-media-links acalog-highlight-ignore help_block gateway-toolbar sc-childlinks "
    "sc-parentlink".split()
)
LABEL_CLASSES = frozenset("label field__label field-label cbextra-label courseListHeader".split())
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
        return tidied("".join(run.text for run in self.runs))


# Bytes to text


def markup(content: bytes) -> str:
    """Return the text of a web page with its tags; "" when the bytes are no web page."""
    return _page_in_archive(content) if WEB_ARCHIVE_START.match(content[:200]) else _page(content)


def is_page(content: bytes) -> bool:
    """Tell by its first characters whether a file is a web page."""
    return bool(_page(content[:4_000], is_clipped=True)) or bool(
        WEB_ARCHIVE_START.match(content[:200]) and _page_in_archive(content)
    )


def _page(content: bytes, *, is_clipped: bool = False) -> str:
    if HTML_START.match(_decoded(content[:4_000])[0]) is None:
        return ""
    return _decoded(content)[0]


def _page_in_archive(content: bytes) -> str:
    """Return the page inside a web archive (MHTML), as some browsers save it."""
    message = email.message_from_bytes(content[:MAX_PAGE_BYTES], policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            return _page(payload) if isinstance(payload, bytes) else ""
    return ""


def _decoded(content: bytes) -> tuple[str, int]:
    """Decode a page; return its text and the number of bytes that fit no encoding of the page."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
        return text, text.count("\ufffd")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8"), 0
    except UnicodeDecodeError:
        pass
    declared = CHARSET.search(content[:4_000])
    name = declared[1].decode("ascii").lower() if declared else ""
    if name in ("utf-8", "utf8", ""):
        return _mixed(content)
    try:
        text = content.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name, "replace")
    except (LookupError, ValueError):
        return _mixed(content)
    return text, text.count("\ufffd")


def _mixed(content: bytes) -> tuple[str, int]:
    """Decode UTF-8 in which some bytes are of the Western encoding of older Windows programs."""
    n_odd = 0
    parts: list[str] = []
    start = 0
    while start < len(content):
        try:
            parts.append(content[start:].decode("utf-8"))
            break
        except UnicodeDecodeError as trouble:
            parts.append(content[start : start + trouble.start].decode("utf-8"))
            odd = content[start + trouble.start : start + trouble.end]
            parts.append(odd.decode("cp1252", "replace"))
            n_odd += 1
            start += trouble.end
            if n_odd > 1_000:
                parts.append(content[start:].decode("cp1252", "replace"))
                break
    return "".join(parts), n_odd
