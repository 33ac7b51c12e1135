"""The command `skillshed rank`: its JSON, its table, and its refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ranking_cases import FAILURE_CAUSES, NASA, NETFLIX, QUALITIES, preflib_text

from survey.cli import rank

KEYS = ["method", "n_ballots", "items", "ties", "log_likelihood", "kendall_w", "cost", "order"]
ITEM_KEYS = ["id", "name", "score", "rank", "rank_low", "rank_high", "quasi_se"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the published files."""
    (tmp_path / "failure.soi").write_bytes(preflib_text(FAILURE_CAUSES, n_items=6, kind="soi"))
    (tmp_path / "qualities.toi").write_bytes(preflib_text(QUALITIES, n_items=32, kind="toi"))
    (tmp_path / "nasa.toc").write_bytes(preflib_text(NASA, n_items=32, kind="toc"))
    (tmp_path / "netflix.soc").write_bytes(preflib_text(NETFLIX, n_items=4, kind="soc"))
    (tmp_path / "votes.csv").write_text("ballot,need,rank\nB1,EM-1,1\nB1,EM-2,2\nB2,EM-1,1\n", encoding="utf-8")
    return tmp_path


def run(*words: str | Path) -> Result:
    """Run the command with these words."""
    return CliRunner().invoke(rank, [str(word) for word in words])


def outcome(*words: str | Path) -> dict[str, Any]:
    """Return what the command prints as JSON."""
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == KEYS
    assert all(list(item) == ITEM_KEYS for item in found["items"])
    return found


def test_borda_gives_points_places_and_intervals(folder: Path) -> None:
    found = outcome(folder / "failure.soi", "--method", "borda")
    assert (found["method"], found["n_ballots"]) == ("borda", 32)
    assert [item["id"] for item in found["items"]] == [1, 2, 3, 4, 5, 6]
    assert [item["score"] for item in found["items"]] == pytest.approx([108.5, 101, 47, 114, 36, 73.5])
    assert [item["rank"] for item in found["items"]] == [2, 3, 5, 1, 6, 4]
    assert all(1 <= item["rank_low"] <= item["rank"] <= item["rank_high"] <= 6 for item in found["items"])
    assert found["order"] == [4, 1, 2, 6, 3, 5]
    assert [found[key] for key in ("ties", "log_likelihood", "cost")] == [None, None, None]
    assert all(item["quasi_se"] is None for item in found["items"])


def test_the_convention_is_chosen_by_its_option(folder: Path) -> None:
    assert outcome(folder / "qualities.toi")["order"][0] == 3
    zero = outcome(folder / "qualities.toi", "--unranked", "zero")
    assert zero["order"][0] == 1
    assert zero["items"][0]["score"] == pytest.approx(150)
    assert outcome(folder / "qualities.toi", "--unranked", "missing")["order"][0] not in (1, 3)


def test_agreement_is_kendalls_w(folder: Path) -> None:
    assert outcome(folder / "nasa.toc")["kendall_w"] == pytest.approx(0.29893038, abs=5e-9)


def test_plackett_luce_gives_log_worths_errors_and_likelihood(folder: Path) -> None:
    found = outcome(folder / "netflix.soc", "--method", "plackett-luce", "--npseudo", "0")
    expected = [0, 0.6712791708, -0.3143024339, -0.4316111347]
    assert [item["score"] for item in found["items"]] == pytest.approx(expected, abs=1e-9)
    assert all(item["quasi_se"] > 0 for item in found["items"])
    assert all(item["rank_low"] is None for item in found["items"])
    assert found["ties"] == {}
    assert found["log_likelihood"] < 0
    assert found["order"] == [2, 1, 3, 4]


def test_plackett_luce_gives_the_strength_of_ties_by_size(folder: Path) -> None:
    text = "# NUMBER ALTERNATIVES: 2\n19: 1,2\n22: 2,1\n16: {1,2}\n"
    (folder / "pair.toc").write_text(text, encoding="utf-8")
    found = outcome(folder / "pair.toc", "--method", "plackett-luce", "--npseudo", "0")
    # Two items alone are fitted exactly: worth ratio 22/19, and δ = 16 / √(19 · 22).
    assert found["items"][1]["score"] == pytest.approx(0.146603474)
    assert found["ties"] == {"2": pytest.approx(16 / (19 * 22) ** 0.5)}


