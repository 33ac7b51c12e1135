"""Read the bytes of a text file as text, and name files that are no text at all."""

from __future__ import annotations

import codecs
import re

from base.refusals import TableRefusal

WORKBOOK_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

#: First bytes by which a file of another kind is known, and what people call such a file.
FOREIGN_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"SQLite format 3\x00", "a database"),
)

MARKUP = re.compile(r"\s*<\s*(!--|(!doctype|\?xml|html|head|body|table|meta|style|div|script)\b)", re.IGNORECASE)
JSON_START = re.compile(r"\s*(\[\s*[\[\]{\"]|\{\s*[\"}])")

SAVE_AS_TABLE = "Save the table as CSV or XLSX and choose that file."
SAVE_AS_UTF8 = 'Save it again as "CSV UTF-8" or as XLSX and choose the new file.'

#: Control characters other than tab, line ends and the end mark of old DOS files.
CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n|[\r\v\f]")
#: Spaces that nobody sees, and that str.strip leaves.
EDGE = " \t\n\u00a0\u200b\u2060\ufeff"


def is_workbook(content: bytes) -> bool:
    """Tell by its first bytes whether a file is a workbook, or looks like one."""
    return content.startswith(WORKBOOK_MARKS)


def refuse_foreign(content: bytes, *, filename: str) -> None:
    """Refuse an empty file, and a PDF, picture or archive that bears the name of a table."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise TableRefusal(f"{filename}: this file is empty. Choose the file that holds the table.")
    for mark, kind in FOREIGN_MARKS:
        if content.startswith(mark):
            raise TableRefusal(f"{filename}: this is {kind}, not a table. {SAVE_AS_TABLE}")
    if b"%PDF-" in content[:1024]:
        raise TableRefusal(f"{filename}: this is a PDF, not a table. {SAVE_AS_TABLE}")


def decoded(content: bytes, *, filename: str) -> str:
    """Decode a text file: UTF-8, UTF-16 with its mark, otherwise the Western encoding of older Windows programs."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _strictly(content, encoding="utf-16", name="UTF-16", filename=filename)
    elif content.startswith(codecs.BOM_UTF8):
        text = _strictly(content, encoding="utf-8-sig", name="UTF-8", filename=filename)
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as trouble:
            text = _decoded_western(content, first_odd_byte=trouble.start, filename=filename)
    _refuse_binary(text, filename=filename)
    return text


def _strictly(content: bytes, *, encoding: str, name: str, filename: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as trouble:
        line = _line_of(content, trouble.start)
        raise TableRefusal(
            f"{filename}, line {line}: this file says that it is {name} text, but holds bytes that are not. "
            f"{SAVE_AS_UTF8}",
            place=f"line {line}",
        ) from None


def _decoded_western(content: bytes, *, first_odd_byte: int, filename: str) -> str:
    """Decode as Windows-1252, unless the file is UTF-8 with a few damaged places or no text at all."""
    line = _line_of(content, first_odd_byte)
    as_utf8 = content.decode("utf-8", "replace")
    n_damaged = as_utf8.count("\ufffd")
    n_good = sum(1 for sign in as_utf8 if sign > "\x7f") - n_damaged
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    _refuse_binary(as_utf8, filename=filename)
    if not text or n_good > n_damaged:
        raise TableRefusal(
            f"{filename}, line {line}: this file mixes text encodings, so some characters cannot be read. "
            f"{SAVE_AS_UTF8}",
            place=f"line {line}",
        )
    return text


def _line_of(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _refuse_binary(text: str, *, filename: str) -> None:
    """Refuse what is no text; a few stray control characters carry no meaning and are dropped later."""
    if "\x00" in text or len(CONTROLS.findall(text)) > max(3, len(text) // 200):
        raise TableRefusal(f"{filename}: this is not a text file, so it cannot be read as a table. {SAVE_AS_TABLE}")


def cleaned(text: str) -> str:
    """Strip a text, end its lines one way, and drop what no page or file can show."""
    if "\r" in text or "\v" in text or "\f" in text:
        text = LINE_ENDS.sub("\n", text)
    if UNWRITABLE.search(text):
        text = UNWRITABLE.sub("", text)
    return text.strip().strip(EDGE).strip()


def looks_like_json(content: bytes) -> bool:
    """Tell by its first characters whether a file holds JSON."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return JSON_START.match(content[:400].decode("utf-16", "ignore")) is not None
    return JSON_START.match(content[:400].decode("utf-8-sig", "replace")) is not None


def refuse_markup_and_json(text: str, *, filename: str) -> None:
    """Refuse a web page, an XML file or a JSON file that bears the name of a table."""
    if MARKUP.match(text):
        raise TableRefusal(
            f"{filename}: this is a web page or an XML file, not a table, whatever its name says. "
            "Open it in a spreadsheet program, save it as XLSX and choose the new file."
        )
    if JSON_START.match(text):
        raise TableRefusal(f"{filename}: this is a JSON file, not a table. {SAVE_AS_TABLE}")
