"""Make pictures of filled-in paper ballots, as a phone would take them. Seeded, so that each comes again."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2  # type: ignore[import-untyped]  # the library ships no types
from PIL import Image, ImageDraw, ImageFilter

from survey.sheet_layout import BUBBLE_RADIUS_MM, SheetPage, columns

#: Fineness of the paper on which marks are drawn.
DOTS_PER_MM = 12
Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Photo:
    """How a picture of a page is taken."""

    #: Longer side in pixels: how far away the camera is, and how good.
    longer_side: int = 2600
    #: How far each corner may stray from its place, as a share of the page's width.
    tilt: float = 0.04
    #: Brightness at the darkest side of the page, 1 for even light.
    darkest: float = 0.7
    #: Radius of the blur and spread of the noise, in the picture's pixels and levels.
    blur: float = 0.8
    noise: float = 4.0
    #: How far the paper's middle bulges to the side, in millimetres.
    curl_mm: float = 0.0
    jpeg_quality: int = 70
    upside_down: bool = False


def printed_pages(pdf: bytes) -> list[Image.Image]:
    """Return the pages of a PDF as clean grey paper, DOTS_PER_MM fine."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DOTS_PER_MM * 25.4 / 72, grayscale=True).to_pil().convert("L") for page in document]


def fill_in(
    paper_page: Image.Image,
    page: SheetPage,
    marks: Mapping[str, Sequence[int]],
    *,
    paper: str,
    k: int,
    rng: np.random.Generator,
    pen: str = "scribble",
) -> Image.Image:
    """Return the page with bubbles marked by hand; `marks` holds by need code the bubbles from the left, from 0."""
    drawn = paper_page.copy()
    across = columns(paper=paper, k=k).all_mm
    for line in page.needs:
        for bubble in marks.get(line.need.code, ()):
            draw_mark(drawn, (across[bubble], line.middle_mm), pen=pen, rng=rng)
    return drawn


def draw_mark(drawn: Image.Image, at_mm: tuple[float, float], *, pen: str, rng: np.random.Generator) -> None:
    """Draw one mark of a pen: scribble, solid, pencil, cross, tick, ring (around the circle), dot or crossed-out."""
    brush = ImageDraw.Draw(drawn)
    x, y = (float(rng.normal(length, 0.15)) * DOTS_PER_MM for length in at_mm)
    radius = BUBBLE_RADIUS_MM * DOTS_PER_MM
    ink = int(rng.integers(20, 80)) if pen != "pencil" else int(rng.integers(95, 130))
    width = round(float(rng.uniform(0.4, 0.7)) * DOTS_PER_MM)
    if pen in {"solid", "crossed-out"}:
        size = radius * float(rng.uniform(0.8, 1.0))
        brush.ellipse((x - size, y - size, x + size, y + size), fill=ink)
    if pen in {"scribble", "pencil"}:
        angle = float(rng.uniform(0, math.pi))
        strokes = np.linspace(-0.75, 0.75, int(rng.integers(5, 8)))
        path = [_turned(x, y, radius, stroke, (-1) ** number, angle) for number, stroke in enumerate(strokes)]
        brush.line(path, fill=ink, width=width, joint="curve")
    if pen in {"cross", "crossed-out"}:
        size = radius * (0.8 if pen == "cross" else 1.9)
        for side in (-1, 1):
            brush.line((x - size, y - side * size, x + size, y + side * size), fill=ink, width=width)
    if pen == "tick":
        brush.line(
            [(x - radius * 0.6, y), (x - radius * 0.1, y + radius * 0.6), (x + radius * 0.9, y - radius)],
            fill=ink,
            width=width,
        )
    if pen == "ring":
        size = radius * 1.35
        brush.ellipse((x - size, y - size, x + size, y + size), outline=ink, width=width)
    if pen == "dot":
        brush.ellipse((x - width, y - width, x + width, y + width), fill=ink)


def _turned(x: float, y: float, radius: float, along: float, side: int, angle: float) -> tuple[float, float]:
    """Return a point of a zigzag that stays inside a circle, turned by an angle."""
    reach = math.sqrt(max(0.0, 0.81 - along**2)) * side
    return (
        x + radius * (along * math.cos(angle) - reach * math.sin(angle)),
        y + radius * (along * math.sin(angle) + reach * math.cos(angle)),
    )


def photographed(drawn: Image.Image, photo: Photo, *, rng: np.random.Generator) -> bytes:
    """Return a JPEG of a page lying on a table."""
    taken = _curled(drawn, photo.curl_mm)
    if photo.upside_down:
        taken = taken.rotate(180)
    height = photo.longer_side
    width = round(height * 0.8)
    levels = np.asarray(_in_perspective(taken, (width, height), tilt=photo.tilt, rng=rng), dtype=float)
    levels *= _light((height, width), darkest=photo.darkest, rng=rng)
    seen = Image.fromarray(levels.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(photo.blur))
    noisy = np.asarray(seen, dtype=float) + rng.normal(0, photo.noise, (height, width))
    written = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(written, "JPEG", quality=photo.jpeg_quality)
    return written.getvalue()


def _in_perspective(taken: Image.Image, size: tuple[int, int], *, tilt: float, rng: np.random.Generator) -> Image.Image:
    """Lay the page on a dark table so that its corners stray a little from their places."""
    from survey.sheet_reading import homography

    width, height = size
    share = min(0.9 * width / taken.width, 0.9 * height / taken.height)
    left, top = (width - taken.width * share) / 2, (height - taken.height * share) / 2
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=float)
    target = corners * (taken.width * share, taken.height * share) + (left, top)
    target += rng.uniform(-tilt, tilt, (4, 2)) * taken.width * share
    source = corners * (taken.width, taken.height)
    matrix = homography(target, source)
    # One step of reduction first, as a lens would average.
    smaller = max(1, int(1 / share))
    reduced = taken.reduce(smaller)
    matrix[:2] /= smaller
    matrix /= matrix[2, 2]
    return reduced.transform(
        size, Image.Transform.PERSPECTIVE, matrix.ravel()[:8].tolist(), Image.Resampling.BICUBIC, fillcolor=70
    )


def _curled(drawn: Image.Image, curl_mm: float) -> Image.Image:
    """Shift the page's lines sideways in a bow, as paper that does not lie flat shows them; its corners stay."""
    if not curl_mm:
        return drawn
    levels = np.asarray(drawn)
    height = len(levels)
    shifts = np.rint(np.sin(np.linspace(0, math.pi, height)) * curl_mm * DOTS_PER_MM).astype(int)
    across = (np.arange(levels.shape[1])[None, :] - shifts[:, None]).clip(0, levels.shape[1] - 1)
    return Image.fromarray(levels[np.arange(height)[:, None], across])


def _light(shape: tuple[int, int], *, darkest: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the brightness over the picture: a slope in a random direction."""
    angle = float(rng.uniform(0, 2 * math.pi))
    down, right = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    slope = (down * math.sin(angle) + right * math.cos(angle)) / math.sqrt(2)
    light: npt.NDArray[np.float64] = darkest + (1 - darkest) * (slope + 1) / 2
    return light
