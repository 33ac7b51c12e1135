"""Small published data sets with known answers, typed in once for all ranking tests.

PrefLib numbers are those of Mattei and Walsh (2013), www.preflib.org; only item numbers are kept.
"""

from __future__ import annotations

import re

import numpy as np

from survey.ranking import Ballots, ballots_from_orders

#: PrefLib 00032-00000001: professors rank six causes of failure (incomplete, strict).
FAILURE_CAUSES = """2: 2,4,1
1: 4,5,6,2,1,3
1: 6,2,5,4,1,3
1: 4,1,2,3,6,5
1: 1,4,3,2,6,5
1: 1,2,4,3,6,5
1: 5,6,2,1,4,3
1: 1,4,2,3,6,5
1: 4,1,2,3,5,6
1: 2,1,4,6,5,3
1: 4,1,3,2,6,5
1: 4,6,2,1,5,3
1: 1,4,6,2,5,3
1: 3,2,4,6,1,5
1: 1,2,3,4,5,6
1: 4,1,6,2,5,3
1: 1,5,6,4,3,2
1: 5,1,6,2,4,3
1: 1,6,2,4,3
1: 2,4,3,6,1
1: 2,6,1,4,3
1: 1,4,2,3,6
1: 4,2,1,3,6
1: 4,6,2,1
1: 1,2,4,6
1: 6,1,2,4
1: 6,4,2
1: 3,4,6
1: 1,4,2
1: 1,4,3
1: 2,4"""

#: PrefLib 00032-00000006: 15 professors name up to seven of 32 qualities (incomplete, tied).
QUALITIES = """1: 13,1,4
1: 11,15,26
1: 2,21,6
1: 9,17,28
1: 6,{3,16},27
1: 2,22,{29,30,31}
1: 12,18,8
1: {7,9,10},14,{3,24,25}
1: 1,4,5
1: 3,20,1
1: {2,3},23,7
1: 4,1,32
1: 7,1,29
1: 3,8
1: 5,19"""

#: PrefLib 00003-00000001: ten teams rank 32 paths of the Mariner probes (complete, tied).
NASA = """1: 23,25,22,27,21,5,2,19,13,26,7,31,24,1,30,12,18,28,8,9,29,16,32,14,15,10,4,3,17,6,11,20
1: 21,22,23,25,27,5,9,13,7,31,24,26,8,28,29,16,30,2,1,19,32,12,18,3,4,6,10,11,14,15,17,20
1: 22,25,27,23,21,5,7,30,31,32,17,29,28,13,1,8,{14,24},2,12,26,19,18,9,6,4,{3,16},15,11,10,20
1: 23,22,27,13,25,4,21,14,5,16,9,8,10,{3,17},30,20,11,28,7,31,26,24,{2,19},{15,29},{12,18},1,32,6
1: 32,31,{10,30},7,{13,25},{9,27},29,22,26,8,24,14,23,5,{12,18},4,{1,16,28},{2,19,21},{3,11,15,20},17,6
1: 20,4,23,5,3,27,22,{12,21,25},{7,11,13,24,30,31},1,6,{9,29},{2,14,17},32,{8,15,26},{10,28},19,18,16
1: 26,31,17,3,27,29,10,{7,14,15,18,22},{1,13},{8,12,19},{25,28,30},{2,11,32},9,{4,20,24},{5,21},23,16,6
1: 21,9,25,{2,10,18,19},27,{8,29},{5,14,15,28,31},{12,22,23,26},{7,16,30},{1,13,24,32},{3,4,17,20},11,6
1: {5,22},{23,25,27},{3,4,17},{2,12,21,24,30},{7,8,9,13,26,28,29,31},{1,6,11,14,15,16,18,19,20,32},10
1: 24,{20,12,9},{1,2,16},11,{3,4,5,6,7,8,10,13,14,15,17,18,19,21,22,23,25,26,27,28,29,30,31,32}"""

