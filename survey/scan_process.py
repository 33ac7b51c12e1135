"""Open one file of photographed or scanned pages in a process of its own.

A picture is a stranger's file and its readers are native code: a small file can unpack to gigabytes, a damaged one can
bring the reader down, and the reader of PDFs may not be used by two threads at once. So scan_pictures.py runs this
file as a child with limits on memory and time; whatever happens here, the caller gets an answer or a dead child.

Input: the file's bytes. Output: for every page one line of JSON, {"width", "height"} or {"trouble"}, after the first
kind followed by its grey levels, one byte a pixel, row by row.
This file imports nothing of the project, because it runs as a script.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

#: Memory that the child may ask for, where the system can limit it (not on Windows).
MEMORY_LIMIT_BYTES = 2 << 30
#: More pixels than this no telephone takes; the file says its size before anything is unpacked.
MAX_PIXELS = 64_000_000
#: Finer than this nothing more can be read off a page.
LONGER_SIDE = 3_400
MAX_PAGES = 150
DOTS_PER_POINT = 200 / 72


class Trouble(Exception):  # noqa: N818 - it carries an answer for the caller, not a programming error
    """Carry the word by which the caller knows what is wrong with the file or the page."""


def limit_memory() -> None:
    """Set the memory limit where the system has one."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


def photo(content: bytes) -> Image.Image:
    """Open a JPEG or PNG file as grey levels."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Trouble("bomb") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Trouble(_kind(content)) from None
    if picture.width * picture.height > MAX_PIXELS:
        raise Trouble("bomb")
    try:
        if isinstance(picture, ImageFile.ImageFile):
            picture.draft("L", (LONGER_SIDE, LONGER_SIDE))
        return grey(picture)
    except (OSError, SyntaxError, ValueError, MemoryError):
        raise Trouble("damaged") from None


def grey(picture: Image.Image) -> Image.Image:
    """Return a picture as 8-bit grey on white, no finer than needed."""
    if picture.mode.startswith("I") or picture.mode == "F":
        _lowest, highest = picture.getextrema()
        scale = 255.0 / max(1.0, float(highest))  # type: ignore[arg-type]  # one band has one pair of numbers
        picture = picture.convert("F").point(lambda level: level * scale)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    picture = picture.convert("L")
    times = max(picture.size) // LONGER_SIDE
    return picture.reduce(times) if times > 1 else picture


def _kind(content: bytes) -> str:
    """Say what a file is that is no picture that can be read."""
    start = content[:512]
    if start[4:8] == b"ftyp" and start[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"}:
        return "heic"
    if start[:2] == b"PK":
        return "archive"
    if start[:3] == b"\xff\xd8\xff" or start[:8] == b"\x89PNG\r\n\x1a\n":
        return "damaged"
    return "text" if start and all(sign >= 32 or sign in b"\t\r\n\f" for sign in start) else "unknown"


def pdf_pages(content: bytes) -> Iterator[Image.Image | str]:
    """Yield the pages of a PDF as grey pictures, or the word for what is wrong with one."""
    import pypdfium2  # type: ignore[import-untyped]  # the library comes without type hints

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Trouble("password" if "password" in str(error).lower() else "damaged") from None
    if len(document) > MAX_PAGES:
        raise Trouble("long")
    for number in range(len(document)):
        try:
            yield _pdf_page(document[number])
        except (pypdfium2.PdfiumError, MemoryError, ValueError):
            yield "damaged"


def _pdf_page(page: Any) -> Image.Image | str:
    from pypdfium2 import raw

    for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        width, height = piece.get_px_size()
        if width * height > MAX_PIXELS:
            return "bomb"
    longer = max(page.get_size())
    if longer <= 0:
        return "damaged"
    scale = min(DOTS_PER_POINT, LONGER_SIDE / longer)
    rendered: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return rendered.convert("L")


def pages(content: bytes) -> Iterator[Image.Image | str]:
    """Yield every page of a file."""
    if b"%PDF-" in content[:1024]:
        yield from pdf_pages(content)
    else:
        yield photo(content)


def main(source: BinaryIO, out: BinaryIO) -> None:
    """Answer for one file."""
    limit_memory()
    # A picture between one and two times the library's own limit only warns there; here it is refused too.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    content = source.read()
    try:
        for page in pages(content):
            if isinstance(page, str):
                out.write(json.dumps({"trouble": page}).encode() + b"\n")
            else:
                out.write(json.dumps({"width": page.width, "height": page.height}).encode() + b"\n")
                out.write(page.tobytes())
    except Trouble as trouble:
        out.write(json.dumps({"trouble": str(trouble)}).encode() + b"\n")


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
