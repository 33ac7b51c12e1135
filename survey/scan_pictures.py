"""Turn an uploaded file (JPEG, PNG or PDF) into grey pictures of its pages, or say why it cannot be read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from base.refusals import shown

Grey = npt.NDArray[np.uint8]

#: A PDF of 150 scanned pages takes about half a minute.
SECONDS_TO_OPEN = 120

TROUBLES = {
    "text": "This file holds text, not a picture, whatever its name says. Choose a photo (JPEG or PNG) or a PDF.",
    "heic": "This is a HEIC picture, which is not read. On the telephone choose the camera format “Most compatible”, "
    "or send the picture as JPEG.",
    "archive": "This is an archive or an office document. Unpack it and choose the photos or the PDF inside.",
    "unknown": "This is no JPEG, PNG or PDF. Choose a photo of the sheet, or a scan of it.",
    "damaged": "The file is damaged or did not arrive whole. Take the picture again, or save it anew.",
    "bomb": "The picture has more than 64 million pixels, so it was not opened. Take it with fewer: 3,000 across do.",
    "password": "The PDF is protected by a password. Save a copy without the password and choose the copy.",
    "long": "The PDF has more than 150 pages. Split it and read the parts one after the other.",
}


@dataclass(frozen=True)
class OpenedPage:
    """One page of an uploaded file: its picture, or why there is none."""

    #: The file's name, for a PDF with the page's number.
    label: str
    grey: Grey | None
    #: What is wrong; empty when there is a picture.
    problem: str = ""


def opened_pages(content: bytes, *, filename: str) -> Iterator[OpenedPage]:
    """Yield the pages of one file; whatever is in it, every page has a picture or a reason."""
    name = shown(filename) or "file without a name"
    if not content:
        yield OpenedPage(name, None, "The file is empty. Choose it again.")
        return
    reader = Path(__file__).with_name("scan_process.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no words of the file on the command line
            [sys.executable, "-P", str(reader)], input=content, capture_output=True, timeout=SECONDS_TO_OPEN
        )
    except subprocess.TimeoutExpired:
        yield OpenedPage(name, None, "The file takes too long to open. Split it, or take the pictures smaller.")
        return
    n_pages = 0
    for page in _answers(done.stdout, name=name, is_pdf=b"%PDF-" in content[:1024]):
        n_pages += 1
        yield page
    if done.returncode != 0 or n_pages == 0:
        label = f"{name}, page {n_pages + 1}" if n_pages else name
        yield OpenedPage(label, None, TROUBLES["damaged"])


def _answers(said: bytes, *, name: str, is_pdf: bool) -> Iterator[OpenedPage]:
    stream = io.BytesIO(said)
    for number, line in enumerate(iter(stream.readline, b""), start=1):
        label = f"{name}, page {number}" if is_pdf else name
        try:
            answer = json.loads(line)
        except ValueError:
            return
        if "trouble" in answer:
            yield OpenedPage(label, None, TROUBLES[answer["trouble"]])
            continue
        width, height = answer["width"], answer["height"]
        levels = stream.read(width * height)
        if len(levels) < width * height:
            return
        yield OpenedPage(label, np.frombuffer(levels, dtype=np.uint8).reshape(height, width))
