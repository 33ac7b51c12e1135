"""Measure how fast ballots are ranked: `python -m benchmarks.ranking`.

Each figure is the best of several runs, or the median where it says so, beside its limit: a room of 60 needs × 200
ballots with 2,000 resamples in 150 ms, Plackett-Luce with ties and Kemeny on 50 needs × 60 ballots in 1 s each.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from survey.ranking import Ballots, PlackettLuce, meeting_ranking, rank_intervals, rank_kemeny

N_RUNS = 5


@dataclass(frozen=True)
class Figure:
    """Keep one measured time and its limit."""

    name: str
    best_s: float
    limit_s: float

    @property
    def line(self) -> str:
        """Return the figure as one line of text."""
        ratio = self.best_s / self.limit_s
        return f"{self.name:<68} {self.best_s * 1000:8.1f} ms of {self.limit_s * 1000:6.0f} ms  ({ratio:5.0%})"


def drawn_ballots(
    *, n_needs: int, n_ballots: int, tie_share: float = 0.0, spread: float = 1.5, seed: int = 1
) -> Ballots:
    """Draw full ballots around one order, neighbours tied with the given chance; a spread of 0 is no agreement."""
    rng = np.random.default_rng(seed)
    heights = np.linspace(spread, -spread, n_needs) + rng.gumbel(size=(n_ballots, n_needs))
    order = np.argsort(-heights, axis=1)
    steps = np.where(rng.random((n_ballots, n_needs)) < tie_share, 0.0, 1.0)
    steps[:, 0] = 1.0
    ranks = np.empty((n_ballots, n_needs), dtype=np.float64)
    np.put_along_axis(ranks, order, np.cumsum(steps, axis=1), axis=1)
    return Ballots(items=tuple(f"N{number:02}" for number in range(n_needs)), ranks=ranks)


def best_time(run: Callable[[], object]) -> float:
    """Return the shortest of several runs in seconds."""
    times = []
    for _ in range(N_RUNS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def median_kemeny_time() -> float:
    """Return the median time of rooms that vote at random; a rare one takes many times as long."""
    rooms = [drawn_ballots(n_needs=50, n_ballots=60, spread=0, seed=seed) for seed in range(9)]
    times = []
    for room in rooms:
        began = time.perf_counter()
        rank_kemeny(room)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def figures() -> list[Figure]:
    """Measure everything that has a limit."""
    room = drawn_ballots(n_needs=60, n_ballots=200, tie_share=0.1)
    tied = drawn_ballots(n_needs=50, n_ballots=60, tie_share=0.2)
    alike = drawn_ballots(n_needs=50, n_ballots=60)
    return [
        Figure(
            "intervals and tiers, 60 needs × 200 ballots × 2,000 resamples",
            best_time(lambda: rank_intervals(room)),
            0.15,
        ),
        Figure("whole meeting ranking of the same room", best_time(lambda: meeting_ranking(room)), 0.15),
        Figure("Plackett-Luce with ties, 50 × 60", best_time(lambda: PlackettLuce().fit(tied).quasi_se_), 1),
        Figure(
            "Plackett-Luce with ties and no prior, 50 × 60", best_time(lambda: PlackettLuce(npseudo=0).fit(tied)), 1
        ),
        Figure("Kemeny, 50 × 60, a room that agrees", best_time(lambda: rank_kemeny(alike)), 1),
        Figure("Kemeny, 50 × 60, rooms that vote at random (median of 9)", median_kemeny_time(), 1),
    ]


def main() -> None:
    """Print the figures; leave with 1 when one is over its limit."""
    measured = figures()
    for figure in measured:
        print(figure.line)
    sys.exit(any(figure.best_s > figure.limit_s for figure in measured))


if __name__ == "__main__":
    main()
