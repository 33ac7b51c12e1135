"""Rule files are checked when they are read, and a refusal names the file and the key."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from training.funding_rules import (
    FIGURE_KEYS,
    NEEDED_FIGURES,
    OPTIONAL_FIGURES,
    SHIPPED,
    RuleRefused,
    read_program,
    read_programs,
)

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = (SHIPPED / "wioa-incumbent-worker-training.toml").read_text(encoding="utf-8")


def test_the_shipped_programs_can_be_read_and_every_figure_has_a_source_and_a_day() -> None:
    programs = read_programs()
    assert {program.kind for program in programs} == set(NEEDED_FIGURES)
    for program in programs:
        assert program.documents
        for figure in program.figures:
            assert figure.source.name
            assert figure.source.url.startswith("http")
            assert figure.valid_from <= date(2026, 9, 15)


def test_the_rule_files_are_shipped_with_the_room() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "training" in wheel["only-include"]
    assert "exclude" not in wheel
    assert SHIPPED.parent.name == "training"
    assert len(list(SHIPPED.glob("*.toml"))) == 3


def test_a_newer_figure_takes_over_on_its_day() -> None:
    text = GOOD.replace(
        'value = 10\nsource = "illinois"\nvalid_from = 2020-04-08',
        'value = 10\nsource = "illinois"\nvalid_from = 2020-04-08\nvalid_until = 2027-06-30\n\n[[figures]]\n'
        'key = "share_small_percent"\nlabel = "New share"\nvalue = 15\nsource = "illinois"\nvalid_from = 2027-07-01',
    )
    program = read_program(text.encode(), filename="own.toml")
    values = [program.figure("share_small_percent", on=on) for on in (date(2027, 6, 30), date(2027, 7, 1))]
    assert [figure.value for figure in values if figure] == [10, 15]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("code = ", "code ", "own.toml is not TOML"),
        ('kind = "employer_share"', 'kind = "lottery"', "kind is 'lottery'; write one of employer_share"),
        (
            "states = []",
            "states = []\nwindows = 3",
            "own.toml: windows is no list of tables. Write each as [[windows]]",
        ),
        ("states = []", 'states = ["Ohio"]', "states holds 'Ohio'; write two capital letters"),
        ("ask = ", "asks = ", "there is no key asks"),
        ('ask = "your local workforce development board"', "", "own.toml: ask is missing"),
        ("value = 25", "value = 125", "figure share_medium_percent: value is 125; write a whole number from 0 to 100"),
        ("value = 25", "value = 2.5", "figure share_medium_percent: value is 2.5"),
        ("value = true", 'value = "yes"', "figure wages_in_cost: value is 'yes'; write true or false"),
        ('key = "wages_in_cost"', 'key = "wage_in_cost"', "has no such figure. Known: small_most_employees"),
        ("valid_from = 2016-10-18", 'valid_from = "2016"', "figure fewest_months: valid_from is no day"),
        (
            "valid_from = 2016-10-18",
            "valid_from = 2016-10-18\nvalid_until = 2016-01-01",
            "figure fewest_months: valid_until lies before valid_from",
        ),
        ('source = "cohort"', 'source = "hearsay"', "source is 'hearsay', which sources does not name"),
        ('source = "cohort"', "", "figure fewest_months: source is missing"),
        ('key = "fewest_months"', 'key = "share_large_percent"', "figure fewest_months is missing"),
        ('url = "https://self-law.org', 'url = "self-law.org', "sources.cohort: url is no web address"),
    ],
)
def test_a_broken_rule_file_is_refused_with_its_name_and_key(old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleRefused, match=re.escape(words)):
        read_program(GOOD.replace(old, new).encode(), filename="own.toml")


def test_two_figures_for_one_day_are_refused() -> None:
    twice = GOOD + GOOD[GOOD.rindex("[[figures]]") :]
    with pytest.raises(RuleRefused, match="two figures fewest_months hold on 2016-10-18"):
        read_program(twice.encode(), filename="own.toml")


def test_a_round_needs_its_zone() -> None:
    window = '\n[[windows]]\nname = "R1"\nopens_at = 2027-01-01T00:00:00\ncloses_at = 2027-01-31T15:00:00\n'
    with pytest.raises(RuleRefused, match="window R1: opens_at is no moment with its zone"):
        read_program((GOOD + window + 'source = "cohort"\n').encode(), filename="own.toml")


def test_a_region_adds_programs_and_replaces_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "county.toml").write_text(GOOD.replace('code = "wioa-iwt"', 'code = "county"'), encoding="utf-8")
    (tmp_path / "wioa.toml").write_text(GOOD.replace("value = 10\n", "value = 20\n"), encoding="utf-8")
    programs = {program.code: program for program in read_programs(folder=str(tmp_path))}
    assert len(programs) == 4
    changed = programs["wioa-iwt"].figure("share_small_percent", on=date(2026, 9, 15))
    assert changed is not None
    assert changed.value == 20


def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(RuleRefused, match="setting funding_folder"):
        read_programs(folder="nowhere-at-all")


def test_every_key_stands_in_the_docs() -> None:
    data = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    keys = {key for table in (NEEDED_FIGURES, OPTIONAL_FIGURES) for figures in table.values() for key in figures}
    assert not [key for key in sorted(keys | FIGURE_KEYS) if f"`{key}`" not in data]
