"""Time one decision on a made-up catalog, one process, from reading the text to the verdicts.

usage: python benchmarks/speed.py [--courses 1000] [--needs 60]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matching import Course, Need, Snapshot, decide
from matching.terms import shipped_vocabulary

VERBS = ("Install", "Inspect", "Repair", "Describe", "Set up", "Calibrate", "Document", "Explain", "Replace", "Measure")


def phrases() -> list[str]:
    """Return the phrases of the vocabulary, which read like the words of catalogs."""
    return [phrase for written in shipped_vocabulary().fields.values() for phrase in written]


def made_up_courses(n_courses: int, *, words: list[str], rng: random.Random) -> tuple[Course, ...]:
    """Return courses with a description of five sentences, five outcomes and four topics."""

    def sentence() -> str:
        return f"{rng.choice(VERBS)} {rng.choice(words)}, {rng.choice(words)} and {rng.choice(words)}."

    return tuple(
        Course(
            code=f"C{i:05}",
            title=rng.choice(words).title(),
            description=" ".join(sentence() for _ in range(5)),
            outcomes=tuple(sentence() for _ in range(5)),
            topics=tuple(rng.choice(words) for _ in range(4)),
        )
        for i in range(n_courses)
    )


def made_up_needs(n_needs: int, *, words: list[str], rng: random.Random) -> tuple[Need, ...]:
    """Return needs with four elements each."""
    return tuple(
        Need(
            code=f"N{i:03}",
            title=f"{rng.choice(VERBS)} {rng.choice(words)}",
            level="working",
            elements=tuple(f"{rng.choice(VERBS)} {rng.choice(words)} and {rng.choice(words)}" for _ in range(4)),
        )
        for i in range(n_needs)
    )


def main() -> None:
    """Print the seconds of a first and a second decision in one process, and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--needs", type=int, default=60)
    arguments = parser.parse_args()
    rng, words = random.Random(0), phrases()  # noqa: S311 - made-up texts, no secret
    snapshot = Snapshot(
        made_up_needs(arguments.needs, words=words, rng=rng), made_up_courses(arguments.courses, words=words, rng=rng)
    )
    for label in ("first", "second"):
        start = time.perf_counter()
        decision = decide(snapshot)
        seconds = time.perf_counter() - start
        pairs = arguments.courses * arguments.needs
        sys.stdout.write(f"{label}: {seconds:.2f} s, {pairs / seconds:,.0f} pairs/s, {len(decision.pairs)} related\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
