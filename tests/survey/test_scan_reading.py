"""Photos of filled-in sheets: every mark is read right or left open, never wrong; a bad photo says what is wrong."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from paper_hall import PaperBallot
from PIL import Image

from benchmarks.paper_photos import Grey, Photo
from survey.models import SORTS
from survey.sheet_layout import (
    CODE_MM,
    PAPERS_MM,
    CornerCode,
    PrintedNeed,
    columns,
    corner_squares,
    read_corner_code,
    sheet_order,
    sheet_pages,
)
from survey.sheet_reading import PageMarks, PageUnreadable, find_page, homography, read_page

K = 5
N_BUBBLES = len(SORTS) + K


def _grey(content: bytes) -> Grey:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


def _read(ballot: PaperBallot, content: bytes, *, page: int = 1) -> PageMarks:
    grey = _grey(content)
    found = find_page(grey)
    assert (found.printing_code, found.sheet, found.page) == (ballot.code, ballot.sheet, page)
    return read_page(grey, found, page=ballot.pages[page - 1], paper=ballot.paper, k=ballot.k)


def _random_marks(ballot: PaperBallot, *, seed: int) -> dict[str, tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    marks: dict[str, tuple[int, ...]] = {}
    for need in ballot.needs:
        if rng.random() < 0.85:
            place = (len(SORTS) + int(rng.integers(ballot.k)),) if rng.random() < 0.2 else ()
            marks[need.code] = (int(rng.integers(len(SORTS))), *place)
    return marks


def _counts(read: PageMarks, marks: Mapping[str, Sequence[int]], *, n_bubbles: int = N_BUBBLES) -> tuple[int, int, int]:
    """Count the bubbles of a page that were read right, left open, and read wrong."""
    n_right = n_open = n_wrong = 0
    for row in read.rows:
        for bubble in range(n_bubbles):
            if bubble in row.doubtful or not row.was_found:
                n_open += 1
            elif (bubble in row.marked) == (bubble in marks.get(row.need_code, ())):
                n_right += 1
            else:
                n_wrong += 1
    return n_right, n_open, n_wrong


# Plain marks


@pytest.mark.parametrize(
    ("photo", "pen"),
    [
        (Photo(longer_side=1200), "scribble"),
        (Photo(longer_side=1800, upside_down=True), "solid"),
        (Photo(longer_side=2600, tilt=0.1, darkest=0.4), "scribble"),
        (Photo(longer_side=1800, blur=1.2, noise=8.0), "pencil"),
        (Photo(longer_side=1800, curl_mm=2.0), "scribble"),
    ],
    ids=["from afar", "upside down", "tilted in a shadow", "pencil, blurred and noisy", "on curled paper"],
)
def test_plain_marks_are_read_from_any_distance_and_in_any_light(photo: Photo, pen: str) -> None:
    ballot = PaperBallot()
    ballot = PaperBallot(marks=_random_marks(ballot, seed=3))
    read = _read(ballot, ballot.photo(2, photo=photo, pen=pen, seed=5), page=2)
    n_right, n_open, n_wrong = _counts(read, ballot.marks)
    assert n_wrong == 0
    assert n_open == 0
    assert n_right == N_BUBBLES * len(ballot.pages[1].needs)


def test_a4_with_ten_places_and_a_later_sheet_are_read_too() -> None:
    ballot = PaperBallot(paper="a4", k=10, sheet=2, needs=PaperBallot().needs[:30])
    ballot = PaperBallot(paper="a4", k=10, sheet=2, needs=ballot.needs, marks=_random_marks(ballot, seed=4))
    read = _read(ballot, ballot.photo())
    n_bubbles = len(SORTS) + 10
    assert _counts(read, ballot.marks, n_bubbles=n_bubbles) == (n_bubbles * len(ballot.pages[0].needs), 0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_pen_and_the_camera_no_mark_is_read_wrong(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    ballot = PaperBallot(marks=_random_marks(PaperBallot(), seed=seed))
    photo = Photo(
        longer_side=int(rng.integers(900, 2600)),
        tilt=float(rng.uniform(0, 0.1)),
        darkest=float(rng.uniform(0.25, 1)),
        blur=float(rng.uniform(0.3, 2.0)),
        noise=float(rng.uniform(0, 14)),
        curl_mm=float(rng.uniform(-4, 4)),
        upside_down=bool(rng.integers(2)),
    )
    pen = ("scribble", "solid", "pencil", "cross", "tick", "scribble")[seed]
    page = 1 + seed % 3
    try:
        read = _read(ballot, ballot.photo(page, photo=photo, pen=pen, seed=seed), page=page)
    except PageUnreadable:
        return  # refusing is right; guessing would not be
    assert _counts(read, ballot.marks)[2] == 0


# What is not plain is left open


@pytest.mark.parametrize("pen", ["ring", "crossed-out"])
def test_a_circle_that_is_ringed_or_crossed_out_is_left_open(pen: str) -> None:
    ballot = PaperBallot(marks={need.code: (1,) for need in PaperBallot().needs[:20]})
    read = _read(ballot, ballot.photo(pen=pen))
    n_marked = sum(row.need_code in ballot.marks for row in read.rows)
    assert n_marked == 4, "sheet 1 shows these four of the library's first twenty needs on its first page"
    for row in read.rows:
        assert row.marked == ()
        assert row.doubtful == ((1,) if row.need_code in ballot.marks else ())


def test_a_shadow_s_edge_across_the_page_makes_no_mark() -> None:
    ballot = PaperBallot()
    grey = _grey(ballot.photo(photo=Photo(longer_side=1800, noise=2.0, darkest=1.0))).astype(float)
    grey[700:905, :] *= 0.5
    found = find_page(grey.astype(np.uint8))
    read = read_page(grey.astype(np.uint8), found, page=ballot.pages[0], paper="letter", k=K)
    assert all(row.marked == () for row in read.rows)


def test_a_page_without_marks_is_read_as_empty() -> None:
    ballot = PaperBallot()
    assert all(row.marked == row.doubtful == () for row in _read(ballot, ballot.photo()).rows)


# Pictures that are refused say why


def _refused(grey: Grey, ballot: PaperBallot) -> str:
    try:
        read_page(grey, find_page(grey), page=ballot.pages[0], paper=ballot.paper, k=ballot.k)
    except PageUnreadable as refusal:
        return str(refusal)
    raise AssertionError("the picture was read")


def test_a_missing_corner_is_named() -> None:
    grey = _grey(PaperBallot().photo()).copy()
    height, width = grey.shape
    grey[height * 3 // 4 :, width // 2 :] = 70
    assert "the square in the lower right corner cannot be read" in _refused(grey, PaperBallot())


def test_a_dark_picture_and_a_picture_of_something_else_are_refused_in_words() -> None:
    photo = _grey(PaperBallot().photo())
    assert "too dark" in _refused((photo * 0.02).astype(np.uint8), PaperBallot())
    noise = np.random.default_rng(1).integers(0, 255, (900, 700), dtype=np.uint8)
    assert "No corner square of a paper ballot" in _refused(noise, PaperBallot())


def test_two_pages_in_one_picture_are_refused() -> None:
    ballot = PaperBallot()
    both = np.concatenate([_grey(ballot.photo(1)), _grey(ballot.photo(2))], axis=1)
    assert "several pages" in _refused(both, ballot)


def test_a_folded_page_is_refused() -> None:
    grey = _grey(PaperBallot().photo(photo=Photo(longer_side=1800, tilt=0.0)))
    height, width = grey.shape
    lower = Image.fromarray(grey[height // 2 :]).resize((width, height // 3))
    folded = np.concatenate([grey[: height // 2], np.asarray(lower)])
    lopsided = np.roll(folded, 60, axis=1)
    lopsided[: height // 2] = folded[: height // 2]
    assert "folded or bent" in _refused(lopsided, PaperBallot())


# The mathematics and the layout


def test_the_perspective_of_four_points_is_found_exactly() -> None:
    # Worked by hand: (x, y) -> (2x + 1, 3y - 2) / (x / 10 + 1)
    points = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (4.0, 6.0)])
    carried = np.array([((2 * x + 1) / (x / 10 + 1), (3 * y - 2) / (x / 10 + 1)) for x, y in points])
    expected = np.array([(2.0, 0.0, 1.0), (0.0, 3.0, -2.0), (0.1, 0.0, 1.0)])
    assert homography(points, carried) == pytest.approx(expected, abs=1e-9)


def test_what_a_corner_says_is_read_again_and_foreign_codes_are_not_ours() -> None:
    code = CornerCode("7K3MPX", 199, 12, 3)
    assert read_corner_code(code.text) == code
    for text in ("SK7K3MPX/1/1/4", "SK7K3MPX/1/1", "http://example.org", "sk7K3MPX/1/1/0", "SK7K3MPX/1/1/0\n"):
        assert read_corner_code(text) is None


def test_an_area_stays_together_and_sheets_differ_in_order() -> None:
    needs = PaperBallot().needs
    first, again, second = (sheet_order(needs, printing_code="7K3MPX", sheet=sheet) for sheet in (1, 1, 2))
    assert first == again
    assert first != second
    assert set(first) == set(second) == set(needs)
    areas = [need.area for need in first]
    n_changes = sum(one != other for one, other in pairwise(areas))
    assert n_changes == len(set(areas)) - 1
    one_area = [need for need in needs if need.area == areas[0]]
    orders = {
        tuple(need for need in sheet_order(needs, printing_code="7K3MPX", sheet=sheet) if need.area == areas[0])
        for sheet in range(1, 30)
    }
    assert len(orders) > len(one_area), "needs are shuffled within their area too"


@pytest.mark.parametrize("paper", PAPERS_MM)
@pytest.mark.parametrize("k", [3, 5, 7, 10])
def test_no_bubble_meets_a_corner_code_or_another_bubble(paper: str, k: int) -> None:
    needs = [PrintedNeed(f"X-{number}", f"Area {number // 9}", "w" * (number * 3 % 300 + 1)) for number in range(100)]
    across = columns(paper=paper, k=k)
    width, height = PAPERS_MM[paper]
    gaps = np.diff(across.all_mm)
    assert gaps.min() >= 6.2 - 1e-9
    assert across.words_end_mm > 60
    assert across.all_mm[-1] + 3 < width - 10
    pages = sheet_pages(needs, paper=paper, k=k)
    assert [line.need for page in pages for line in page.needs] == needs
    top = corner_squares(paper)[0][1] + CODE_MM
    low = corner_squares(paper)[2][1]
    for page in pages:
        assert all(line.top_mm > top and line.top_mm + line.height_mm < low for line in page.needs)
        tops = [line.middle_mm for line in page.needs]
        assert min(np.diff(tops), default=8.0) >= 8.0 - 1e-9
        assert page.areas[0].top_mm < page.needs[0].top_mm
    assert height > low
