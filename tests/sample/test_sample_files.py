"""The starter library and the sample employers and ballots keep the promises that the sample region stands on."""

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "survey" / "starter_library.csv"
EMPLOYERS = ROOT / "sample" / "employers.csv"
BALLOTS = ROOT / "sample" / "ballots.csv"

AREAS = {
    "EM": "Electrical maintenance",
    "MM": "Mechanical maintenance",
    "QA": "Quality assurance",
    "OE": "Operational efficiency",
    "AU": "Automation",
    "WE": "Welding",
    "MA": "Machining",
    "SW": "Safety and workplace",
}
LEVELS = {"basic", "working", "advanced"}
SORTS = {"must", "useful", "not_needed", "dont_know"}
K = 5

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def needs() -> list[Row]:
    return rows_of(LIBRARY)


def employers() -> list[Row]:
    return rows_of(EMPLOYERS)


def ballots() -> dict[tuple[str, str, str], list[Row]]:
    """Return the rows of every ballot, by meeting, employer and voice."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows_of(BALLOTS):
        found[row["meeting"], row["employer"], row["voice"]].append(row)
    return dict(found)


def is_on_the_list_of_meeting_1(need_code: str) -> bool:
    return need_code[:2] in {"EM", "MM", "QA", "OE"} or need_code in {"AU-01", "AU-02", "AU-03", "AU-04"}


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        (LIBRARY, "code area title level elements description"),
        (EMPLOYERS, "code name kind n_employees town sector note"),
        (
            BALLOTS,
            "meeting employer voice need sort position n_workers required_level attendance cast_minute",
        ),
    ],
    ids=["library", "employers", "ballots"],
)
def test_the_file_has_its_documented_columns_and_nothing_hidden_in_its_bytes(path: Path, columns: str) -> None:
    content = path.read_bytes()
    assert columns_of(path) == columns.split()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    for row in rows_of(path):
        assert None not in row  # a row with more cells than columns
        for cell in row.values():
            assert cell == cell.strip()
            assert not cell.startswith(("=", "+", "-", "@"))


def test_the_library_holds_eight_needs_in_each_of_eight_areas() -> None:
    codes = [need["code"] for need in needs()]
    assert sorted(codes) == sorted(f"{prefix}-{number:02d}" for prefix in AREAS for number in range(1, 9))
    assert len({need["title"] for need in needs()}) == 64
    for need in needs():
        assert need["area"] == AREAS[need["code"][:2]]
        assert need["level"] in LEVELS


def test_every_need_has_four_to_six_short_elements_and_no_element_stands_twice() -> None:
    seen: Counter[str] = Counter()
    for need in needs():
        elements = need["elements"].split("|")
        assert 4 <= len(elements) <= 6, need["code"]
        for element in elements:
            assert 6 <= len(element.split()) <= 16, (need["code"], element)
            assert element == element.strip()
            assert element[0].isupper()
            assert not element.endswith(".")
        seen.update(element.casefold() for element in elements)
    assert [element for element, n_times in seen.items() if n_times > 1] == []


def test_every_need_is_described_in_one_sentence_that_fits_a_phone() -> None:
    for need in needs():
        assert 8 <= len(need["description"].split()) <= 20, need["code"]
        assert need["description"].endswith(".")
        assert need["description"].count(".") == 1


def test_the_region_has_firms_of_all_sizes_and_two_unions() -> None:
    kinds = Counter(employer["kind"] for employer in employers())
    assert kinds["employer"] >= 24
    assert kinds["union"] == 2
    assert set(kinds) == {"employer", "union"}
    sizes = [int(employer["n_employees"]) for employer in employers() if employer["kind"] == "employer"]
    assert (min(sizes), max(sizes)) == (8, 1400)
    assert sum(size < 50 for size in sizes) >= 4
    assert sum(50 <= size < 250 for size in sizes) >= 8
    assert sum(size >= 250 for size in sizes) >= 6


def test_no_employer_code_or_name_stands_twice() -> None:
    assert len({employer["code"] for employer in employers()}) == len(employers())
    assert len({employer["name"].casefold() for employer in employers()}) == len(employers())
    assert all(employer["town"] and employer["sector"] and employer["note"] for employer in employers())


def test_the_two_meetings_have_the_voices_they_are_told_to_have() -> None:
    voices = Counter((meeting, voice) for meeting, _, voice in ballots())
    assert voices == {
        ("1", "employer"): 16,
        ("1", "union"): 1,
        ("2", "employer"): 22,
        ("2", "union"): 2,
        ("2", "observer"): 1,
    }


def test_every_employer_and_union_took_part_in_at_least_one_meeting() -> None:
    assert {employer for _, employer, _ in ballots()} == {employer["code"] for employer in employers()}


def test_a_union_speaks_as_a_union_and_a_firm_never_does() -> None:
    kinds = {employer["code"]: employer["kind"] for employer in employers()}
    for _, employer, voice in ballots():
        assert (voice == "union") == (kinds[employer] == "union")


def test_a_ballot_stands_together_and_names_each_need_once() -> None:
    order = [(row["meeting"], row["employer"], row["voice"]) for row in rows_of(BALLOTS)]
    n_changes = 1 + sum(before != after for before, after in pairwise(order))
    assert n_changes == len(ballots())
    known = {need["code"] for need in needs()}
    for key, rows in ballots().items():
        codes = [row["need"] for row in rows]
        assert len(set(codes)) == len(codes), key
        assert set(codes) <= known
        assert len({row["cast_minute"] for row in rows}) == 1
        assert 1 <= int(rows[0]["cast_minute"]) <= 120


def test_the_first_meeting_asks_only_for_its_own_36_needs() -> None:
    asked = {need["code"] for need in needs() if is_on_the_list_of_meeting_1(need["code"])}
    assert len(asked) == 36
    sorted_at_first = {row["need"] for row in rows_of(BALLOTS) if row["meeting"] == "1"}
    sorted_at_second = {row["need"] for row in rows_of(BALLOTS) if row["meeting"] == "2"}
    assert sorted_at_first == asked
    assert sorted_at_second == {need["code"] for need in needs()}


def test_every_ballot_sorts_all_but_at_most_ten_needs() -> None:
    n_unsorted = [({"1": 36, "2": 64}[meeting] - len(rows)) for (meeting, _, _), rows in ballots().items()]
    assert min(n_unsorted) == 0
    assert max(n_unsorted) == 10
    assert {row["sort"] for row in rows_of(BALLOTS)} == SORTS


def test_only_must_haves_are_ordered_and_the_places_run_from_one_with_ties_taking_up_room() -> None:
    n_tied_ballots, n_short_ballots = 0, 0
    for key, rows in ballots().items():
        assert all(row["sort"] == "must" for row in rows if row["position"]), key
        places = sorted(int(row["position"]) for row in rows if row["position"])
        assert 3 <= len(places) <= K, key
        # A place is one more than the number of needs that stand strictly above it: 1, 2, 2, 4, 5.
        assert places == [1 + sum(other < place for other in places) for place in places], key
        assert max(Counter(places).values()) <= 2
        n_tied_ballots += len(set(places)) < len(places)
        n_short_ballots += len(places) < K
    assert n_tied_ballots >= 3
    assert n_short_ballots >= 3


def test_workers_level_and_attendance_are_told_only_for_ordered_needs() -> None:
    sizes = {employer["code"]: int(employer["n_employees"]) for employer in employers()}
    for row in rows_of(BALLOTS):
        told = row["n_workers"], row["required_level"], row["attendance"]
        assert row["position"] or not any(told)
        assert row["n_workers"] == "" or 1 <= int(row["n_workers"]) <= sizes[row["employer"]]
        assert row["required_level"] in LEVELS | {""}
        assert row["attendance"] in {"days", "evenings", "online", "on site", ""}


def test_network_and_prediction_needs_are_must_haves_more_often_than_the_middle_need() -> None:
    compared: dict[str, list[bool]] = defaultdict(list)
    for row in rows_of(BALLOTS):
        if (row["meeting"], row["voice"]) == ("2", "employer") and row["sort"] != "dont_know":
            compared[row["need"]].append(row["sort"] == "must")
    must_share = {need: sum(votes) / len(votes) for need, votes in compared.items()}
    assert must_share["AU-05"] > median(must_share.values())
    assert must_share["MM-08"] > median(must_share.values())
    assert min(len(votes) for votes in compared.values()) >= 5  # no need is judged by fewer than five firms


def test_the_meeting_disagrees_and_no_need_is_on_top_of_half_of_the_ballots() -> None:
    first = Counter(row["need"] for row in rows_of(BALLOTS) if row["meeting"] == "2" and row["position"] == "1")
    assert len(first) >= 10
    assert max(first.values()) < sum(first.values()) / 2