#: PrefLib 00004-00000138: four films ranked by 588 viewers (complete, strict).
NETFLIX = """68: 2,1,4,3
53: 1,2,4,3
49: 2,1,3,4
44: 1,2,3,4
39: 2,4,1,3
37: 3,2,1,4
37: 2,3,1,4
36: 2,3,4,1
31: 3,2,4,1
29: 2,4,3,1
22: 1,3,2,4
19: 3,1,2,4
17: 3,4,2,1
17: 4,2,3,1
16: 4,2,1,3
14: 1,4,2,3
10: 1,3,4,2
10: 4,1,2,3
9: 4,3,1,2
8: 3,4,1,2
8: 1,4,3,2
7: 3,1,4,2
7: 4,3,2,1
1: 4,1,3,2"""

#: Davidson (1970): six brands of pudding in pairs; i, j, wins of i, wins of j, ties.
PUDDING_PAIRS = (
    (1, 2, 19, 22, 16),
    (1, 3, 16, 19, 12),
    (2, 3, 19, 19, 10),
    (1, 4, 18, 23, 13),
    (2, 4, 23, 19, 9),
    (3, 4, 19, 20, 15),
    (1, 5, 13, 19, 18),
    (2, 5, 16, 20, 12),
    (3, 5, 16, 15, 17),
    (4, 5, 17, 14, 16),
    (1, 6, 18, 21, 12),
    (2, 6, 22, 20, 12),
    (3, 6, 13, 18, 10),
    (4, 6, 14, 19, 18),
    (5, 6, 11, 21, 12),
)


def preflib_text(orders: str, *, n_items: int, kind: str) -> bytes:
    """Put the head of a PrefLib file above its orders."""
    n_voters = sum(int(line.split(":")[0]) for line in orders.splitlines())
    head = f"# DATA TYPE: {kind}\n# NUMBER ALTERNATIVES: {n_items}\n# NUMBER VOTERS: {n_voters}\n"
    return (head + orders + "\n").encode()


def from_orders(orders: str, *, n_items: int) -> Ballots:
    """Read orders such as ``2: 3,1,{2,4}`` into ballots; items that are not named are unranked."""
    found: list[list[list[str]]] = []
    for line in orders.splitlines():
        count, order = line.split(":")
        groups = [re.findall(r"\d+", group) for group in re.findall(r"\{[^}]*\}|\d+", order)]
        found.extend([groups] * int(count))
    return ballots_from_orders(items=[str(item) for item in range(1, n_items + 1)], orders=found)


def from_ranks(*rows: str, weights: tuple[float, ...] = ()) -> Ballots:
    """Read ranks such as ``4123`` (one digit per item, 0 for not compared) into ballots of items A, B, C, …"""
    ranks = np.array([[float(digit) if digit != "0" else np.nan for digit in row] for row in rows])
    items = tuple("ABCDEFGHI"[: ranks.shape[1]])
    return Ballots(items=items, ranks=ranks, weights=np.array(weights))


def failure_causes() -> Ballots:
    """Return the 32 ballots on six causes of failure."""
    return from_orders(FAILURE_CAUSES, n_items=6)


def qualities() -> Ballots:
    """Return the 15 ballots on 32 qualities."""
    return from_orders(QUALITIES, n_items=32)


def nasa() -> Ballots:
    """Return the 10 ballots on 32 paths."""
    return from_orders(NASA, n_items=32)


def netflix() -> Ballots:
    """Return the 588 ballots on four films."""
    return from_orders(NETFLIX, n_items=4)


def pudding() -> Ballots:
    """Return Davidson's paired comparisons, every ballot comparing two of the six puddings."""
    rows: list[list[float]] = []
    for first, second, wins, losses, ties in PUDDING_PAIRS:
        for ranks, times in (((1, 2), wins), ((2, 1), losses), ((1, 1), ties)):
            row = [np.nan] * 6
            row[first - 1], row[second - 1] = ranks
            rows.extend([row] * times)
    return Ballots(items=tuple("123456"), ranks=np.array(rows))
