"""Read files of sentences labelled with skills, and of lists of skills."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from base.refusals import Refusal, shown
from base.tables import Row, Table, read_table, split_list
from matching.skill_features import Skill
from review.match_files import FileRefusal

#: Marks of a sentence's part that no skill of the list stands for; such rows label nothing.
NO_LABEL = frozenset({"LABEL NOT PRESENT", "UNDERSPECIFIED"})
GZIP_MARK = b"\x1f\x8b"
MAX_UNPACKED_BYTES = 200_000_000


class SkillFileRefusal(Refusal):
    """Say why a file of sentences or skills cannot be used, naming file, row and column."""


@dataclass(frozen=True)
class LabelledSentence:
    """Hold one sentence and the numbers of the skills that people found in it, each once."""

    sentence: str
    gold: tuple[int, ...]


@dataclass(frozen=True)
class LabelledSentences:
    """Hold the sentences with at least one known label, and the labels that name no skill of the list."""

    sentences: tuple[LabelledSentence, ...]
    unknown_labels: tuple[str, ...]


def read_skills(path: Path) -> tuple[Skill, ...]:
    """Read a list of skills with ESCO's column names from a CSV file, packed with gzip or not.

    Only preferredLabel is needed; altLabels, description, skillType and reuseLevel are used where they are.
    """
    table = _table(path, required=("preferredLabel",))
    first_places: dict[str, str] = {}
    for row in table.rows:
        label = row.cells["preferredLabel"]
        if not label:
            raise SkillFileRefusal(
                f"{path}, {row.place}, column preferredLabel: this cell is empty. Give the skill a label."
            )
        first = first_places.setdefault(_folded(label), row.place)
        if first != row.place:
            raise SkillFileRefusal(
                f"{path}, {row.place}, column preferredLabel: “{shown(label)}” stands already in {first}. "
                "Keep one of the two."
            )
    return tuple(map(_skill, table.rows))


def _skill(row: Row) -> Skill:
    cells = row.cells
    return Skill(
        label=cells["preferredLabel"],
        alternatives=split_list(cells.get("altLabels", "")),
        description=cells.get("description", ""),
        kind=cells.get("skillType", ""),
        reach=cells.get("reuseLevel", ""),
    )


def read_labelled_sentences(path: Path, *, skills: Sequence[Skill]) -> LabelledSentences:
    """Read the rows “sentence … label” of a CSV file and put the labels of each sentence together.

    A label names the skill with that preferred label, or else the first skill of the list with that alternative
    label; capitals do not matter.
    """
    number_of = _numbers_by_name(skills)
    gold: dict[str, dict[int, None]] = {}
    unknown: dict[str, None] = {}
    for row in _table(path, required=("sentence", "label")).rows:
        sentence, label = row.cells["sentence"], row.cells["label"]
        if not sentence:
            raise SkillFileRefusal(f"{path}, {row.place}, column sentence: this cell is empty. Write the sentence.")
        if not label or label.upper() in NO_LABEL:
            continue
        number = number_of.get(_folded(label))
        if number is None:
            unknown[label] = None
        else:
            gold.setdefault(sentence, {})[number] = None
    if not gold:
        raise SkillFileRefusal(
            f"{path}: no label of the column label is a skill of the list. Check that both files belong together."
        )
    return LabelledSentences(tuple(LabelledSentence(s, tuple(g)) for s, g in gold.items()), tuple(unknown))


def _numbers_by_name(skills: Sequence[Skill]) -> Mapping[str, int]:
    numbers = {_folded(skill.label): i for i, skill in enumerate(skills)}
    for i, skill in enumerate(skills):
        for name in skill.alternatives:
            numbers.setdefault(_folded(name), i)
    return numbers


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def _table(path: Path, *, required: Sequence[str]) -> Table:
    return read_table(_unpacked(path), filename=path.name, required=required)


def file_content(path: Path) -> bytes:
    """Read the bytes of a file, or say why they cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileRefusal(f"{path}: there is no such file. Check its name and folder.") from None
    except IsADirectoryError:
        raise FileRefusal(f"{path}: this is a folder. Name the file in it.") from None
    except OSError as error:
        raise FileRefusal(f"{path}: this file cannot be read: {error.strerror}.") from None


def _unpacked(path: Path) -> bytes:
    """Read a file, unpacking it when it is packed with gzip; a file that swells beyond all measure is refused."""
    content = file_content(path)
    if not content.startswith(GZIP_MARK):
        return content
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(content, MAX_UNPACKED_BYTES)
    except zlib.error:
        raise SkillFileRefusal(f"{path}: this gzip file is damaged. Get it again.") from None
    if unpacker.unconsumed_tail:
        raise SkillFileRefusal(f"{path}: this gzip file holds more than {MAX_UNPACKED_BYTES // 1_000_000} megabytes.")
    if not unpacker.eof:
        raise SkillFileRefusal(f"{path}: this gzip file ends too early. Get it again.")
    return unpacked
