"""Read the marks off a picture of a printed ballot: find the corner codes, straighten the page, measure every bubble.

Pure picture mathematics on grey arrays, without database or web. Whatever is not plain is left open: a page that cannot
be straightened is refused with the reason, and a bubble between empty and filled is called doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from base.refusals import Refusal
from survey.sheet_layout import (
    BUBBLE_RADIUS_MM,
    CODE_MM,
    CORNERS,
    PAPERS_MM,
    CornerCode,
    SheetPage,
    columns,
    corner_squares,
    read_corner_code,
)

Grey = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]

PIXELS_PER_MM = 8
#: Darkness of a bubble's inside above the page's own empty ones: 0 is paper, 1 the black of the corner codes.
EMPTY_UP_TO = 0.06
MARKED_FROM = 0.20
#: Ink just outside a bubble: circled, crossed out, or filled far too widely.
OUTSIDE_UP_TO = 0.035
#: The inside that is measured, the ring that is printed, and the paper around it, as distances from the middle.
INSIDE_MM = 1.4
RING_MM = (1.85, 2.15)
PAPER_MM = (2.5, 3.0)
#: How far a row may lie beside its place before it counts as not found.
SHIFT_MM = 2.75
#: How far a row may lie beside where the row above it lies, and how many rows in between may be lost.
MAX_APART_MM = 0.8
MAX_LOST_ROWS = 2
#: Least darkness of a row's rings, as a share of the page's own rings and of black.
RING_SHARE, RING_LEAST = 0.6, 0.05
#: Darkness of a row's circles on their palest side beside their darkest one.
ROUND_FROM = 0.45
#: Levels from 0 to 255 below which a picture is too dark or too pale.
LEAST_WHITE, LEAST_CONTRAST = 60.0, 40.0
#: How far the codes' corners may lie off a flat page.
MAX_BEND_MM = 1.0
#: A page with more doubtful bubbles than this is refused as a whole.
MAX_DOUBTFUL_SHARE = 0.2


class PageUnreadable(Refusal):
    """Say why a picture cannot be read as a page of a ballot, and what to do."""


@dataclass(frozen=True)
class FoundPage:
    """A page that was found in a picture: which one, and where its corners are."""

    printing_code: str
    sheet: int
    page: int
    #: The four corners of each of the four codes in the picture's pixels, (4, 4, 2).
    points: Numbers


@dataclass(frozen=True)
class RowMarks:
    """The bubbles of one row, numbered from the left: first the sorts, then the places."""

    need_code: str
    marked: tuple[int, ...]
    doubtful: tuple[int, ...]
    #: False when the row's circles are not where they were printed, so that nothing in it can be read.
    was_found: bool = True


@dataclass(frozen=True)
class PageMarks:
    """What was read off one page, and the straightened picture, PIXELS_PER_MM fine."""

    rows: tuple[RowMarks, ...]
    picture: Grey


def find_page(grey: Grey) -> FoundPage:
    """Find the four corner codes of one page in a picture, or refuse it with the reason."""
    found: dict[CornerCode, Numbers] = {}
    for way in _ways_to_look(grey):
        found.update(_corner_codes(*way))
        if len({code.corner for code in found}) == len(CORNERS):
            break
    pages = {(code.printing_code, code.sheet, code.page) for code in found}
    if not pages:
        raise PageUnreadable(_why_nothing_is_found(grey))
    if len(pages) > 1:
        raise PageUnreadable("The picture shows corners of several pages. Photograph one page at a time.")
    by_corner = {code.corner: points for code, points in found.items()}
    missing = [name for corner, name in enumerate(CORNERS) if corner not in by_corner]
    printing_code, sheet, page = pages.pop()
    if missing:
        raise PageUnreadable(
            f"On sheet {sheet}, page {page}, the square in the {' and the '.join(missing)} corner cannot be read. "
            "Take the picture again with all four squares in it, flat and without a shadow."
        )
    return FoundPage(printing_code, sheet, page, np.array([by_corner[corner] for corner in range(len(CORNERS))]))


def _ways_to_look(grey: Grey) -> Sequence[tuple[Grey, int]]:
    """Return the picture as it is, then evenly lit, then sharpened, then twice as large when it is small."""
    ways: list[tuple[Grey, int]] = [(grey, 1), (_evenly_lit(grey), 1), (_sharpened(grey), 1)]
    if max(grey.shape) < 2200:
        ways.append((grey.repeat(2, axis=0).repeat(2, axis=1), 2))
    return ways


def _evenly_lit(grey: Grey) -> Grey:
    """Divide a picture by the brightness of its surroundings."""
    size = max(8, max(grey.shape) // 40)
    rows, across = (max(1, length // size) for length in grey.shape)
    cut = grey[: rows * size, : across * size].reshape(rows, size, across, size)
    light = np.percentile(cut, 90, axis=(1, 3)).clip(min=1)
    light = light.repeat(size, axis=0).repeat(size, axis=1)
    whole = np.pad(light, [(0, grey.shape[0] - light.shape[0]), (0, grey.shape[1] - light.shape[1])], mode="edge")
    lit: Grey = (grey * (230.0 / whole)).clip(0, 255).astype(np.uint8)
    return lit


def _sharpened(grey: Grey) -> Grey:
    """Return a picture with its edges drawn after, against a little blur."""
    from PIL import Image, ImageFilter

    sharper = ImageFilter.UnsharpMask(radius=3, percent=300, threshold=4)
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.MedianFilter(3)).filter(sharper), dtype=np.uint8)


def _corner_codes(grey: Grey, enlarged: int) -> dict[CornerCode, Numbers]:
    import zxingcpp  # native code, loaded by whoever reads pictures

    read = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats=zxingcpp.barcode_formats_from_str("QRCode"), try_invert=False
    )
    found = {}
    for barcode in read:
        code = read_corner_code(barcode.text)
        if code is not None and barcode.valid:
            at = barcode.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            found[code] = np.array([(point.x, point.y) for point in corners], dtype=float) / enlarged
    return found


def _why_nothing_is_found(grey: Grey) -> str:
    if np.percentile(grey, 95) < LEAST_WHITE + LEAST_CONTRAST:
        return "The picture is too dark: no corner square can be read. Take it again with more light."
    return (
        "No corner square of a paper ballot can be read. Take the picture again from above, with the whole page in it "
        "and in focus; a sheet that was not printed here is typed instead."
    )


# Straightening


def homography(source: Numbers, target: Numbers) -> Numbers:
    """Return the 3 × 3 matrix of the perspective that best carries (n, 2) source points to target points.

    Least squares over the usual linear equations, with both sides scaled to the unit square so that none outweighs
    the others (Hartley and Zisserman, Multiple View Geometry, algorithm 4.2).
    """
    from_unit, to_unit = _to_unit(source), _to_unit(target)
    (x, y), (u, v) = (_carried(unit, points).T for unit, points in ((from_unit, source), (to_unit, target)))
    one, none = np.ones_like(x), np.zeros_like(x)
    equations = np.concatenate(
        [
            np.stack([x, y, one, none, none, none, -u * x, -u * y, -u], axis=1),
            np.stack([none, none, none, x, y, one, -v * x, -v * y, -v], axis=1),
        ]
    )
    solved = np.linalg.svd(equations)[2][-1].reshape(3, 3)
    matrix: Numbers = np.linalg.inv(to_unit) @ solved @ from_unit
    matrix /= matrix[2, 2]
    return matrix


def _to_unit(points: Numbers) -> Numbers:
    middle, size = points.mean(axis=0), np.ptp(points, axis=0).max()
    return np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])


def _carried(matrix: Numbers, points: Numbers) -> Numbers:
    far = np.c_[points, np.ones(len(points))] @ matrix.T
    carried: Numbers = far[:, :2] / far[:, 2:]
    return carried


def straightened(grey: Grey, found: FoundPage, *, paper: str) -> Grey:
    """Return the page as if it had been scanned flat, PIXELS_PER_MM fine; refuse one that is bent too much."""
    from PIL import Image

    square = np.array([(0, 0), (CODE_MM, 0), (CODE_MM, CODE_MM), (0, CODE_MM)])
    on_paper = np.concatenate([square + corner for corner in corner_squares(paper)])
    in_picture = found.points.reshape(-1, 2)
    bend_mm = np.abs(_carried(homography(in_picture, on_paper), in_picture) - on_paper).max()
    if bend_mm > MAX_BEND_MM:
        raise PageUnreadable(
            f"Sheet {found.sheet}, page {found.page}, is folded or bent: its corners do not lie on one plane. "
            "Lay it flat and take the picture again."
        )
    # A pixel's middle lies half a pixel into it.
    to_picture = homography((on_paper * PIXELS_PER_MM) - 0.5, in_picture)
    width, height = PAPERS_MM[paper]
    size = (round(width * PIXELS_PER_MM), round(height * PIXELS_PER_MM))
    turned = Image.fromarray(grey).transform(
        size, Image.Transform.PERSPECTIVE, to_picture.ravel()[:8].tolist(), Image.Resampling.BICUBIC
    )
    return np.asarray(turned, dtype=np.uint8)


# Measuring


def read_page(grey: Grey, found: FoundPage, *, page: SheetPage, paper: str, k: int) -> PageMarks:
    """Straighten a page and read every bubble on it, or refuse the picture with the reason."""
    flat = straightened(grey, found, paper=paper)
    black_share = _black_share(flat, paper=paper)
    across = np.array(columns(paper=paper, k=k).all_mm)
    middles = np.array([line.middle_mm for line in page.needs])
    shifts, rings = _row_shifts(flat, across=across, middles=middles, black_share=black_share)
    typical = float(np.median(rings))
    if typical < RING_LEAST:
        raise PageUnreadable(
            f"Sheet {found.sheet}, page {found.page}: the circles cannot be seen. The picture is blurred or too small; "
            "take it again, nearer and in focus."
        )
    inside, ring, outside = _darkness(flat, across=across, middles=middles, shifts=shifts, black_share=black_share)
    # Places stand so close that a row moved by one of them finds most circles again, but never all.
    was_found = (rings >= RING_LEAST) & (ring >= RING_SHARE * np.median(ring)).all(axis=1)
    was_found &= _roundness(flat, across=across, middles=middles, shifts=shifts) >= ROUND_FROM
    was_found = _in_one_line(was_found, shifts)
    if not was_found.any():
        raise PageUnreadable(
            f"Sheet {found.sheet}, page {found.page}: the circles are not where they were printed. Lay the page "
            "flat and take the picture again."
        )
    marked, doubtful = _judged(inside, outside, was_found=was_found)
    if doubtful[was_found].mean() > MAX_DOUBTFUL_SHARE:
        raise PageUnreadable(
            f"Sheet {found.sheet}, page {found.page}: too many circles are neither empty nor filled. Take the picture "
            "again with even light, or type the sheet."
        )
    rows = (
        RowMarks(
            line.need.code,
            tuple(np.flatnonzero(marked[number]).tolist()) if was_found[number] else (),
            tuple(np.flatnonzero(doubtful[number]).tolist()) if was_found[number] else (),
            was_found=bool(was_found[number]),
        )
        for number, line in enumerate(page.needs)
    )
    return PageMarks(tuple(rows), flat)


def _black_share(flat: Grey, *, paper: str) -> float:
    """Return how bright the codes' black is beside their white; refuse a picture that is too dark or too pale."""
    shares = []
    for left, top in corner_squares(paper):
        x, y, side = (round(length * PIXELS_PER_MM) for length in (left, top, CODE_MM))
        black, white = np.percentile(flat[y : y + side, x : x + side], (15, 92))
        if white < LEAST_WHITE or white - black < LEAST_CONTRAST:
            raise PageUnreadable(
                "The picture is too dark or too pale. Take it again with more light, without a shadow."
            )
        shares.append(black / white)
    return float(np.mean(shares))


