"""Rows that leave the room as files; one row builder feeds every format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.orm import Session

from base.tables import Cell, Sheet
from survey import queries
from survey.ballots import SORT_LABELS, BallotEntryContent
from survey.models import VOICES
from survey.published import not_asked
from survey.records import NeedRow

#: Columns of a file of skill needs; an upload reads the same ones back.
NEED_COLUMNS = ("code", "area", "title", "level", "elements", "description")
#: Further columns of a list with needs from a framework.
SOURCE_COLUMNS = ("source", "source_id", "source_version", "licence")
BALLOT_COLUMNS = ("ballot", "voice", "code", "need", "answer", "place", "workers", "level", "attendance")

#: Workers are given in bands: an exact number would name the employer.
WORKER_BANDS = ((0, "0"), (9, "1-9"), (49, "10-49"))
LARGEST_BAND = "50 or more"


def needs_sheet(needs: Iterable[NeedRow | queries.SkillNeedRow]) -> Sheet:
    """Return a list of needs as it can be uploaded again, with the sources of needs that come from a framework."""
    listed = list(needs)
    columns = (*NEED_COLUMNS, *SOURCE_COLUMNS) if any(need.source for need in listed) else NEED_COLUMNS
    rows = [
        ["|".join(need.elements) if name == "elements" else getattr(need, name) for name in columns] for need in listed
    ]
    return Sheet("Needs", columns, rows)


def ballots_sheet(session: Session, *, meeting: queries.MeetingRow) -> Sheet:
    """Return the published ballots, one row per ballot and need, numbered in an order that tells nothing.

    Ballots that the shown ranking does not count are left out, and so is a voice of fewer than five organisations:
    what stands in this file can be shown to anyone.
    """
    needs = queries.needs(session, assessment_id=meeting.assessment_id)
    rows: list[Sequence[Cell]] = []
    for voice in VOICES:
        shown = queries.published_ballots(session, meeting_id=meeting.id, voice=voice)
        unasked = not_asked(session, ballot_ids=[ballot.ballot_id for ballot in shown])
        answers = [
            _ballot_answers(
                queries.ballot_entries(session, ballot_id=ballot.ballot_id),
                needs=needs,
                unasked=unasked.get(ballot.ballot_id, ()),
            )
            for ballot in shown
        ]
        # Ordered by what they say: the order of arrival would lead back to the seats.
        for ballot in sorted(answers, key=repr):
            number = len(rows) // len(needs) + 1
            rows += [
                (number, voice, need.code, need.title, *answer) for need, answer in zip(needs, ballot, strict=True)
            ]
    return Sheet("Ballots", BALLOT_COLUMNS, rows)


def _ballot_answers(
    entries: Iterable[BallotEntryContent], *, needs: Sequence[queries.SkillNeedRow], unasked: Collection[str]
) -> list[Sequence[Cell]]:
    """Return what a ballot says of every need, in the order of the list."""
    by_code = {entry.need_code: entry for entry in entries}
    rows: list[Sequence[Cell]] = []
    for need in needs:
        entry = by_code.get(need.code, BallotEntryContent(need.code))
        answer = SORT_LABELS[entry.sort] if entry.sort else "not asked" if need.code in unasked else "not sorted"
        rows.append((answer, entry.position, worker_band(entry.n_workers), entry.required_level, entry.attendance))
    return rows


def worker_band(n_workers: int | None) -> str | None:
    """Return the band that a number of workers to train falls into; None when none was said."""
    if n_workers is None:
        return None
    return next((band for top, band in WORKER_BANDS if n_workers <= top), LARGEST_BAND)
