"""Look into a ZIP archive of text files and workbooks without unpacking more than is read."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from base.refusals import TableRefusal

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
#: Members by which a ZIP is known as a workbook or another document.
DOCUMENT_MEMBERS = frozenset(("[Content_Types].xml", "mimetype", "content.xml", "Index/Document.iwa"))
READ_SUFFIXES = (".txt", ".tsv", ".csv", ".json", ".jsonld", ".xlsx", ".xls", ".ods")

MAX_MEMBERS = 500
#: Bytes of a member's beginning from which its kind is told.
HEAD_BYTES = 16_000
MAX_MEMBER_BYTES = 80_000_000
MAX_TOTAL_BYTES = 200_000_000

#: What the standard library raises on damaged archives, besides its own error.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError, NotImplementedError,
    IndexError,
)  # fmt: skip
DAMAGED = "this ZIP archive is damaged or protected by a password. Unpack it and choose the file inside."


@dataclass
class Member:
    """Hold the name and the beginning of a file in an archive."""

    name: str
    head: bytes

    @property
    def short_name(self) -> str:
        """Return the name without its folders."""
        return re.split(r"[/\\]", self.name)[-1]


@dataclass
class Archive:
    """Hold the readable members of an archive; nothing is ever written to the disk."""

    filename: str
    content: bytes
    members: tuple[Member, ...]
    _n_read: int = field(default=0)

    def read(self, member: Member) -> bytes:
        """Unpack one member in memory, up to a limit that no framework reaches."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as source, source.open(member.name) as stream:
                content = stream.read(MAX_MEMBER_BYTES + 1)
        except (*DAMAGES, KeyError):
            raise TableRefusal(f"{self.filename}: {DAMAGED}") from None
        self._n_read += len(content)
        if len(content) > MAX_MEMBER_BYTES or self._n_read > MAX_TOTAL_BYTES:
            raise TableRefusal(
                f"{self.filename}: this archive unpacks to far more than a framework needs, so it was not read. "
                "Unpack it and choose the file inside."
            )
        return content


def opened_archive(content: bytes, *, filename: str) -> Archive | None:
    """Open a ZIP archive; None for a workbook or document, which is a ZIP too, and for every other file."""
    if not content.startswith(ZIP_MARKS):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            names = source.namelist()
            if DOCUMENT_MEMBERS & set(names):
                return None
            wanted = [name for name in names if name.lower().endswith(READ_SUFFIXES) and _is_plain(name)]
            members = tuple(Member(name, source.open(name).read(HEAD_BYTES)) for name in wanted[:MAX_MEMBERS])
    except DAMAGES:
        return None
    return Archive(filename, content, members) if members else None


def _is_plain(name: str) -> bool:
    """Tell whether a member is a file that a person put there, not a trace of their computer."""
    return "__MACOSX" not in name and not re.split(r"[/\\]", name)[-1].startswith(".")
