"""Read the library of subjects: what employers ask for, and how colleges put the same.

The file holds one block a subject:

    == name of the need
    course: titles; of; courses
    * a task in an employer's words
    ~ a wording of a catalog for the same
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SUBJECTS_TEXT = Path(__file__).with_name("subjects.txt")


@dataclass(frozen=True)
class Task:
    """Hold a task in an employer's words, and the same in the words of catalogs."""

    wanted: str
    wordings: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return everything that is said of it."""
        return (self.wanted, *self.wordings)


@dataclass(frozen=True)
class Subject:
    """Hold the name of a need, titles of courses that teach it, and its tasks."""

    name: str
    courses: tuple[str, ...]
    tasks: tuple[Task, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the need and the titles of courses."""
        return (self.name, *self.courses)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return everything that is said of it."""
        return (*self.names, *(text for task in self.tasks for text in task.texts))


class SubjectsFault(ValueError):  # noqa: N818 - named for what a person has to mend
    """Say which line of the library cannot be read."""


def read_subjects(lines: Iterable[str] | None = None) -> list[Subject]:
    """Read the library; raise SubjectsFault with the line's number where it has another form."""
    read: list[Subject] = []
    name = ""
    courses: tuple[str, ...] = ()
    tasks: list[Task] = []
    for number, line in enumerate([*(lines if lines is not None else _shipped_lines()), "== "], 1):
        mark, said = line[:2], line[2:].strip()
        if not line.strip() or line.startswith("#"):
            continue
        if mark == "==":
            if name:
                read.append(Subject(name, courses, tuple(tasks)))
            name, courses, tasks = said, (), []
        elif name and line.startswith("course:"):
            courses = tuple(filter(None, map(str.strip, line.removeprefix("course:").split(";"))))
        elif name and mark == "* ":
            tasks.append(Task(said, ()))
        elif tasks and mark == "~ ":
            tasks[-1] = Task(tasks[-1].wanted, (*tasks[-1].wordings, said))
        else:
            raise SubjectsFault(f"Line {number} of the subjects begins neither with “==”, “course:”, “*” nor “~”.")
    return read


def _shipped_lines() -> list[str]:
    return SUBJECTS_TEXT.read_text(encoding="utf-8").splitlines()
