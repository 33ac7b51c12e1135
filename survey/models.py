"""Assessments (lists of skill needs), uploaded frameworks, meetings, who took a seat, and their ballots.

Names and votes stand apart: `seat` knows the organisation, `ballot` knows only a random token of the seat.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, UtcMoment

LEVELS = ("basic", "working", "advanced")
SORTS = ("must", "useful", "not_needed", "dont_know")
VOICES = ("employer", "union", "observer")
ATTENDANCES = ("days", "evenings", "online", "on site")
SOURCES = ("phone", "paper")
MEETING_STATES = ("planned", "open", "closed")


class Assessment(Base):
    """A list of skill needs that employers are asked to rank."""

    __tablename__ = "assessment"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership that asks.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: Title as employers see it.
    title: Mapped[str] = mapped_column(String(200))
    #: When it was made (UTC).
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class SkillNeed(Base):
    """One line of an assessment: a skill that employers may need."""

    __tablename__ = "skill_need"
    __table_args__ = (
        UniqueConstraint("assessment_id", "code"),
        CheckConstraint(f"level IN {LEVELS}", name="level"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The assessment that it belongs to.
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    #: Code, unique in the assessment.
    code: Mapped[str] = mapped_column(String(40))
    #: Skill area, for grouping; empty when none.
    area: Mapped[str] = mapped_column(String(100), default="")
    #: Title in shop-floor words.
    title: Mapped[str] = mapped_column(String(300))
    #: One sentence on what a good worker can do; empty when none.
    description: Mapped[str] = mapped_column(Text, default="")
    #: Level that is needed, one of LEVELS.
    level: Mapped[str] = mapped_column(String(10))
    #: Performance elements, in order.
    elements: Mapped[list[str]]
    #: Place in the list, from 1.
    position: Mapped[int]
    #: Framework that the need was taken from; empty when it is the list's own.
    source: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    #: Identifier of the need in that framework; empty when none.
    source_id: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    #: Version of the framework; empty when not stated.
    source_version: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    #: Licence of the framework; empty when not stated.
    licence: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    #: When the room added it while voting was open (UTC); NULL when it was asked from the beginning.
    added_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When the room withdrew it (UTC); NULL while it is asked.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class NeedWording(Base):
    """A change of a need's wording after voting had begun; its code and its votes stay."""

    __tablename__ = "need_wording"
    #: Row number, in the order of the changes.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The need.
    need_id: Mapped[int] = mapped_column(ForeignKey("skill_need.id"), index=True)
    #: Name of the person who changed it.
    changed_by_name: Mapped[str] = mapped_column(String(120))
    #: When (UTC).
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: Title before the change.
    old_title: Mapped[str] = mapped_column(String(300))
    #: Title after the change.
    new_title: Mapped[str] = mapped_column(String(300))
    #: Description before the change; empty when none.
    old_description: Mapped[str] = mapped_column(Text)
    #: Description after the change; empty when none.
    new_description: Mapped[str] = mapped_column(Text)


