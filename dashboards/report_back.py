"""“You said, we did”: what an employer ranked, what the colleges had, what changed since, when people can be sent.

Plain data and its words. Whatever stands here may be read by the one organisation that it was put together for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.wording import day, sentence
from review.records import CourseLink, RunRow
from review.revision_states import STATE_WORDS
from review.wording import counted, listed
from survey.queries import MeetingRow

#: States of a revision request that an employer is told of: a draft is nobody's promise yet.
TOLD_STATES = ("proposed", "with_committee", "approved", "in_catalog", "declined")
#: Requests that have not changed a course, in the words behind their number.
WITHOUT_CHANGE = {
    "proposed": ("is proposed to its college", "are proposed to their colleges"),
    "with_committee": ("is with the committee", "are with the committee"),
    "approved": ("is approved and waits for the next catalog", "are approved and wait for the next catalog"),
    "declined": ("was declined", "were declined"),
}
#: Tiers of the ranking in words.
TIER_WORDS = {1: "critical", 2: "high", 3: "medium", 4: "low"}
#: Courses that the opening names before it counts the rest.
N_NAMED = 2


@dataclass(frozen=True)
class Wish:
    """One line of an organisation's own order."""

    code: str
    title: str
    #: Place in its own order, 1 best, ties share a number; None for a must-have that it did not put in order.
    place: int | None


@dataclass(frozen=True)
class OwnBallot:
    """What one organisation said at one meeting."""

    meeting: MeetingRow
    round_number: int
    #: "counted", "waiting" (for a batch of new ballots), "replaced" (a newer one speaks for it) or "beside" (not an
    #: employer’s, so that the ranking never counts it).
    standing: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True)
class Coverage:
    """What a run says of one need."""

    #: "covered", "revise" or "gap".
    verdict: str
    #: What keeps it from being covered, in words; empty when nothing but a revision does.
    obstacle: str
    #: The best related course; None when there is none.
    best: CourseLink | None


@dataclass(frozen=True)
class RevisionNote:
    """A request to revise a course, or to add one, as an employer is told of it."""

    need_title: str
    college_name: str
    course_code: str
    course_title: str
    is_new_course: bool
    #: One of TOLD_STATES.
    state: str
    #: Day of its latest step.
    on: date
    #: The edition that prints it: its label and number; empty when none was read or it does not.
    edition: str = ""
    #: Empty where it is not known.
    college_code: str = ""

    @property
    def course(self) -> str:
        """Name the course with its code, as far as it has one."""
        return f"{self.course_code} {self.course_title}".strip()


@dataclass(frozen=True)
class Place:
    """A course to which people can be sent."""

    code: str
    title: str
    college_name: str

    @property
    def words(self) -> str:
        """Name it with its college."""
        return f"{f'{self.code} {self.title}'.strip()} ({self.college_name})"


@dataclass(frozen=True)
class Sending:
    """When and where people can be sent for one need."""

    #: Sentences, the most definite first.
    lines: tuple[str, ...]
    #: Where they can be sent; empty while there is nothing.
    places: tuple[Place, ...] = ()
    #: Whether the first of these has a first day.
    is_dated: bool = False

    @property
    def is_possible(self) -> bool:
        """Say whether people can be sent anywhere."""
        return bool(self.places)


@dataclass(frozen=True)
class NeedReport:
    """One need: how it was ranked, what the colleges had, what changed, and when people can be sent."""

    code: str
    title: str
    #: Place in the own order; None in the region's report, and for a must-have without a place.
    place: int | None
    #: The room's tier, 1 critical … 4 low; None while no ranking is published, or when too few compared the need.
    tier: int | None
    #: By the first run after the meeting; None while there is none.
    had: Coverage | None
    #: By the newest run.
    now: Coverage | None
    revisions: tuple[RevisionNote, ...]
    #: Courses whose verdict a curriculum reviewer has confirmed or changed.
    n_reviewed: int
    sending: Sending

    @property
    def has_turned(self) -> bool:
        """Say whether the newest run judges the need otherwise than the first."""
        return self.had is not None and self.now is not None and self.had.verdict != self.now.verdict

    @property
    def changes(self) -> tuple[str, ...]:
        """Say what changed since, the news first."""
        reviewed = (
            (f"A curriculum reviewer has checked {counted(self.n_reviewed, 'course')} for it.",)
            if self.n_reviewed
            else ()
        )
        return (*(revision_words(note) for note in self.revisions), *reviewed)


