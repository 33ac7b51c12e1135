"""Find descriptions that seem to belong to another course: far from their own title, close to another subject.

Real catalogs contain descriptions that were pasted into the wrong course. The test compares words by TF-IDF (term
frequency times inverse document frequency) and prefers silence to a wrong warning: the description must share no word
with what its course says about itself, hardly any with its subject, and many with one course of another subject that
has nothing to do with the title either.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catalog.records import CatalogReading, CourseRow, Reject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

#: Cosines up to which a description has nothing to do with its own title, and from which it reads like a course.
MOST_LIKE_OWN_TITLE = 0.02
LEAST_LIKE_OTHER = 0.2
#: A course of another subject must be this many times closer than every course of the own subject.
TIMES_CLOSER = 4.0
FEWEST_WORDS = 20
#: Without some other courses of its subject nobody knows how the subject is described.
FEWEST_OF_SUBJECT = 3
FEWEST_COURSES = 20
#: Far more than a college teaches; a list of a whole state is not compared course by course.
MOST_COURSES = 20_000
N_AT_ONCE = 64
#: A prefix that more than this share of a catalog has is no subject.
MOST_OF_CATALOG_SHARE = 0.6
#: Words are alike when their first letters are: weld, welding, welder.
N_STEM_LETTERS = 6
#: One letter fewer where a single word of the title settles it: robots belong to robotics.
N_TITLE_LETTERS = 5
#: Words that stand in titles and descriptions of every subject.
WORDS_EVERYWHERE = (
    "a about advanced all also an and any applications applied are as at basic basics be both by can class "
    "concepts course courses credit emphasis for from fundamental fundamentals general hour hours how i ii iii "
    "in include includes including intermediate into introduction introduces introductory is it its iv lab "
    "learn level may more of on or other practice prerequisite principles provides skills special student "
    "students studies study such that the their them these they this through to topics two use used using "
    "various which will with work"
)
EVERYWHERE = frozenset(WORDS_EVERYWHERE.split())


@dataclass(frozen=True)
class Mismatch:
    """Name a course whose description reads like another course of the same catalog."""

    course: CourseRow
    other: CourseRow

    @property
    def reason(self) -> str:
        """Say it as a doubt of the import report."""
        return (
            f"The description reads like {self.other.code} {self.other.title} and shares nothing with the title. "
            "Compare it with the printed catalog."
        )


def with_mismatches(reading: CatalogReading) -> CatalogReading:
    """Add a doubt for every course whose description seems to belong to another."""
    found = mismatches(reading.courses)
    doubts = (Reject(row.course.place, row.reason, row.course.description) for row in found)
    return replace(reading, doubts=(*reading.doubts, *doubts)) if found else reading


def mismatches(courses: Sequence[CourseRow]) -> tuple[Mismatch, ...]:
    """Return the courses whose description reads like a course of another subject, in the order of the catalog."""
    if not FEWEST_COURSES <= len(courses) <= MOST_COURSES:
        return ()
    suspects = [number for number, course in enumerate(courses) if _shares_nothing(course)]
    if not suspects:
        return ()
    compared = _Compared(courses)
    return tuple(
        Mismatch(courses[number], courses[other])
        for start in range(0, len(suspects), N_AT_ONCE)
        for number, other in compared.pairs(suspects[start : start + N_AT_ONCE])
    )


def _shares_nothing(course: CourseRow) -> bool:
    """Tell whether no word of the title stands in a description of some length: a quick look before the long one."""
    text = course.description.lower()
    title = _words(course.title)
    return bool(title) and len(text) > FEWEST_WORDS * 4 and not any(word[:N_TITLE_LETTERS] in text for word in title)


def _words(text: str) -> list[str]:
    """Return the words that say something, cut to their first letters."""
    found = re.findall(r"[a-zà-öø-ÿ]+", text.lower())
    return [word[:N_STEM_LETTERS] for word in found if len(word) > 2 and word not in EVERYWHERE]


class _Compared:
    """Compare the descriptions of a catalog with what its courses say about themselves."""

    def __init__(self, courses: Sequence[CourseRow]) -> None:
        import numpy as np  # only needed where a description is suspect

        told = [_words(" ".join((row.title, row.program, *row.outcomes, *row.topics))) for row in courses]
        described = [_words(row.description) for row in courses]
        count: Counter[str] = Counter(word for own, text in zip(told, described, strict=True) for word in {*own, *text})
        self._numbers = {word: number for number, word in enumerate(sorted(count))}
        self._rarity = np.array([math.log((1 + len(courses)) / (1 + count[word])) for word in self._numbers])
        self._n_words = [len(text) for text in described]
        self._told = self._vectors(told)
        self._described = self._vectors(described)
        self._whole = self._vectors([own * 2 + text for own, text in zip(told, described, strict=True)])
        self._groups = [np.array(keys) for keys in _groups(courses)]

    def _vectors(self, texts: Sequence[Sequence[str]]) -> Any:
        """Return a sparse row of length one for each text."""
        import numpy as np
        from scipy.sparse import csr_matrix, diags

        rows, columns, values = [], [], []
        for row, text in enumerate(texts):
            for word, times in Counter(text).items():
                number = self._numbers[word]
                rows.append(row)
                columns.append(number)
                values.append((1 + math.log(times)) * self._rarity[number])
        matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(self._numbers)), dtype=np.float64)
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        return diags(1 / np.where(lengths > 0, lengths, 1)) @ matrix

    def pairs(self, suspects: Sequence[int]) -> list[tuple[int, int]]:
        """Return each suspect that is a mismatch with the course that its description reads like."""
        likeness: Numbers = (self._described[suspects] @ self._whole.T).toarray()
        own: Numbers = (self._described[suspects].multiply(self._told[suspects])).sum(axis=1)
        titles: Numbers = (self._told[suspects] @ self._whole.T).toarray()
        found = []
        for row, number in enumerate(suspects):
            if float(own[row].item()) >= MOST_LIKE_OWN_TITLE or self._n_words[number] < FEWEST_WORDS:
                continue
            other = self._reads_like(number, likeness=likeness[row], titles=titles[row])
            if other is not None:
                found.append((number, other))
        return found

    def _reads_like(self, number: int, *, likeness: Numbers, titles: Numbers) -> int | None:
        import numpy as np

        same = np.zeros(len(likeness), dtype=bool)
        for keys in self._groups:
            same |= (keys == keys[number]) & (keys[number] != "")
        others = np.where(same, 0.0, likeness)
        same[number] = False
        best = int(others.argmax())
        closest_of_subject = float(likeness[same].max()) if same.any() else 0.0
        is_far = same.sum() >= FEWEST_OF_SUBJECT and others[best] >= TIMES_CLOSER * closest_of_subject
        return best if is_far and others[best] >= LEAST_LIKE_OTHER and titles[best] < MOST_LIKE_OWN_TITLE else None


def _groups(courses: Sequence[CourseRow]) -> list[list[str]]:
    """Return, for each way to tell subjects apart, the subject of every course; "" where it is not known."""
    ways: tuple[Callable[[CourseRow], str], ...] = (_prefix, lambda course: course.program.casefold())
    found = []
    for way in ways:
        keys = [way(course) for course in courses]
        n_of = Counter(keys)
        found.append([key if n_of[key] <= MOST_OF_CATALOG_SHARE * len(courses) else "" for key in keys])
    return found


def _prefix(course: CourseRow) -> str:
    """Return the subject in a course code: "EMT" of "EMT 171"."""
    return re.split(r"[\s\d-]", course.code.casefold(), maxsplit=1)[0]
