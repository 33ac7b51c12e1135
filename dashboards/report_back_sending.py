"""Say when people can be sent for one need, and to which courses. Plain data in, sentences out.

A reader sees the seats of its own firm. Of other firms it learns no more than that the college begins a section: not
who, not how many, never what is taught at another plant, and nothing at all while a single other firm stands behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.report_back import Coverage, Place, RevisionNote, Sending
from dashboards.wording import day
from review.wording import counted
from training.pooling import Section
from training.records import CohortRow, RequestRow

#: Other firms that must stand behind a section before anybody else hears of it: one alone would be told on.
FEWEST_OTHER_FIRMS = 2
#: Matching courses that are named beside a need.
N_COURSES = 2
TIMES = {"days": "by day", "evenings": "in the evening", "weekends": "at weekends"}


@dataclass(frozen=True)
class OfferedCourse:
    """A course that teaches a need, as the newest catalog prints it."""

    college_code: str
    place: Place
    delivery: tuple[str, ...]
    #: None when the catalog does not say.
    last_offered_on: date | None
    is_noncredit: bool

    @property
    def key(self) -> tuple[str, str]:
        """Return the codes of its college and itself."""
        return self.college_code, self.place.code


@dataclass(frozen=True)
class Training:
    """The training of a partnership, and which part of it is the reader's own."""

    today: date
    #: The own firm; None where the reader may be of any firm or of none, and sees no seats.
    reader_id: int | None
    cohorts: Sequence[CohortRow]
    requests: Sequence[RequestRow]
    sections: Sequence[Section]

    def is_told(self, organisation_ids: Collection[int]) -> bool:
        """Say whether enough other firms stand behind a section; an unknown reader may be one of them."""
        unknown = self.reader_id is None
        return len(set(organisation_ids) - {self.reader_id}) >= FEWEST_OTHER_FIRMS + unknown

    def is_at_plant(self, cohort: CohortRow) -> bool:
        """Say whether a cohort meets at a firm's own plant."""
        places = {request.id: request.content.place for request in self.requests}
        return any(places.get(seats.request_id, "plant") == "plant" for seats in cohort.seats)


def sending(
    *,
    need_code: str,
    courses: Sequence[OfferedCourse],
    revised: Sequence[RevisionNote],
    open_requests: Sequence[RevisionNote],
    now: Coverage | None,
    training: Training,
) -> Sending:
    """Return when people can be sent for a need: a dated section, else the course itself, else the next step."""
    by_key = {
        (note.college_code, note.course_code): Place(note.course_code, note.course_title, note.college_name)
        for note in revised
        if note.college_code and note.course_code
    } | {course.key: course.place for course in courses}
    keys = set(by_key)
    dated = list(_cohort_lines(training, need_code=need_code, keys=keys, places=by_key))
    asked = list(_request_lines(training, need_code=need_code, keys=keys))
    places = [place for _line, place in dated if place]
    lines = [*(line for line, _place in dated), *asked]
    if courses and not places:
        lines += [_course_words(course) for course in courses[:N_COURSES]]
    places += [course.place for course in courses]
    if not courses and revised:
        lines += [
            f"{note.course}, {note.college_name}, as revised: ask the college when it begins." for note in revised
        ]
        places += [Place(note.course_code, note.course_title, note.college_name) for note in revised]
    if not places:
        lines.append(f"Nothing yet. The next step: {next_step(now, open_requests=open_requests)}")
    return Sending(tuple(lines), tuple(dict.fromkeys(places)), is_dated=any(place for _line, place in dated))


def _cohort_lines(
    training: Training, *, need_code: str, keys: Collection[tuple[str, str]], places: Mapping[tuple[str, str], Place]
) -> Iterator[tuple[str, Place | None]]:
    """Yield what is said of each cohort for the need or a course of it, the earliest first, and where people can go."""
    for cohort in sorted(training.cohorts, key=lambda each: (each.starts_on, each.id)):
        key = cohort.college_code, cohort.course_code
        if cohort.need_code != need_code and key not in keys:
            continue
        place = places.get(key) or Place(cohort.course_code, cohort.title, cohort.college_name)
        own = sum(seats.n_seats for seats in cohort.seats if seats.organisation_id == training.reader_id)
        if own:
            yield from _own_lines(cohort, n_seats=own, place=place, reader_id=training.reader_id)
        elif _is_open_to_others(cohort, training=training):
            free = places.get(key) or Place(cohort.course_code or "a section", "", cohort.college_name)
            yield f"A section begins on {day(cohort.starts_on)}: {free.words}. Ask the convener for seats.", free