def _offsets(nearest_mm: float, farthest_mm: float) -> npt.NDArray[np.intp]:
    """Return the pixels whose distance from the middle lies between two bounds, (n, 2) as rows and columns."""
    reach = int(np.ceil(farthest_mm * PIXELS_PER_MM))
    grid = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1).T
    distance = np.hypot(grid[:, 0], grid[:, 1]) / PIXELS_PER_MM
    picked: npt.NDArray[np.intp] = grid[(distance >= nearest_mm) & (distance <= farthest_mm)]
    return picked


def _sampled(flat: Grey, centres: npt.NDArray[np.intp], offsets: npt.NDArray[np.intp]) -> Numbers:
    """Return the levels around each centre, (…, n_offsets); beyond the edge the edge goes on."""
    at = centres[..., None, :] + offsets
    rows = at[..., 0].clip(0, flat.shape[0] - 1)
    across = at[..., 1].clip(0, flat.shape[1] - 1)
    levels: Numbers = flat[rows, across].astype(float)
    return levels


def _centres(across: Numbers, middles: Numbers) -> npt.NDArray[np.intp]:
    """Return the middle pixel of every bubble, (n_rows, n_bubbles, 2)."""
    down, right = np.meshgrid(middles, across, indexing="ij")
    pixels: npt.NDArray[np.intp] = np.rint(np.stack([down, right], axis=-1) * PIXELS_PER_MM - 0.5).astype(np.intp)
    return pixels


