"""Read the JSON that course systems export: parse the file, tell whose it is, turn its values into plain text."""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from base.json_lists import EXPLANATIONS, JsonRefusal
from base.refusals import shown
from base.tables import MAX_ROWS
from base.text_files import cleaned, decoded, is_workbook, looks_like_json, refuse_foreign
from catalog.importers.reading import CourseReader

#: Bytes in which the names of a file's fields are looked for.
SNIFFED_BYTES = 400_000
FIELD_NAME = re.compile(r'"([^"\\\n]{1,60})"\s*:')

#: Names under which systems wrap their list of courses.
WRAPPERS = ("data", "courses", "results", "items", "records", "content", "hits")

ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
UNSEEN = frozenset(("script", "style", "template", "noscript", "head"))
INLINES = frozenset((
    "a", "abbr", "b", "big", "br", "button", "center", "cite", "code", "em", "font", "html", "body", "i", "img",
    "label", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
))  # fmt: skip
#: A tag of HTML; "vector<int>" holds none.
TAG = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS | INLINES | UNSEEN))})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
SPACES = re.compile(r"[ \t\xa0]+")

#: A list of credits as catalogs write it: "2,3,6or9", "3 or 6", "1.5, 3".
CREDIT_CHOICES = re.compile(r"\d{1,3}(?:\.\d{1,2})?(?:\s*(?:,|;|\bor\b|or)\s*\d{1,3}(?:\.\d{1,2})?)+", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?")


#: Tells apart the names of fields that stand twice in one object.
UNSEEN_SIGN = "\u200b"


class UnknownExport(JsonRefusal):
    """Say that a JSON file does not hold the courses that its importer looks for."""


def field_names(content: bytes) -> frozenset[str]:
    """Name the fields that stand in the first part of a JSON file; none when it is no JSON."""
    if is_workbook(content) or not looks_like_json(content):
        return frozenset()
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return frozenset(FIELD_NAME.findall(content[:SNIFFED_BYTES].decode("utf-16" if is_utf16 else "utf-8", "ignore")))


def read_export(content: bytes, *, filename: str) -> Any:
    """Parse a JSON file, or refuse it with the line and column of the trouble."""
    refuse_foreign(content, filename=filename)
    text = decoded(content, filename=filename).lstrip("\ufeff")
    try:
        return json.loads(text, parse_float=str, parse_constant=lambda name: None, object_pairs_hook=_object_of)
    except json.JSONDecodeError as trouble:
        place = f"line {trouble.lineno}, column {trouble.colno}"
        explanation = EXPLANATIONS.get(trouble.msg, "this is not written as JSON needs it")
        raise JsonRefusal(f"{filename}, {place}: {explanation}.", place=place) from None
    except RecursionError:
        raise JsonRefusal(f"{filename}: brackets are nested too deeply for a list of courses.") from None
    except ValueError:  # Python refuses to read numbers of several thousand digits
        raise JsonRefusal(f"{filename}: a number has more digits than can be read.") from None


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its fields; a name that stands twice is told apart by signs that nobody sees.

    Python would keep the last one and say nothing. Course codes lose these signs again, so a course that stands
    twice in a file is listed as a duplicate, and a field that stands twice as one that was not read.
    """
    entry = dict(pairs)
    if len(entry) == len(pairs):
        return entry
    entry.clear()
    for name, value in pairs:
        while name in entry:
            name += UNSEEN_SIGN
        entry[name] = value
    return entry


def listed_entries(document: Any, *, filename: str, system: str) -> list[tuple[str, Any]]:
    """List the entries of an export with their places: a list, an object of courses, or either one wrapped."""
    entries = _unwrapped(document)
    if isinstance(entries, dict):
        found = [(f"course {number} ({shown(key, limit=30)})", entry)
                 for number, (key, entry) in enumerate(entries.items(), start=1)]  # fmt: skip
    elif isinstance(entries, list):
        found = [(f"course {number}", entry) for number, entry in enumerate(entries, start=1)]
    else:
        found = []
    if not found:
        raise UnknownExport(f"{filename}: this {system} file holds no list of courses. Export the courses again.")
    if len(found) > MAX_ROWS:
        raise UnknownExport(f"{filename}: there are more than {MAX_ROWS:,} courses. Split the file into several.")
    return found


def _unwrapped(document: Any) -> Any:
    """Return the list, or the object of objects, that an export wraps in an object of its own."""
    for _ in range(3):
        if not isinstance(document, dict):
            return document
        inner = next((document[name] for name in WRAPPERS if isinstance(document.get(name), list | dict)), None)
        if inner is None:
            break
        document = inner
    return [document] if isinstance(document, dict) and _is_one_course(document) else document


def _is_one_course(document: dict[str, Any]) -> bool:
    """Tell whether an object is one course, as the page of a course loads it, and not an object of courses."""
    names_itself = any(isinstance(document.get(name), str) for name in ("title", "name", "longName", "courseTitle"))
    return names_itself or not any(isinstance(value, dict) for value in document.values())


def value_at(entry: Any, path: str) -> Any:
    """Return the value at a path such as "credits.creditHours.min"; None when there is none."""
    for name in path.split("."):
        if not isinstance(entry, dict):
            return None
        entry = entry.get(name)
    return entry


def plain_text(value: Any) -> str:
    """Write a value as plain text: markup becomes line breaks, entities become characters, words stay as they are."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | Decimal):
        return str(value)
    if not isinstance(value, str):
        return ""
    if TAG.search(value):
        return markup_text(value)
    return cleaned(html.unescape(value) if ENTITY.search(value) else value)


def markup_text(markup: str) -> str:
    """Write a piece of HTML as plain text, one line to a paragraph or list entry."""
    body = LexborHTMLParser(markup).body
    pieces = [] if body is None else list(_pieces(body))
    lines = (SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return cleaned("\n".join(line for line in lines if line))


def _pieces(body: LexborNode) -> Iterator[str]:
    """Yield the texts of an HTML tree in reading order, and a line break wherever a page would begin a line."""
    for node in body.traverse(include_text=True):
        tag = node.tag or ""
        before = node.prev
        if tag in BLOCKS or (before is not None and before.tag in BLOCKS):
            yield "\n"
        if tag == "br":
            yield "\n"
        elif tag == "-text" and not _is_unseen(node):
            yield (node.text_content or "").replace("\r", " ").replace("\n", " ")


def _is_unseen(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag in UNSEEN


def texts_of(value: Any, *, names: tuple[str, ...]) -> tuple[str, ...]:
    """List the texts of a value that is a text, an object with one of the names, or a list of either."""
    if isinstance(value, list):
        return tuple(text for part in value for text in texts_of(part, names=names))
    if isinstance(value, dict):
        value = next((value[name] for name in names if plain_text(value.get(name))), None)
    text = plain_text(value)
    return (text,) if text else ()


def cip_of(course: Mapping[str, Any], *, names: tuple[str, ...]) -> tuple[str, ...]:
    """List the CIP codes of the first of the fields that has any, be they texts, numbers or objects."""
    inner = ("code", "number", "cipCode", "value", "id", "name")
    return next((found for name in names if (found := texts_of(course.get(name), names=inner))), ())


def range_text(fewest: Any, most: Any) -> str:
    """Write the fewest and the most credits as one text, "3" or "3-4"; "" when neither is stated."""
    low, high = plain_text(fewest), plain_text(most)
    if not high or _same_number(low, high):
        return low
    return f"{low}-{high}" if low else high


def _same_number(low: str, high: str) -> bool:
    return low == high or (bool(NUMBER.fullmatch(low) and NUMBER.fullmatch(high)) and Decimal(low) == Decimal(high))


def choices_text(text: str) -> str:
    """Write a choice of credits ("2,3,6or9") as the range that it spans; any other text as it is."""
    if not CREDIT_CHOICES.fullmatch(text):
        return text
    numbers = sorted(NUMBER.findall(text), key=Decimal)
    return range_text(numbers[0], numbers[-1])


def note_unread(reader: CourseReader, entries: Collection[tuple[str, Any]], *, known: Collection[str]) -> None:
    """List, as one doubt, the fields of the entries that hold something and that no field of a course takes."""
    found: dict[str, None] = {}
    for _, entry in entries:
        if isinstance(entry, Mapping):
            found.update(dict.fromkeys(name for name, value in entry.items() if name not in known and value))
    if found:
        reader.doubt(
            place="whole file",
            reason=f"{len(found)} fields that stand in some courses have no place in a catalog and were not read.",
            raw=", ".join(shown(name, limit=40) for name in found),
        )


def note_short_list(reader: CourseReader, document: Any, *, n_listed: int, names: Collection[str]) -> None:
    """List a doubt when an export says itself that there are more courses than it holds."""
    counts = [document.get(name) for name in names] if isinstance(document, dict) else []
    stated = max((count for count in counts if isinstance(count, int)), default=0)
    if stated > n_listed:
        reader.doubt(
            place="whole file",
            reason=f"The file says that there are {stated:,} courses, but it holds {n_listed:,}. Export all of them.",
            raw=str(stated),
        )