def test_kemeny_gives_order_and_cost(folder: Path) -> None:
    found = outcome(folder / "failure.soi", "--method", "kemeny")
    assert found["order"] == [4, 1, 2, 6, 3, 5]
    assert found["cost"] == 129
    assert [item["rank"] for item in found["items"]] == [2, 3, 5, 1, 6, 4]
    assert all(item["score"] is None for item in found["items"])


def test_the_ids_of_a_table_are_its_codes(folder: Path) -> None:
    assert outcome(folder / "votes.csv")["order"] == ["EM-1", "EM-2"]


def test_weights_count(folder: Path) -> None:
    (folder / "weights.txt").write_text("1 2 3 1 2 1", encoding="utf-8")
    (folder / "fruits.csv").write_text(
        "ballot,need,rank\n"
        "1,apple,1\n1,banana,2\n1,orange,?\n1,pear,?\n2,apple,4\n2,banana,1\n2,orange,2\n2,pear,3\n"
        "3,apple,2\n3,banana,1\n3,orange,1\n3,pear,1\n4,apple,1\n4,banana,2\n4,orange,3\n4,pear,?\n"
        "5,apple,2\n5,banana,1\n5,orange,1\n5,pear,?\n6,apple,1\n6,banana,?\n6,orange,3\n6,pear,2\n",
        encoding="utf-8",
    )
    words = ("--method", "plackett-luce", "--npseudo", "0", "--weights", folder / "weights.txt")
    found = outcome(folder / "fruits.csv", *words)
    expected = [0, 1.5625801976, 0.7102593125, 0.6485924544]
    assert [item["score"] for item in found["items"]] == pytest.approx(expected, abs=1e-9)
    assert found["log_likelihood"] == pytest.approx(-26.04489073, abs=5e-9)


def test_without_json_a_plain_table_is_printed(folder: Path) -> None:
    lines = run(folder / "failure.soi").stdout.splitlines()
    assert lines[0].split() == ["rank", "places", "points", "id", "need"]
    assert lines[1].split()[0] == "1"
    assert lines[1].split()[2:] == ["114.0", "4", "4"]
    assert "32 ballots; agreement (Kendall's W) 0.316." in lines


def test_the_table_warns_when_the_convention_decides(folder: Path) -> None:
    printed = run(folder / "qualities.toi").stdout
    assert "counted no points, 1 would come first instead of 3." in printed
    assert "log worth" in run(folder / "qualities.toi", "--method", "plackett-luce").stdout
    assert "disagreements 496" in run(folder / "qualities.toi", "--method", "kemeny").stdout


def refused(*words: str | Path) -> str:
    """Return the one line that a refusal prints."""
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_a_refusal_is_one_line_with_file_and_place(folder: Path) -> None:
    (folder / "bad.soi").write_text("# NUMBER ALTERNATIVES: 3\n1: 1,2\n1: 1,9\n", encoding="utf-8")
    said = refused(folder / "bad.soi", "--json")
    assert said.startswith("skillshed: bad.soi, line 3: item 9 is unknown")
    (folder / "bad.csv").write_text("ballot,need,rank\nB1,X,1\nB1,Y,z\n", encoding="utf-8")
    assert "bad.csv, row 3" in refused(folder / "bad.csv")


def test_a_file_that_is_not_there_or_no_file_is_refused(folder: Path) -> None:
    assert "there is no such file" in refused(folder / "none.soc")
    assert "folder" in refused(folder)
    assert "there is no such file" in refused(folder / "votes.csv", "--weights", folder / "none.txt")


def test_what_a_method_cannot_do_is_refused_with_the_file(folder: Path) -> None:
    said = refused(folder / "votes.csv", "--method", "plackett-luce", "--npseudo", "0")
    assert said.startswith("skillshed: votes.csv: Plackett-Luce without a prior")
    assert "0 or more" in refused(folder / "votes.csv", "--method", "plackett-luce", "--npseudo", "-1")


def test_an_unknown_method_leaves_with_code_2(folder: Path) -> None:
    assert run(folder / "votes.csv", "--method", "schulze").exit_code == 2