def _row_shifts(
    flat: Grey, *, across: Numbers, middles: Numbers, black_share: float
) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Find by how much each row lies beside its place, by its printed circles, and how dark these are there.

    Paper curls between its corners, so every row is looked for by itself, first coarsely and then to the pixel. A row
    at the edge of the search is not found: its darkness is 0.
    """
    centres = _centres(across, middles)
    ring, paper = _circle(BUBBLE_RADIUS_MM, n_points=32), _circle(sum(PAPER_MM) / 2, n_points=16)
    best = np.zeros((len(middles), 2), dtype=np.intp)
    score = np.full(len(middles), -np.inf)
    reach = int(SHIFT_MM * PIXELS_PER_MM)
    for step, span in ((2, reach), (1, 1)):
        around = best.copy()
        for down in range(-span, span + 1, step):
            for right in range(-span, span + 1, step):
                shift = around + np.array((down, right))
                moved = centres + shift[:, None, :]
                white = _sampled(flat, moved, paper).mean(axis=-1).clip(min=1)
                darkness = np.median(1 - _sampled(flat, moved, ring).mean(axis=-1) / white, axis=1)
                better = darkness > score
                score[better], best[better] = darkness[better], shift[better]
    score /= 1 - black_share
    score[np.abs(best).max(axis=1) >= reach] = 0
    return best, score


def _circle(radius_mm: float, *, n_points: int) -> npt.NDArray[np.intp]:
    angles = np.arange(n_points) * (2 * np.pi / n_points)
    points = np.stack([np.sin(angles), np.cos(angles)], axis=1) * (radius_mm * PIXELS_PER_MM)
    pixels: npt.NDArray[np.intp] = np.rint(points).astype(np.intp)
    return pixels


def _roundness(flat: Grey, *, across: Numbers, middles: Numbers, shifts: npt.NDArray[np.intp]) -> Numbers:
    """Return for each row how evenly dark its circles are all around: near 1 on circles, near 0 beside them.

    A row that lies elsewhere is beside all its circles in the same direction, so the middle one of its bubbles tells.
    """
    centres = _centres(across, middles) + shifts[:, None, :]
    white = _sampled(flat, centres, _circle(sum(PAPER_MM) / 2, n_points=16)).mean(axis=-1, keepdims=True).clip(min=1)
    darkness = 1 - _sampled(flat, centres, _circle(BUBBLE_RADIUS_MM, n_points=32)) / white
    sectors = np.median(darkness.reshape(*darkness.shape[:2], 8, 4).mean(axis=-1), axis=1)
    evenness: Numbers = sectors.min(axis=1) / sectors.max(axis=1).clip(min=1e-6)
    return evenness


def _in_one_line(was_found: npt.NDArray[np.bool_], shifts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Keep the rows that follow each other from the top without a jump: paper bends, it does not jump.

    Where it bends so far that rows cannot be found, those beyond may be mistaken for their neighbours, and are left.
    """
    kept = np.zeros_like(was_found)
    last, at = -1, np.zeros(2, dtype=np.intp)
    for row in np.flatnonzero(was_found).tolist():
        steps = row - last
        if steps > MAX_LOST_ROWS + 1:
            break
        if np.abs(shifts[row] - at).max() <= MAX_APART_MM * PIXELS_PER_MM * steps:
            kept[row], last, at = True, row, shifts[row]
    return kept