@dataclass(frozen=True)
class Report:
    """What became of a ranking: of one organisation's own, or of the region's."""

    #: Name of the organisation; the partnership's in the region's report.
    name: str
    meeting: MeetingRow
    needs: tuple[NeedReport, ...]
    first_run: RunRow | None
    latest_run: RunRow | None
    #: Why the room's tiers are missing; empty when they are shown.
    withheld: str = ""
    #: The ballot behind it; None in the region's report.
    ballot: OwnBallot | None = None

    @property
    def revisions(self) -> tuple[RevisionNote, ...]:
        """Return every revision once, whatever number of needs it stands beside."""
        return tuple(dict.fromkeys(note for need in self.needs for note in need.revisions))

    @property
    def n_ordered(self) -> int:
        """Count the needs that stand in the own order."""
        return sum(need.place is not None for need in self.needs)

    def n_had(self, verdict: str) -> int:
        """Count the needs that the first run judged so."""
        return sum(need.had is not None and need.had.verdict == verdict for need in self.needs)


@dataclass(frozen=True)
class NothingYet:
    """Why there is no report, and what comes next."""

    name: str
    #: "no_vote" or "not_revealed".
    reason: str
    title: str
    text: str


@dataclass(frozen=True)
class TrainingFigure:
    """A count of training that the region may see."""

    #: None while fewer than five firms stand behind it.
    n: int | None
    words: str


@dataclass(frozen=True)
class RegionReport:
    """The region's report, and what only the region has."""

    #: Of the needs in the room's best tier.
    report: Report
    #: Employers whose ballots the published ranking counts.
    n_employers: int
    #: Needs of lower tiers for which something has changed or is under way.
    others: tuple[NeedReport, ...]
    #: Of all ranked needs, how many the first and the newest run judged "covered", "revise" and "gap".
    n_had: Mapping[str, int]
    n_now: Mapping[str, int]
    #: Every request of the region that is told of.
    notes: tuple[RevisionNote, ...]
    training: tuple[TrainingFigure, ...] = ()

    @property
    def n_by_state(self) -> tuple[tuple[str, int], ...]:
        """Count the requests by state, in the order of their way, in words."""
        counts = Counter(note.state for note in self.notes)
        return tuple((STATE_WORDS[state], counts[state]) for state in TOLD_STATES if counts[state])

    @property
    def changed(self) -> tuple[RevisionNote, ...]:
        """Return the courses that changed."""
        return tuple(note for note in self.notes if note.state == "in_catalog")

    @property
    def listed(self) -> tuple[NeedReport, ...]:
        """Return the needs that the report lists."""
        return (*self.report.needs, *self.others)


def nothing_yet(name: str, *, unrevealed: str = "", planned: MeetingRow | None = None) -> NothingYet:
    """Say why an organisation has no report: it voted and waits for the reveal, or it has not voted."""
    if unrevealed:
        text = "Your ballot is safe. As soon as the convener shows the ranking, this page says what becomes of it."
        return NothingYet(name, "not_revealed", f"The ranking of {unrevealed} is not shown yet", text)
    text = "This page follows what an organisation ranks at a meeting, and there is no ballot in its name so far."
    if planned:
        place = f", {planned.place}" if planned.place else ""
        text += f" The next meeting is {planned.title}, {day(planned.held_on)}{place}."
    else:
        text += " The convener says when the next meeting is."
    return NothingYet(name, "no_vote", f"{name} has not voted yet", text)


def opening(report: Report) -> tuple[str, str, str]:
    """Say in three sentences (or a few more) what was ranked, what changed, and where people can be sent."""
    return _ranked_words(report), since_words(report.needs, report.revisions), _sending_words(report)


def region_opening(region: RegionReport) -> tuple[str, str, str]:
    """Say the same of the region: what the room put first, what changed anywhere, and where firms can send people."""
    ranked, _since, places = opening(region.report)
    return ranked, since_words(region.listed, region.notes), places


def _ranked_words(report: Report) -> str:
    n = len(report.needs)
    if report.ballot is None:
        tier = TIER_WORDS.get(report.needs[0].tier or 0, "") if report.needs else ""
        ranked = f"Employers put {counted(n, 'skill')} first{f' ({tier})' if tier else ''}."
    elif report.n_ordered:
        ranked = f"You ranked {counted(n, 'skill')}."
    elif n:
        ranked = f"You marked {counted(n, 'skill')} as a must-have and put none in order."
    else:
        return "You ranked no skill on your ballot."
    return f"{ranked} {had_words(report)}".strip()


def had_words(report: Report) -> str:
    """Say how many of the needs the colleges taught when the first run compared them."""
    if report.first_run is None:
        return "They have not been compared with the colleges’ courses yet."
    n_covered, n_near, n_none = (report.n_had(word) for word in ("covered", "revise", "gap"))
    how_many = "all" if n_covered == len(report.needs) else str(n_covered or "none")
    parts = [f"taught {how_many} of them"]
    if n_near:
        parts.append(f"came near with a course for {n_near}")
    if n_none:
        parts.append(f"had nothing that workers can take for {n_none}")
    return f"Colleges {listed(parts)}."


