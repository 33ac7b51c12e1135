"""Put together what a filled course guide form says of a revision request. Plain data for every kind of file."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from review.overlap import listed_elements
from review.revision_differences import Row
from review.revision_records import RequestRow, figure_words
from review.revision_wording import MOST_DESCRIPTION_WORDS, MOST_OUTCOMES, doubts, n_words
from review.what_if import Effect, Quote, WhatIf
from review.wording import TIER_WORDS, VERDICT_WORDS, counted, day
from survey import queries as survey_queries
from survey.queries import PublishedRanking

T = TypeVar("T")
#: Control characters but for the ends of lines.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
#: Tick box to the part of the OLD/NEW table that ticks it; a new course ticks its own box only.
_BOXES = (
    ("Course title", "Title"),
    ("Credits", "Credits"),
    ("Contact hours", "Clock hours"),
    ("Catalog description", "Description"),
    ("Competencies", "Outcome"),
    ("Prerequisites", "Prerequisites"),
)
#: Who signs, as course guides ask.
SIGNERS = ("Proposed by", "Department or program lead", "Curriculum committee", "Academic dean")
#: Needs that the form lists besides its own.
N_OTHER_NEEDS = 8


@dataclass(frozen=True)
class Judgement:
    """One line of what the change does for a need."""

    need: str
    tier: str
    #: "match", "revise", "unrelated" or "unknown": the course for this need.
    before: str
    after: str
    coverage: str
    #: "covered", "revise" or "gap": the need in the region.
    need_before: str
    need_after: str


@dataclass(frozen=True)
class CourseGuide:
    """A filled course guide form."""

    number: int
    heading: str
    subtitle: str
    #: What stands at the foot of every page.
    foot: str
    boxes: tuple[tuple[str, bool], ...]
    facts: tuple[tuple[str, str], ...]
    description: str
    description_words: str
    competencies: tuple[str, ...]
    competency_words: str
    rows: tuple[Row, ...]
    reason: str
    votes: tuple[tuple[str, str], ...]
    need_title: str
    elements: tuple[str, ...]
    #: Number of an element, from 1, the sentence of the new text that proves it, and whether it is new.
    quotes: tuple[Quote, ...]
    still_missing: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    what_if: str
    doubts: tuple[str, ...]
    signers: tuple[str, ...]


def course_guide(session: Session, *, row: RequestRow, effects: WhatIf, today: date) -> CourseGuide:
    """Return the form of a request as it stands today."""
    return printable(_filled(session, row=row, effects=effects, today=today))


def printable(value: T) -> T:
    """Return plain data with a space for each character that no document can hold, such as an old Word tab."""
    made: Any = value
    if isinstance(value, str):
        made = _UNPRINTABLE.sub(" ", value)
    elif isinstance(value, tuple):
        made = tuple(map(printable, value))
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{part.name: printable(getattr(value, part.name)) for part in fields(value)})
    return cast(T, made)


def _filled(session: Session, *, row: RequestRow, effects: WhatIf, today: date) -> CourseGuide:
    own = effects.effect(row.need.code)
    course = f"{row.course_code} {row.text.title}".strip()
    return CourseGuide(
        number=row.id,
        heading="Course guide: new course" if row.is_new_course else "Course guide: course revision",
        subtitle=f"{course} · {row.college_name}",
        foot=f"Skillshed · Revision request {row.id} · {row.run.mark} · {day(today)}",
        boxes=_boxes(row),
        facts=_facts(row, today=today),
        description=row.text.description,
        description_words=f"{counted(n_words(row.text.description), 'word')} of at most {MOST_DESCRIPTION_WORDS}",
        competencies=row.text.outcomes,
        competency_words=f"{len(row.text.outcomes)} of at most {MOST_OUTCOMES}",
        rows=row.rows(),
        reason=row.text.reason,
        votes=votes(session, row=row),
        need_title=row.need.title,
        elements=listed_elements(row.need),
        quotes=own.quotes if own else (),
        still_missing=own.missing if own else listed_elements(row.need),
        judgements=tuple(map(_judgement, _shown_effects(row, effects))),
        what_if=effects.summary,
        doubts=tuple(d.words for d in doubts(description=row.text.description, outcomes=row.text.outcomes)),
        signers=SIGNERS,
    )


def _boxes(row: RequestRow) -> tuple[tuple[str, bool], ...]:
    changed = frozenset() if row.is_new_course else row.changed_parts
    return (("New course", row.is_new_course), *((label, part in changed) for label, part in _BOXES))


def _facts(row: RequestRow, *, today: date) -> tuple[tuple[str, str], ...]:
    text = row.text
    return (
        ("College", row.college_name),
        ("Course prefix and number", row.course_code or "to be given by the college"),
        ("Course title", text.title),
        ("Credits", figure_words(text.credits) or "not stated"),
        ("Contact hours", figure_words(text.clock_hours) or "not stated"),
        ("Prerequisites", text.prerequisites or "none stated"),
        ("Status of the request", f"{row.state_words}, {day(today)}"),
    )


def votes(session: Session, *, row: RequestRow) -> tuple[tuple[str, str], ...]:
    """Return the vote evidence, as far as the meeting's ranking may be shown."""
    run = row.run
    about = (("Skill need", f"{row.need.title} ({row.need.code})"),)
    basis = (
        ("Match run", f"Run {run.id} of {day(run.made_at)}, matcher {run.engine_version}"),
        ("Digest of its input", run.digest),
    )
    if run.meeting_id is None:
        return (*about, ("Employers’ vote", "This run rests on no ranking; no vote orders the needs."), *basis)
    ranking = survey_queries.published_ranking(session, meeting_id=run.meeting_id)
    meeting = survey_queries.meeting(session, meeting_id=run.meeting_id, partnership_id=run.partnership_id)
    held = f"{run.meeting_title}, {day(meeting.held_on)}" if meeting else run.meeting_title
    if not isinstance(ranking, PublishedRanking):
        return (*about, ("Meeting", held), ("Employers’ vote", ranking.text), *basis)
    found = next((need for need in ranking.needs if need.code == row.need.code), None)
    priority = "Fewer than five employers compared this need."
    place = ""
    if found is not None and found.position is not None and found.tier is not None:
        priority = f"Tier {found.tier} of 4 ({TIER_WORDS[found.tier].lower()})"
        place = f"{found.position} of {len(ranking.needs)}, plausible places {found.rank_low} to {found.rank_high}"
    return (
        *about,
        ("Meeting", held),
        ("Employers that voted", f"{ranking.n_employers}"),
        ("Priority", priority),
        *((("Place in the ranking", place),) if place else ()),
        *basis,
    )


def _shown_effects(row: RequestRow, effects: WhatIf) -> list[Effect]:
    """Return the effect on the request's own need first, then the needs for which something changes."""
    own = effects.effect(row.need.code)
    others = [effect for effect in effects.changed if effect.need.code != row.need.code]
    return [*([own] if own else []), *others[:N_OTHER_NEEDS]]


def _judgement(effect: Effect) -> Judgement:
    tier = effect.need.tier
    return Judgement(
        need=effect.need.title,
        tier=f"{tier} {TIER_WORDS[tier].lower()}" if tier else "not ranked",
        before=effect.before,
        after=effect.after,
        coverage=f"{len(effect.covered_before)} → {len(effect.covered_after)} of {effect.n_elements}",
        need_before=effect.need_before,
        need_after=effect.need_after,
    )


def verdict_words(word: str) -> str:
    """Return a verdict as files print it: shape and word."""
    shapes = {"match": "●", "covered": "●", "revise": "◐", "gap": "○", "unrelated": "·", "unknown": "?"}
    return f"{shapes[word]} {VERDICT_WORDS[word]}"