def _darkness(
    flat: Grey, *, across: Numbers, middles: Numbers, shifts: npt.NDArray[np.intp], black_share: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Return how dark each bubble is inside, on its ring and around it; 0 is the paper beside it, 1 the black."""
    centres = _centres(across, middles) + shifts[:, None, :]
    around = _sampled(flat, centres, _offsets(*PAPER_MM))
    white = np.percentile(around, 70, axis=-1, keepdims=True).clip(min=1)

    def darkness(levels: Numbers) -> Numbers:
        dark: Numbers = (1 - levels / white).mean(axis=-1) / (1 - black_share)
        return dark

    inside, ring = (_sampled(flat, centres, _offsets(*bounds)) for bounds in ((0.0, INSIDE_MM), RING_MM))
    return darkness(inside), darkness(ring), darkness(around)


def _judged(inside: Numbers, outside: Numbers, *, was_found: npt.NDArray[np.bool_]) -> tuple[Any, Any]:
    """Say which bubbles are marked and which are doubtful, by the page's own empty ones, which are most of them."""
    usual_inside, usual_outside = np.median(inside[was_found]), np.median(outside[was_found])
    spread = 1.4826 * np.median(np.abs(inside[was_found] - usual_inside))
    ink, beyond = inside - usual_inside, outside - usual_outside
    empty_up_to = min(max(EMPTY_UP_TO, 6 * spread), MARKED_FROM / 2)
    is_stained = beyond > OUTSIDE_UP_TO
    marked = (ink >= MARKED_FROM) & ~is_stained
    # A spot as pale as a shadow's edge is darker on one side only; a bubble brighter than paper is no bubble.
    empty = (np.abs(ink) <= empty_up_to) & ~is_stained
    return marked, ~marked & ~empty