class UploadedFramework(Base):
    """A framework that a convener uploaded to search it and pick skill needs."""

    __tablename__ = "framework"
    __table_args__ = (UniqueConstraint("partnership_id", "file_digest"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership that may search it.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: What the file calls it, or the file's name.
    title: Mapped[str] = mapped_column(String(300))
    #: Name of the file as it was uploaded.
    filename: Mapped[str] = mapped_column(String(300))
    #: SHA-256 of the file, hex: the same file is kept once.
    file_digest: Mapped[str] = mapped_column(String(64))
    #: Kind of file that was recognised.
    format: Mapped[str] = mapped_column(String(80))
    #: Records in the file: needs, rejects and duplicates.
    n_seen: Mapped[int]
    #: Records that are no need.
    n_rejected: Mapped[int]
    #: Records that stood earlier in the file.
    n_duplicates: Mapped[int]
    #: The first rejects, duplicates and doubts: kind, place, reason, raw text.
    notes: Mapped[list[dict[str, Any]]]
    #: When it was uploaded (UTC).
    uploaded_at: Mapped[datetime] = mapped_column(UtcMoment)


class FrameworkNeed(Base):
    """A skill need of an uploaded framework."""

    __tablename__ = "framework_need"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The framework.
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id", ondelete="CASCADE"), index=True)
    #: Place in the framework, from 1.
    position: Mapped[int]
    #: Code, unique in the framework.
    code: Mapped[str] = mapped_column(String(40))
    #: Skill area or occupation; empty when none.
    area: Mapped[str] = mapped_column(String(100))
    #: Title as the framework writes it.
    title: Mapped[str] = mapped_column(String(300))
    #: Description as the framework writes it; empty when none.
    description: Mapped[str] = mapped_column(Text)
    #: One of LEVELS; empty when not stated.
    level: Mapped[str] = mapped_column(String(10))
    #: Performance elements, in order.
    elements: Mapped[list[str]]
    #: Name of the framework and who made it.
    source: Mapped[str] = mapped_column(String(300))
    #: Identifier in the framework.
    source_id: Mapped[str] = mapped_column(String(300))
    #: Version of the framework; empty when not stated.
    source_version: Mapped[str] = mapped_column(String(300))
    #: Licence of the framework; empty when not stated.
    licence: Mapped[str] = mapped_column(String(300))
    #: Title, code, area, elements, description and synonyms in small letters, for the search.
    search_text: Mapped[str] = mapped_column(Text)


class Meeting(Base):
    """A face-to-face meeting at which employers vote on one assessment."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(f"state IN {MEETING_STATES}", name="state"),
        CheckConstraint("k BETWEEN 3 AND 10", name="k"),
        CheckConstraint("revealed_at IS NULL OR opened_at IS NOT NULL", name="revealed_after_opening"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The partnership that meets.
    partnership_id: Mapped[int] = mapped_column(ForeignKey("partnership.id"), index=True)
    #: The assessment that is voted on.
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    #: Title as people in the room know it.
    title: Mapped[str] = mapped_column(String(200))
    #: Where it meets; empty when not said.
    place: Mapped[str] = mapped_column(String(200), default="")
    #: The day of the meeting.
    held_on: Mapped[date]
    #: Code that lets phones in: six letters and digits that cannot be mistaken for each other.
    join_code: Mapped[str] = mapped_column(String(12), unique=True)
    #: One of MEETING_STATES.
    state: Mapped[str] = mapped_column(String(10), default="planned")
    #: How many needs an employer may put in order.
    k: Mapped[int] = mapped_column(default=5)
    #: When voting opened (UTC); NULL before.
    opened_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When voting closed (UTC); NULL before.
    closed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When the convener paused voting (UTC); NULL unless it is paused now.
    paused_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When the convener means to close voting (UTC); NULL when not said. A hint: closing stays the convener's act.
    closes_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: When the convener showed the ranking (UTC); NULL before.
    revealed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    #: Number of the last ballot that the published ranking counts; NULL before the reveal.
    published_ballot_id: Mapped[int | None]
    #: Number of the round of voting that runs or ran last, from 1; what stands above belongs to it.
    round_number: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    #: Counts up with every change that a screen shows; feeds the ETag.
    revision: Mapped[int] = mapped_column(default=0)
    #: When it was planned (UTC).
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class EarlierRound(Base):
    """A round of voting that a newer one followed, kept as it was shown."""

    __tablename__ = "earlier_round"
    #: The meeting.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    #: Number of the round, from 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    #: When its ranking was shown (UTC).
    revealed_at: Mapped[datetime] = mapped_column(UtcMoment)
    #: Number of the last ballot that its ranking counts.
    published_ballot_id: Mapped[int]
    #: When the next round began (UTC).
    ended_at: Mapped[datetime] = mapped_column(UtcMoment)


class Seat(Base):
    """A place taken at a meeting with the join code: which organisation, in which voice."""

    __tablename__ = "seat"
    __table_args__ = (CheckConstraint(f"voice IN {VOICES}", name="voice"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The meeting.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: The organisation that the person speaks for.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: One of VOICES; voices are shown side by side and never added together.
    voice: Mapped[str] = mapped_column(String(10))
    #: Random text that joins a ballot to this seat; the ballot carries no name.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    #: When the seat was taken (UTC).
    joined_at: Mapped[datetime] = mapped_column(UtcMoment)


class SpeakingSeat(Base):
    """The seat that speaks for an organisation which sent several people; without one the latest ballot counts."""

    __tablename__ = "speaking_seat"
    #: The meeting.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    #: The round of voting that the choice holds for.
    round_number: Mapped[int] = mapped_column(primary_key=True)
    #: The organisation.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: One of VOICES.
    voice: Mapped[str] = mapped_column(String(10), primary_key=True)
    #: The seat whose latest ballot counts.
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))


class Ballot(Base):
    """One cast ballot. A changed ballot is a new row: the latest of a seat counts, nothing is overwritten."""

    __tablename__ = "ballot"
    __table_args__ = (UniqueConstraint("meeting_id", "ballot_uid"),)
    #: Row number, in the order of arrival.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The meeting.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: Token of the seat that cast it.
    seat_token: Mapped[str] = mapped_column(ForeignKey("seat.token"), index=True)
    #: Identifier that the phone made, so that sending twice counts once.
    ballot_uid: Mapped[str] = mapped_column(String(64))
    #: SHA-256 of the content, hex: the same identifier with other content is refused.
    content_digest: Mapped[str] = mapped_column(String(64))
    #: Short code of the vote receipt.
    receipt_code: Mapped[str] = mapped_column(String(16), unique=True)
    #: Codes of the needs in the order in which this voter saw them.
    shown_order: Mapped[list[str]]
    #: Round of voting in which it was cast, from 1.
    round_number: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    #: How it came, one of SOURCES; the convener types paper ballots in.
    source: Mapped[str] = mapped_column(String(10), default="phone", server_default=text("'phone'"))
    #: When it arrived (UTC).
    cast_at: Mapped[datetime] = mapped_column(UtcMoment)


class BallotEntry(Base):
    """What one ballot says of one need. A need without a row was left unsorted."""

    __tablename__ = "ballot_entry"
    __table_args__ = (
        CheckConstraint(f"sort IN {SORTS}", name="sort"),
        CheckConstraint("position IS NULL OR (position BETWEEN 1 AND 10 AND sort = 'must')", name="position"),
        CheckConstraint("n_workers IS NULL OR n_workers BETWEEN 0 AND 100000", name="n_workers"),
        CheckConstraint(f"required_level IS NULL OR required_level IN {LEVELS}", name="required_level"),
        CheckConstraint(f"attendance IS NULL OR attendance IN {ATTENDANCES}", name="attendance"),
    )
    #: The ballot.
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    #: The need.
    need_id: Mapped[int] = mapped_column(ForeignKey("skill_need.id"), primary_key=True)
    #: One of SORTS; dont_know means that the need is not compared.
    sort: Mapped[str] = mapped_column(String(10))
    #: Place in the voter's own top k, 1 best, ties share a number; NULL when not among them.
    position: Mapped[int | None]
    #: Workers to train within 12 months; NULL when not said.
    n_workers: Mapped[int | None]
    #: Level that the voter needs; NULL when not said.
    required_level: Mapped[str | None] = mapped_column(String(10))
    #: When and how workers could attend; NULL when not said.
    attendance: Mapped[str | None] = mapped_column(String(10))


class BallotPrinting(Base):
    """A batch of paper ballots that was printed for a meeting: what stands on the sheets, and where."""

    __tablename__ = "ballot_printing"
    __table_args__ = (
        CheckConstraint(f"voice IN {VOICES}", name="voice"),
        CheckConstraint("n_sheets BETWEEN 1 AND 999", name="n_sheets"),
        CheckConstraint("k BETWEEN 3 AND 10", name="k"),
    )
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The meeting.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: Round of voting that the sheets are for, from 1.
    round_number: Mapped[int]
    #: Code that stands in the corners of every sheet.
    code: Mapped[str] = mapped_column(String(12), unique=True)
    #: One of VOICES.
    voice: Mapped[str] = mapped_column(String(10))
    #: Sheets are numbered from 1 to this.
    n_sheets: Mapped[int]
    #: Paper, "letter" or "a4".
    paper: Mapped[str] = mapped_column(String(10))
    #: How many needs can be put in order on it.
    k: Mapped[int]
    #: Which distances the sheets were laid out with, survey.sheet_layout.LAYOUT_VERSION.
    layout_version: Mapped[int]
    #: The needs as printed, in the order of the list: code, area, title.
    needs: Mapped[list[dict[str, Any]]]
    #: When it was made (UTC).
    printed_at: Mapped[datetime] = mapped_column(UtcMoment)


class ScannedPage(Base):
    """A page of a paper ballot that was read off a picture and waits for a person to confirm it; then it is deleted."""

    __tablename__ = "scanned_page"
    __table_args__ = (UniqueConstraint("printing_id", "sheet_number", "page_number"),)
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The printing that the sheet is from.
    printing_id: Mapped[int] = mapped_column(ForeignKey("ballot_printing.id"), index=True)
    #: Number of the sheet in its printing, from 1.
    sheet_number: Mapped[int]
    #: Number of the page in its sheet, from 1.
    page_number: Mapped[int]
    #: What was read, row by row: code, marked and doubtful bubbles from the left, whether the row was found.
    marks: Mapped[list[dict[str, Any]]]
    #: The straightened page, JPEG.
    picture: Mapped[bytes]
    #: When it was read (UTC).
    read_at: Mapped[datetime] = mapped_column(UtcMoment)


class UnreadPicture(Base):
    """A picture that could not be read as a page of a ballot, kept until a person has seen why."""

    __tablename__ = "unread_picture"
    #: Row number.
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The meeting at whose desk it was chosen.
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: Name of the file, with the page of a PDF.
    label: Mapped[str] = mapped_column(String(300))
    #: Why it could not be read, and what to do.
    reason: Mapped[str] = mapped_column(Text)
    #: The picture made small, JPEG; NULL when the file could not be opened.
    picture: Mapped[bytes | None]
    #: When it was chosen (UTC).
    read_at: Mapped[datetime] = mapped_column(UtcMoment)
