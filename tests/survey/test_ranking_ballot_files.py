"""Files of ballots and weights: what is read, and every refusal with its place."""

from __future__ import annotations

import numpy as np
import pytest
from ranking_cases import FAILURE_CAUSES, QUALITIES, failure_causes, preflib_text, qualities

from base.refusals import Refusal
from base.tables import Sheet, workbook
from survey.importers.ballots import read_ballots, read_weights
from survey.ranking import rank_borda

HEAD = "# NUMBER ALTERNATIVES: 4\n"
TABLE = """ballot,need,rank,title,employer
B1,EM-1,1,Fix motors,North
B1,EM-2,2,,North
B2,EM-2,1,Read prints,South
B2,EM-1,,,South
B2,EM-3,?,,South
"""


def refusal(content: bytes | str, *, filename: str) -> Refusal:
    """Return the refusal that reading this file ends with."""
    with pytest.raises(Refusal) as caught:
        read_ballots(content.encode() if isinstance(content, str) else content, filename=filename)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_preflib_file_is_read_with_counts_ties_and_the_unranked_below() -> None:
    text = HEAD + "# ALTERNATIVE NAME 1: Weld\n# ALTERNATIVE NAME 3: Read: prints\n\n2: 3,{1,4}\n1: 2\n"
    found = read_ballots(text.encode(), filename="votes.toi")
    assert found.ballots.items == ("1", "2", "3", "4")
    assert found.ballots.names == ("Weld", "2", "Read: prints", "4")
    assert found.ballots.ranks.tolist() == [[2, 3, 1, 2], [2, 3, 1, 2], [2, 1, 2, 2]]
    assert found.ballots.unranked.sum(axis=1).tolist() == [1, 1, 3]
    assert found.n_each == (2, 1)
    assert found.has_item_numbers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(encoding: str, line_end: str) -> None:
    text = HEAD + "# ALTERNATIVE NAME 1: Löten\n1: 1,2,3,4\n"
    found = read_ballots(text.replace("\n", line_end).encode(encoding), filename="VOTES.SOC")
    assert found.ballots.names[0] == "Löten"


def test_the_published_files_rank_as_published() -> None:
    failures = read_ballots(preflib_text(FAILURE_CAUSES, n_items=6, kind="soi"), filename="failure.soi").ballots
    assert rank_borda(failures).points.tolist() == rank_borda(failure_causes()).points.tolist()
    named = read_ballots(preflib_text(QUALITIES, n_items=32, kind="toi"), filename="qualities.toi").ballots
    assert np.array_equal(named.ranks, qualities().ranks)
    assert np.array_equal(named.unranked, qualities().unranked)


def test_a_table_is_read_with_titles_employers_unranked_and_dont_know() -> None:
    found = read_ballots(TABLE.encode(), filename="votes.csv")
    ballots = found.ballots
    assert ballots.items == ("EM-1", "EM-2", "EM-3")
    assert ballots.names == ("Fix motors", "Read prints", "EM-3")
    assert ballots.employers == ("North", "South")
    assert ballots.ranks[0].tolist() == [1, 2, 3]
    assert ballots.unranked.tolist() == [[False, False, True], [True, False, False]]
    assert ballots.ranks[1, :2].tolist() == [2, 1]
    assert np.isnan(ballots.ranks[1, 2])
    assert found.labels == ("B1", "B2")


