"""Read assessments, meetings, seats and ballots. Plain rows only; every ranking comes from survey.published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from survey.ballots import VOICE_LABELS, BallotEntryContent
from survey.before_after import BeforeAfter, before_after
from survey.disagreement import DisputedNeed, published_disagreements
from survey.disclosure import may_be_shown
from survey.join_codes import fold_code
from survey.meeting_rows import MeetingRow, meeting, meeting_by_code, meetings, open_code_near
from survey.models import ATTENDANCES, LEVELS, Assessment, Ballot, BallotEntry, Meeting, Seat, SkillNeed
from survey.published import (
    PublishedRanking,
    RankedNeed,
    RankingWithheld,
    published_ballots,
    published_ranking,
)
from survey.revisions import meeting_revisions

__all__ = [
    "AskedAttributes",
    "AssessmentRow",
    "BeforeAfter",
    "DisputedNeed",
    "MeetingRow",
    "PublishedRanking",
    "RankedNeed",
    "RankingWithheld",
    "ReceiptRow",
    "SeatRow",
    "SkillNeedRow",
    "VoterRow",
    "asked_attributes",
    "assessment",
    "assessments",
    "ballot_entries",
    "before_after",
    "earlier_ballot_id",
    "latest_receipt_code",
    "meeting",
    "meeting_by_code",
    "meeting_revisions",
    "meetings",
    "n_paper_ballots",
    "needs",
    "open_code_near",
    "published_ballots",
    "published_disagreements",
    "published_ranking",
    "receipt",
    "seat",
    "voters",
]

#: An answer counts when at least this share of the answers named it.
COUNTING_SHARE = 0.25


@dataclass(frozen=True)
class AssessmentRow:
    """A list of skill needs as pages show it."""

    id: int
    title: str
    n_needs: int
    n_meetings: int
    created_at: datetime
    #: Whether a meeting on it has opened; its needs then stay as they are.
    is_locked: bool


@dataclass(frozen=True)
class SkillNeedRow:
    """A skill need as pages show it."""

    id: int
    code: str
    area: str
    title: str
    description: str
    level: str
    elements: tuple[str, ...]
    position: int
    #: Framework that the need was taken from, with identifier, version and licence; empty when it is the list's own.
    source: str = ""
    source_id: str = ""
    source_version: str = ""
    licence: str = ""
    #: When the room added it while voting was open; None when it was asked from the beginning.
    added_at: datetime | None = None
    #: When the room withdrew it; None while it is asked.
    withdrawn_at: datetime | None = None

    @property
    def origin(self) -> str:
        """Say in one line where the need comes from; "" when it is the list's own."""
        name = " ".join(part for part in (self.source, self.source_version) if part)
        return ", ".join(part for part in (name, self.source_id, self.licence) if part)


@dataclass(frozen=True)
class VoterRow:
    """An organisation at a meeting in one voice: when it came and whether it has voted, never how."""

    organisation_id: int
    organisation_name: str
    voice: str
    #: Seats that were taken in its name; the latest ballot of all of them counts.
    n_seats: int
    joined_at: datetime
    #: When its latest ballot arrived; None when there is none.
    last_cast_at: datetime | None
    n_ballots: int

    @property
    def voice_label(self) -> str:
        """Name the voice in the words that pages use."""
        return VOICE_LABELS[self.voice]


@dataclass(frozen=True)
class SeatRow:
    """A seat as its own phone sees it."""

    token: str
    meeting_id: int
    organisation_name: str
    voice: str

    @property
    def voice_label(self) -> str:
        """Name the voice in the words that pages use."""
        return VOICE_LABELS[self.voice]


@dataclass(frozen=True)
class RankedTitle:
    """A line of a voter's own order."""

    position: int
    title: str


@dataclass(frozen=True)
class ReceiptRow:
    """What a vote receipt shows to whoever holds its code."""

    receipt_code: str
    seat_token: str
    ballot_id: int
    cast_at: datetime
    #: The voter's own order, best first.
    ranked: tuple[RankedTitle, ...]
    #: Number of needs per sort.
    counts: Mapping[str, int]
    #: Round of voting in which it was cast, from 1.
    round_number: int = 1