def since_words(needs: Sequence[NeedReport], notes: Sequence[RevisionNote]) -> str:
    """Say how many courses changed since, what that did, and what is under way."""
    revised = sum(note.state == "in_catalog" and not note.is_new_course for note in notes)
    added = sum(note.state == "in_catalog" and note.is_new_course for note in notes)
    turned = sum(need.has_turned and need.now is not None and need.now.verdict == "covered" for need in needs)
    lost = sum(need.has_turned and need.had is not None and need.had.verdict == "covered" for need in needs)
    news = [
        *([f"{counted(revised, 'course')} {'was' if revised == 1 else 'were'} revised"] if revised else []),
        *([f"{counted(added, 'new course')} {'was' if added == 1 else 'were'} added"] if added else []),
        *([f"{counted(turned, 'more skill')} {'is' if turned == 1 else 'are'} taught"] if turned else []),
        *([f"{counted(lost, 'skill')} {'is' if lost == 1 else 'are'} no longer taught"] if lost else []),
    ]
    waiting = under_way_words(notes)
    if news:
        return f"Since then {listed(news)}.{' ' + waiting if waiting else ''}"
    return f"Nothing has changed yet.{' ' + waiting if waiting else ''}"


def under_way_words(notes: Sequence[RevisionNote]) -> str:
    """Say how many requests are on their way or were declined; empty when none is."""
    by_state = Counter(note.state for note in notes)
    said = [
        f"{counted(by_state[state], 'request')} {words[by_state[state] > 1]}"
        for state, words in WITHOUT_CHANGE.items()
        if by_state[state]
    ]
    return sentence(f"{listed(said)}.") if said else ""


def _sending_words(report: Report) -> str:
    possible = [need.sending for need in report.needs if need.sending.is_possible]
    definite_first = sorted(possible, key=lambda found: not found.is_dated)
    places = list(dict.fromkeys(found.places[0] for found in definite_first))
    n_needs = len(possible)
    who = "Firms" if report.ballot is None else "You"
    if not places:
        return f"There is no course yet to which {who.lower()} can send people." if report.needs else ""
    named = [place.words for place in places[:N_NAMED]]
    n_more = len(places) - len(named)
    rest = [counted(n_more, "more course")] if n_more else []
    n_all = len(report.needs)
    how_many = "it" if n_all == 1 else f"all {n_all}" if n_needs == n_all else f"{n_needs} of the {n_all}"
    return f"{who} can send people for {how_many}: to {listed([*named, *rest])}."


def revision_words(note: RevisionNote) -> str:
    """Say in one sentence what became of a request."""
    since = f"since {day(note.on)}"
    what = f"the new course {note.course}" if note.is_new_course else note.course
    if note.state == "in_catalog":
        done = f"{note.college_name} {'added' if note.is_new_course else 'revised'} {note.course}"
        return f"{done}: printed in {note.edition}." if note.edition else f"{done}: in the catalog {since}."
    if note.state == "approved":
        return f"{sentence(what)} is approved at {note.college_name} {since}; the next catalog should print it."
    if note.state == "with_committee":
        return f"{sentence(_wished(note))} is with the committee of {note.college_name} {since}."
    if note.state == "declined":
        return f"{note.college_name} declined {_wished(note)} on {day(note.on)}."
    return f"{sentence(_wished(note))} is proposed to {note.college_name} {since}."


def _wished(note: RevisionNote) -> str:
    return f"the new course {note.course}" if note.is_new_course else f"the revision of {note.course}"


def standing_words(ballot: OwnBallot) -> str:
    """Say when the ranking does not count the ballot; empty when it does."""
    return {
        "waiting": "Your newest ballot waits: the room’s ranking takes new ballots in only a few at a time, so that "
        "nobody can work out a single one.",
        "replaced": "A newer ballot of your organisation counts in the room’s ranking instead of this one.",
        "beside": "The room’s ranking comes from the employers’ ballots alone; other voices stand beside it.",
    }.get(ballot.standing, "")


def basis_words(report: Report) -> str:
    """Say which comparisons the report rests on."""
    first, latest = report.first_run, report.latest_run
    if first is None or latest is None:
        return "No comparison with the colleges’ catalogs has been made since the meeting."
    compared = f"What the colleges had: run {first.id} of {day(first.made_at)}, {counted(first.n_courses, 'course')}."
    if latest.id == first.id:
        return f"{compared} The catalogs have not been compared again since; a new run shows what has changed."
    return f"{compared} What they have now: run {latest.id} of {day(latest.made_at)}."