def test_a_table_may_be_a_workbook_with_columns_in_any_order() -> None:
    sheet = Sheet(title="Votes", columns=("Rank", "Need", "Ballot"), rows=[(2, "EM-1", "B1"), (1, "EM-2", "B1")])
    found = read_ballots(workbook([sheet], about={}), filename="votes.xlsx")
    assert found.ballots.ranks.tolist() == [[2, 1]]
    assert found.ballots.employers is None


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        ("", "a.soc", ("a.soc", "empty")),
        (" \n", "a.soi", ("a.soi", "empty")),
        (bytes(range(256)) * 9, "a.toc", ("a.toc", "no plain text")),
        ("%PDF-1.7 …", "a.toi", ("a.toi", "no plain text")),
        (HEAD, "a.soc", ("a.soc", "no ballots")),
        ("1: 1,2\n", "a.soc", ("line 1", "NUMBER ALTERNATIVES")),
        ("3\n1,x\n", "a.soc", ("line 1", "before 2022")),
        ("# NUMBER ALTERNATIVES: many\n1: 1\n", "a.soc", ("line 1", "many")),
        ("# NUMBER ALTERNATIVES: 0\n1: 1\n", "a.soc", ("line 1", "1 or more")),
        (HEAD + "1: 1,2,3,5\n", "a.soc", ("line 2", "item 5 is unknown", "1 to 4")),
        (HEAD + "1: 1,2,3,3\n", "a.soc", ("line 2", "item 3 stands twice")),
        (HEAD + "1: 1,{2,3},4\n", "a.soc", ("line 2", "no ties", ".toc")),
        (HEAD + "1: 1,2,3\n", "a.soc", ("line 2", "all 4 items", ".soi")),
        (HEAD + "# DATA TYPE: toc\n1: 1,{2,3}\n", "a.soi", ("line 3", "all 4 items")),
        (HEAD + "1: 1,{2,3\n", "a.toi", ("line 2", "{2,3", "braces")),
        (HEAD + "1: 1,,2\n", "a.soi", ("line 2", ",2")),
        (HEAD + "1: 1,2,\n", "a.soi", ("line 2", "order of item numbers")),
        (HEAD + "1: x\n", "a.soi", ("line 2", "“x”")),
        (HEAD + "1:\n", "a.soi", ("line 2", "ranks nothing")),
        (HEAD + "0: 1,2\n", "a.soi", ("line 2", "no ballot")),
        (HEAD + "hello\n", "a.soi", ("line 2", "“hello”")),
        (HEAD + "999999999: 1,2\n", "a.soi", ("line 2", "too many")),
        (HEAD + "# NUMBER VOTERS: 9\n1: 1,2\n2: 2,1\n", "a.soi", ("9 voters", "add up to 3", "cut off")),
        (HEAD + "# ALTERNATIVE NAME 7: x\n1: 1\n", "a.soi", ("item 7 has a name", "only 4")),
        ("ballot,rank\nB1,1\n", "a.csv", ("a.csv", "need")),
        ("ballot,need,rank\nB1,X,1\nB1,X,2\n", "a.csv", ("row 3", "second time", "row 2")),
        ("ballot,need,rank\nB1,X,first\nB1,Y,2\n", "a.csv", ("row 2", "“first”")),
        ("ballot,need,rank\nB1,X,1\nB1,Y,3\n", "a.csv", ("row 3", "rank 3", "from 1 to 2")),
        ("ballot,need,rank\nB1,X,0\nB1,Y,1\n", "a.csv", ("row 2", "rank 0", "out of range")),
        ("ballot,need,rank\n,X,1\nB1,Y,2\n", "a.csv", ("row 2", "the ballot is missing")),
        ("ballot,need,rank\nB1,,1\nB1,Y,2\n", "a.csv", ("row 2", "the need is missing")),
        ("ballot,need,rank,employer\nB1,X,1,N\nB1,Y,2,S\n", "a.csv", ("row 3", "belongs to N above, but to S")),
        ("ballot,need,rank,employer\nB1,X,1,\nB1,Y,2,S\n", "a.csv", ("row 2", "the employer is missing")),
        ('{"ballots": []}', "a.json", ("a.json",)),
    ],
)
def test_a_file_that_cannot_be_ranked_is_refused_with_its_place(
    content: bytes | str, filename: str, words: tuple[str, ...]
) -> None:
    said = str(refusal(content, filename=filename))
    assert filename in said
    assert all(word in said for word in words), said


def test_a_file_with_a_long_line_is_refused_in_a_short_sentence() -> None:
    assert len(str(refusal(HEAD + "1: " + "x" * 100_000, filename="a.soi"))) < 300


@pytest.mark.parametrize(
    "content",
    ["2\n1\n", "2,1", "[2, 1]", "2 1", "ballot,weight\nB2,1\nB1,2\n"],
)
def test_weights_are_a_list_or_a_table(content: str) -> None:
    source = read_ballots(TABLE.encode(), filename="votes.csv")
    assert read_weights(content.encode(), filename="w.csv", source=source).weights.tolist() == [2, 1]


def test_a_preflib_file_takes_weights_by_line_or_by_ballot() -> None:
    source = read_ballots((HEAD + "2: 1,2\n1: 2\n").encode(), filename="votes.soi")
    assert read_weights(b"5 1", filename="w.txt", source=source).weights.tolist() == [5, 5, 1]
    assert read_weights(b"5 4 1", filename="w.txt", source=source).weights.tolist() == [5, 4, 1]
    assert read_weights(b"ballot;weight\n2;7\n1;3\n", filename="w.csv", source=source).weights.tolist() == [3, 3, 7]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1 2 3", ("3 weights", "2 are needed")),
        ("1\n-2\n", ("line 2", "-2")),
        ("1\nnan\n", ("line 2", "nan")),
        ("0 0", ("all weights are 0",)),
        ("ballot,weight\nB1,2\n", ("ballot B2 has no weight",)),
        ("ballot,weight\nB1,2\nB9,1\n", ("row 3", "B9 is not among the ballots")),
        ("ballot,weight\nB1,2\nB1,1\n", ("row 3", "B1 has a weight already")),
        ("ballot,weight\nB1,heavy\nB2,1\n", ("row 2", "heavy")),
        ("employer,size\nNorth,3\n", ("ballot", "weight")),
        ("", ("empty",)),
    ],
)
def test_weights_that_do_not_fit_are_refused_with_their_place(content: str, words: tuple[str, ...]) -> None:
    source = read_ballots(TABLE.encode(), filename="votes.csv")
    with pytest.raises(Refusal) as caught:
        read_weights(content.encode(), filename="w.csv", source=source)
    assert all(word in str(caught.value) for word in ("w.csv", *words)), str(caught.value)
