"""Measure how well photos of paper ballots are read: bubbles right, left open and wrong, and how long it takes.

    python -m benchmarks.paper --each 20

Every photo is made from the printed PDF: marks by a drawn pen, then perspective, uneven light, curl, blur, noise and
JPEG. Cameras and pens of the real world are not in it.
"""

from __future__ import annotations

import argparse
import io
import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from benchmarks.paper_photos import Grey, Photo, fill_in, photographed, printed_pages
from survey.library import starter_library
from survey.models import SORTS
from survey.sheet_layout import PrintedNeed, SheetPage
from survey.sheet_printing import SheetsToPrint, ballots_pdf, pages_of_sheet
from survey.sheet_reading import PageUnreadable, find_page, read_page

CODE, PAPER, K = "7K3MPX", "letter", 5
PENS = ("solid", "scribble", "pencil", "cross", "tick", "ring", "crossed-out")
Camera = Callable[[np.random.Generator], Photo]

CAMERAS: dict[str, Camera] = {
    "scanner": lambda rng: Photo(longer_side=2300, tilt=0.005, darkest=1.0, blur=0.4, noise=2.0),
    "phone, near": lambda rng: Photo(longer_side=3400, tilt=rng.uniform(0, 0.06), upside_down=bool(rng.integers(2))),
    "phone, far": lambda rng: Photo(longer_side=1400, tilt=rng.uniform(0, 0.06), noise=8.0),
    "phone, aslant, in a shadow": lambda rng: Photo(
        longer_side=2400, tilt=rng.uniform(0.05, 0.12), darkest=rng.uniform(0.2, 0.5), noise=10.0
    ),
    "curled paper": lambda rng: Photo(longer_side=2400, curl_mm=rng.uniform(-6, 6)),
    "blurred": lambda rng: Photo(longer_side=2000, blur=rng.uniform(1.5, 3.0), noise=12.0),
}


def main(words: Sequence[str] | None = None) -> None:
    """Print one line per camera and one per pen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="photos per camera and per pen")
    each = parser.parse_args(words).each
    needs = tuple(PrintedNeed(need.code, need.area, need.title) for need in starter_library())
    began = time.perf_counter()
    pdf = ballots_pdf(SheetsToPrint(CODE, "Test Valley", "Spring meeting", "", "employer", 1, PAPER, K, needs))
    print(f"printed in {time.perf_counter() - began:.2f} s\n")
    papers = printed_pages(pdf)
    pages = pages_of_sheet(needs, printing_code=CODE, sheet=1, paper=PAPER, k=K)
    print("| photos | read | refused | bubbles right | left open | wrong | processor seconds a photo |")
    print("|---|---|---|---|---|---|---|")
    plain = PENS[:3]
    for name, camera in CAMERAS.items():
        _line(name, camera, [plain[number % 3] for number in range(each)], papers=papers, pages=pages)
    for pen in PENS:
        _line(f"near, pen: {pen}", CAMERAS["phone, near"], [pen] * each, papers=papers, pages=pages)


def _line(
    name: str, camera: Camera, pens: Sequence[str], *, papers: Sequence[Image.Image], pages: Sequence[SheetPage]
) -> None:
    counts: Counter[str] = Counter()
    seconds = 0.0
    for seed, pen in enumerate(pens):
        rng = np.random.default_rng([seed, len(name)])
        number = int(rng.integers(len(pages)))
        marks = _marks(pages[number], rng)
        drawn = fill_in(papers[number], pages[number], marks, paper=PAPER, k=K, rng=rng, pen=pen)
        content = photographed(drawn, camera(rng), rng=rng)
        began = time.process_time()
        counts += _read(content, pages[number], marks)
        seconds += time.process_time() - began
    figures = " | ".join(f"{counts[each]:,}" for each in ("read", "refused", "right", "open", "wrong"))
    print(f"| {name} | {figures} | {seconds / len(pens):.2f} |", flush=True)


def _marks(page: SheetPage, rng: np.random.Generator) -> dict[str, tuple[int, ...]]:
    """Sort six needs of seven at random, and give every fifth one a place."""
    marks: dict[str, tuple[int, ...]] = {}
    for line in page.needs:
        if rng.random() < 0.85:
            place = (len(SORTS) + int(rng.integers(K)),) if rng.random() < 0.2 else ()
            marks[line.need.code] = (int(rng.integers(len(SORTS))), *place)
    return marks


def _read(content: bytes, page: SheetPage, marks: dict[str, tuple[int, ...]]) -> Counter[str]:
    grey: Grey = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    try:
        read = read_page(grey, find_page(grey), page=page, paper=PAPER, k=K)
    except PageUnreadable:
        return Counter(refused=1)
    counts = Counter(read=1)
    for row in read.rows:
        for bubble in range(len(SORTS) + K):
            if bubble in row.doubtful or not row.was_found:
                counts["open"] += 1
            else:
                is_right = (bubble in row.marked) == (bubble in marks.get(row.need_code, ()))
                counts["right" if is_right else "wrong"] += 1
    return counts


if __name__ == "__main__":
    main()