def _own_lines(
    cohort: CohortRow, *, n_seats: int, place: Place, reader_id: int | None
) -> Iterator[tuple[str, Place | None]]:
    seats = counted(n_seats, "seat")
    if cohort.state == "confirmed":
        yield f"You have {seats} in {cohort.title}, {cohort.college_name}, from {day(cohort.starts_on)}.", place
    elif cohort.state == "running":
        yield f"You have {seats} in {cohort.title}, {cohort.college_name}, until {day(cohort.ends_on)}.", place
    elif cohort.state == "completed":
        done = sum(each.n_completed or 0 for each in cohort.seats if each.organisation_id == reader_id)
        yield f"{done} of your people completed {cohort.title}, {cohort.college_name}.", None


def _is_open_to_others(cohort: CohortRow, *, training: Training) -> bool:
    return (
        cohort.state == "confirmed"
        and cohort.starts_on > training.today
        and training.is_told([seats.organisation_id for seats in cohort.seats])
        and not training.is_at_plant(cohort)
    )


def _request_lines(training: Training, *, need_code: str, keys: Collection[tuple[str, str]]) -> Iterator[str]:
    """Yield what the reader has asked for, and where other firms gather."""
    own = [
        request
        for request in training.requests
        if request.is_open
        and request.organisation_id == training.reader_id
        and _is_about(request.content.subject, need_code=need_code, keys=keys)
    ]
    for request in own:
        seats = counted(request.content.n_workers, "seat")
        asked = f"You asked for {seats} on {day(request.asked_at)}"
        yield f"{asked}; a section begins once enough people have come together."
    if not own:
        times = {
            section.times
            for section in training.sections
            if section.place != "plant"
            and training.is_told([wish.organisation_id for wish in section.wishes])
            and _is_about(section.subject, need_code=need_code, keys=keys)
        }
        for time in sorted(times):
            yield f"Firms are gathering for a section {TIMES[time]}. Ask for seats, and it can begin sooner."


def _is_about(subject: str, *, need_code: str, keys: Collection[tuple[str, str]]) -> bool:
    return subject == f"need:{need_code}" or subject in {f"course:{college}:{code}" for college, code in keys}


def _course_words(course: OfferedCourse) -> str:
    """Say where the course is and when it was last offered, as far as the catalog tells."""
    facts = [", ".join(course.delivery)] if course.delivery else []
    if course.is_noncredit:
        facts.append("gives no credit")
    last = course.last_offered_on
    facts.append(f"last offered in {last:%B %Y}" if last else "the catalog gives no date")
    return f"{course.place.code} {course.place.title}, {course.place.college_name}: {'; '.join(facts)}."


def next_step(now: Coverage | None, *, open_requests: Sequence[RevisionNote]) -> str:
    """Say who does what next for a need without a course to send people to."""
    if open_requests:
        note = open_requests[0]
        what = f"the new course {note.course}" if note.is_new_course else f"the revision of {note.course}"
        return {
            "proposed": f"{note.college_name} takes {what} to its committee.",
            "with_committee": f"the committee of {note.college_name} decides on {what}.",
            "approved": f"{note.college_name} prints {what} in its next catalog.",
        }[note.state]
    if now is None:
        return "the convener compares the list with the colleges’ catalogs."
    if now.best is None:
        return "a college plans a new course; none of the region teaches it."
    course = f"{now.best.course_code} {now.best.course_title}"
    if now.obstacle:
        return f"{now.best.college_name} is asked about {course}. {now.obstacle}"
    return f"{now.best.college_name} revises {course}, which comes near."