@dataclass(frozen=True)
class AskedAttributes:
    """What employers asked of the courses for one need; empty where fewer than five of them answered."""

    need_code: str
    #: Of survey.models.ATTENDANCES, those that at least a quarter of the answers named.
    attendance: tuple[str, ...]
    #: Of survey.models.LEVELS, those that at least a quarter of the answers named, lowest first.
    levels: tuple[str, ...]
    #: The highest level that more than half of the answers reach; empty when not told.
    majority_level: str


def assessments(session: Session, *, partnership_id: int) -> list[AssessmentRow]:
    """Return a partnership's assessments, newest first."""
    return _assessments(session, Assessment.partnership_id == partnership_id)


def assessment(session: Session, *, assessment_id: int, partnership_id: int) -> AssessmentRow | None:
    """Return one assessment of a partnership, or None."""
    found = _assessments(session, Assessment.partnership_id == partnership_id, Assessment.id == assessment_id)
    return found[0] if found else None


def _assessments(session: Session, *conditions: ColumnElement[bool]) -> list[AssessmentRow]:
    n_needs = (
        select(func.count())
        .where(SkillNeed.assessment_id == Assessment.id, SkillNeed.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    n_meetings = select(func.count()).where(Meeting.assessment_id == Assessment.id).scalar_subquery()
    n_opened = (
        select(func.count())
        .where(Meeting.assessment_id == Assessment.id, Meeting.opened_at.is_not(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Assessment, n_needs, n_meetings, n_opened).where(*conditions).order_by(Assessment.id.desc())
    )
    return [
        AssessmentRow(row.id, row.title, with_needs, with_meetings, row.created_at, is_locked=opened > 0)
        for row, with_needs, with_meetings, opened in rows
    ]


def needs(session: Session, *, assessment_id: int, with_withdrawn: bool = False) -> list[SkillNeedRow]:
    """Return an assessment's needs in their order; the ones that a room withdrew only when they are wanted."""
    wanted = [SkillNeed.assessment_id == assessment_id]
    if not with_withdrawn:
        wanted.append(SkillNeed.withdrawn_at.is_(None))
    rows = session.scalars(select(SkillNeed).where(*wanted).order_by(SkillNeed.position))
    return [
        SkillNeedRow(
            row.id,
            row.code,
            row.area,
            row.title,
            row.description,
            row.level,
            tuple(row.elements),
            row.position,
            row.source,
            row.source_id,
            row.source_version,
            row.licence,
            row.added_at,
            row.withdrawn_at,
        )
        for row in rows
    ]


def voters(session: Session, *, meeting_id: int) -> list[VoterRow]:
    """Return who has a seat and who has voted in the newest round, by voice and name."""
    rows = session.execute(
        select(
            Seat.organisation_id,
            Seat.voice,
            func.count(Seat.id.distinct()),
            func.min(Seat.joined_at, type_=Seat.joined_at.type),
            func.max(Ballot.cast_at, type_=Ballot.cast_at.type),
            func.count(Ballot.id),
        )
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .outerjoin(Ballot, (Ballot.seat_token == Seat.token) & (Ballot.round_number == Meeting.round_number))
        .where(Seat.meeting_id == meeting_id)
        .group_by(Seat.organisation_id, Seat.voice)
    ).all()
    named = accounts_queries.organisations_by_id(session, [row[0] for row in rows])
    found = [
        VoterRow(organisation_id, named[organisation_id].name, voice, n_seats, joined_at, last_cast_at, n_ballots)
        for organisation_id, voice, n_seats, joined_at, last_cast_at, n_ballots in rows
    ]
    order = list(VOICE_LABELS)
    return sorted(found, key=lambda voter: (order.index(voter.voice), voter.organisation_name.casefold()))


def seat(session: Session, *, meeting_id: int, token: str) -> SeatRow | None:
    """Return the seat with this token at this meeting, or None."""
    row = session.scalar(select(Seat).where(Seat.meeting_id == meeting_id, Seat.token == token))
    if row is None:
        return None
    named = accounts_queries.organisations_by_id(session, [row.organisation_id])
    return SeatRow(row.token, row.meeting_id, named[row.organisation_id].name, row.voice)


def n_paper_ballots(session: Session, *, meeting_id: int) -> int:
    """Count the ballots of the newest round that were typed in from paper."""
    return (
        session.scalar(
            select(func.count(Ballot.id))
            .join(Meeting, Meeting.id == Ballot.meeting_id)
            .where(Meeting.id == meeting_id, Ballot.source == "paper", Ballot.round_number == Meeting.round_number)
        )
        or 0
    )


def latest_receipt_code(session: Session, *, meeting_id: int, seat_token: str) -> str | None:
    """Return the receipt code of a seat's latest ballot in the newest round, or None when it has not voted there."""
    return session.scalar(
        select(Ballot.receipt_code)
        .join(Meeting, Meeting.id == Ballot.meeting_id)
        .where(Ballot.meeting_id == meeting_id, Ballot.seat_token == seat_token)
        .where(Ballot.round_number == Meeting.round_number)
        .order_by(Ballot.id.desc())
        .limit(1)
    )


def earlier_ballot_id(session: Session, *, meeting_id: int, seat_token: str) -> int | None:
    """Return a seat's latest ballot of whatever round, to start a new round from; None when it has none."""
    return session.scalar(
        select(func.max(Ballot.id)).where(Ballot.meeting_id == meeting_id, Ballot.seat_token == seat_token)
    )


def receipt(session: Session, *, meeting_id: int, receipt_code: str) -> ReceiptRow | None:
    """Return what a receipt shows, or None when this meeting gave no such receipt."""
    ballot = session.scalar(
        select(Ballot).where(Ballot.meeting_id == meeting_id, Ballot.receipt_code == fold_code(receipt_code))
    )
    if ballot is None:
        return None
    rows = session.execute(
        select(SkillNeed.title, BallotEntry.sort, BallotEntry.position)
        .join(SkillNeed, SkillNeed.id == BallotEntry.need_id)
        .where(BallotEntry.ballot_id == ballot.id)
        .order_by(BallotEntry.position, SkillNeed.position)
    ).all()
    return ReceiptRow(
        receipt_code=ballot.receipt_code,
        seat_token=ballot.seat_token,
        ballot_id=ballot.id,
        cast_at=ballot.cast_at,
        ranked=tuple(RankedTitle(position, title) for title, _sort, position in rows if position is not None),
        counts=Counter(sort for _title, sort, _position in rows),
        round_number=ballot.round_number,
    )


def ballot_entries(session: Session, *, ballot_id: int) -> tuple[BallotEntryContent, ...]:
    """Return what one ballot says, in the order of the list."""
    rows = session.execute(
        select(BallotEntry, SkillNeed.code)
        .join(SkillNeed, SkillNeed.id == BallotEntry.need_id)
        .where(BallotEntry.ballot_id == ballot_id)
        .order_by(SkillNeed.position)
    )
    return tuple(
        BallotEntryContent(code, row.sort, row.position, row.n_workers, row.required_level, row.attendance)
        for row, code in rows
    )


def asked_attributes(session: Session, *, meeting_id: int) -> dict[str, AskedAttributes]:
    """Return by need code what the published ballots of employers asked for: how to attend, and which level."""
    shown = published_ballots(session, meeting_id=meeting_id, voice="employer")
    rows = session.execute(
        select(SkillNeed.code, BallotEntry.attendance, BallotEntry.required_level)
        .join(SkillNeed, SkillNeed.id == BallotEntry.need_id)
        .where(BallotEntry.ballot_id.in_([ballot.ballot_id for ballot in shown]))
        .order_by(SkillNeed.position)
    )
    answers: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for code, attendance, level in rows:
        for answer, said in zip((attendance, level), answers[code], strict=True):
            if answer is not None:
                said.append(answer)
    asked = (_asked(code, attendances, levels) for code, (attendances, levels) in answers.items())
    return {found.need_code: found for found in asked if found.attendance or found.levels}


def _asked(need_code: str, attendances: Sequence[str], levels: Sequence[str]) -> AskedAttributes:
    return AskedAttributes(
        need_code=need_code,
        attendance=_counting(attendances, order=ATTENDANCES),
        levels=_counting(levels, order=LEVELS),
        majority_level=_majority_level(levels) if may_be_shown(len(levels)) else "",
    )


def _counting(answers: Sequence[str], *, order: Sequence[str]) -> tuple[str, ...]:
    """Return the answers that enough employers gave; none when fewer than five answered at all."""
    if not may_be_shown(len(answers)):
        return ()
    return tuple(word for word in order if answers.count(word) >= COUNTING_SHARE * len(answers))


def _majority_level(levels: Sequence[str]) -> str:
    """Return the middle answer, the lower one of two: more than half of the answers reach it."""
    ranks = sorted(map(LEVELS.index, levels))
    return LEVELS[ranks[(len(ranks) - 1) // 2]]
