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
from matching.terms import shipped_lines, vocabulary_entries

VERBS = ("Install", "Inspect", "Repair", "Describe", "Set up", "Calibrate", "Document", "Explain", "Replace", "Measure")


#: One phrase in this many comes from another field of work than the text's own.
N_OWN_TO_OTHER = 25
#: Neighbouring phrases of a field that one text draws on: a course is about some of its trade, not all of it.
N_SUBJECT_PHRASES = 12

Fields = list[list[str]]


def phrases() -> Fields:
    """Return the phrases of the vocabulary, field by field; they read like the words of catalogs."""
    fields: dict[str, list[str]] = {}
    for entry in vocabulary_entries(shipped_lines()):
        fields.setdefault(entry.field, []).extend(entry.names)
    return [written for written in fields.values() if len(written) > N_SUBJECT_PHRASES]


class Writer:
    """Write phrases of one subject: a stretch of one field, and now and then something from elsewhere."""

    def __init__(self, words: Fields, *, rng: random.Random) -> None:
        self.rng, self.words = rng, words
        field = rng.choices(words, weights=[len(written) for written in words])[0]
        first = rng.randrange(len(field) - N_SUBJECT_PHRASES + 1)
        self.own = field[first : first + N_SUBJECT_PHRASES]

    def phrase(self) -> str:
        """Return one phrase."""
        elsewhere = self.rng.randrange(N_OWN_TO_OTHER) == 0
        return self.rng.choice(self.rng.choice(self.words) if elsewhere else self.own)

    def sentence(self) -> str:
        """Return a sentence that names two things."""
        return f"{self.rng.choice(VERBS)} {self.phrase()} and {self.phrase()}."


def made_up_courses(n_courses: int, *, words: Fields, rng: random.Random) -> tuple[Course, ...]:
    """Return courses with a description of five sentences, five outcomes and four topics, each on one subject."""
    return tuple(
        Course(
            code=f"C{i:05}",
            title=writer.rng.choice(writer.own).title(),
            description=" ".join(writer.sentence() for _ in range(5)),
            outcomes=tuple(writer.sentence() for _ in range(5)),
            topics=tuple(writer.phrase() for _ in range(4)),
        )
        for i, writer in enumerate(Writer(words, rng=rng) for _ in range(n_courses))
    )


def made_up_needs(n_needs: int, *, words: Fields, rng: random.Random) -> tuple[Need, ...]:
    """Return needs with four elements each, each on one subject."""
    return tuple(
        Need(
            code=f"N{i:03}",
            title=f"{rng.choice(VERBS)} {writer.phrase()}",
            level="working",
            elements=tuple(f"{rng.choice(VERBS)} {writer.phrase()} and {writer.phrase()}" for _ in range(4)),
        )
        for i, writer in enumerate(Writer(words, rng=rng) for _ in range(n_needs))
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
