"""Put together what became of a ranking, for one organisation or for the region. Plain rows only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.queries import OrganisationRow, PartnershipRow
from catalog import queries as catalog_queries
from catalog.queries import CourseText
from dashboards.report_back import (
    TOLD_STATES,
    Coverage,
    NeedReport,
    NothingYet,
    OwnBallot,
    Place,
    RegionReport,
    Report,
    RevisionNote,
    TrainingFigure,
    Wish,
    nothing_yet,
)
from dashboards.report_back_sending import OfferedCourse, Training, sending
from review import queries as review_queries
from review import revision_queries, settling
from review.records import RevisionRow, RunNeedRow, RunRow, SettledPair
from review.revision_records import RequestRow
from review.wording import KIND_WORDS
from survey import queries as survey_queries
from survey.disclosure import CastBallot, latest_ballots
from survey.published import cast_ballots, shown_round
from survey.queries import MeetingRow, PublishedRanking, RankingWithheld, ReceiptRow
from training import queries as training_queries
from training.wording import MEASURE_WORDS

#: Voices in which an organisation may have spoken, by its kind, the weightier first. A union's ballot is never an
#: employer's, even where both carry one name.
VOICES: Mapping[str, tuple[str, ...]] = {"employer": ("employer", "observer"), "union": ("union", "observer")}
#: Reasons for which workers cannot take a matching course as it is given now.
BLOCKED = frozenset(KIND_WORDS) - {"nowhere", "only_noncredit"}


class Basis:
    """Read what all reports of a partnership rest on, each part once."""

    def __init__(self, session: Session, *, partnership_id: int, today: date) -> None:
        self.session = session
        self.partnership_id = partnership_id
        self.today = today
        self._needs: dict[int, dict[str, RunNeedRow]] = {}
        self._pairs: dict[int, dict[str, list[SettledPair]]] = {}
        self._rankings: dict[tuple[int, int], PublishedRanking | RankingWithheld] = {}

    @cached_property
    def meetings(self) -> Sequence[MeetingRow]:
        """Return the meetings, the latest day first."""
        return survey_queries.meetings(self.session, partnership_id=self.partnership_id)

    @cached_property
    def done_runs(self) -> Sequence[RunRow]:
        """Return the done runs, oldest first."""
        runs = review_queries.runs(self.session, partnership_id=self.partnership_id)
        return [run for run in reversed(runs) if run.state == "done"]

    def run_needs(self, run: RunRow) -> Mapping[str, RunNeedRow]:
        """Return a run's needs by code."""
        if run.id not in self._needs:
            self._needs[run.id] = {need.code: need for need in review_queries.run_needs(self.session, run_id=run.id)}
        return self._needs[run.id]

    def pairs(self, run: RunRow) -> Mapping[str, list[SettledPair]]:
        """Return a run's settled pairs by need."""
        if run.id not in self._pairs:
            grouped: dict[str, list[SettledPair]] = defaultdict(list)
            for pair in review_queries.settled_pairs(self.session, run_id=run.id):
                grouped[pair.need_code].append(pair)
            self._pairs[run.id] = grouped
        return self._pairs[run.id]

    def ranking(self, meeting: MeetingRow, *, round: int) -> PublishedRanking | RankingWithheld:
        """Return a round's published ranking, or why it is withheld."""
        key = meeting.id, round
        if key not in self._rankings:
            self._rankings[key] = survey_queries.published_ranking(self.session, meeting_id=meeting.id, round=round)
        return self._rankings[key]

    @cached_property
    def revisions(self) -> Sequence[RevisionRow]:
        """Return the revision requests that employers are told of, oldest first."""
        rows = review_queries.revision_rows(self.session, partnership_id=self.partnership_id)
        return [row for row in reversed(rows) if row.state in TOLD_STATES]

    @cached_property
    def notes(self) -> Mapping[int, RevisionNote]:
        """Return what is told of each request, by its number."""
        return {row.id: self._note(row) for row in self.revisions}

    def _note(self, row: RevisionRow) -> RevisionNote:
        steps = [step.at for step in row.steps if step.state == row.state]
        return RevisionNote(
            need_title=row.need_title,
            college_name=row.college_name,
            course_code=row.course_code,
            course_title=row.course_title,
            is_new_course=row.is_new_course,
            state=row.state,
            on=(row.done_at or (steps[-1] if steps else row.started_at)).date(),
            edition=self._edition(row) if row.state == "in_catalog" else "",
            college_code=row.college_code,
        )

    def _edition(self, row: RevisionRow) -> str:
        """Name the edition that proves a request; empty when none does."""
        request: RequestRow | None = revision_queries.request_row(
            self.session, request_id=row.id, partnership_id=self.partnership_id
        )
        adopted = [check for check in request.checks if check.is_adopted] if request else []
        return f"{adopted[-1].edition_label} (edition {adopted[-1].edition_number})" if adopted else ""

    @cached_property
    def catalog(self) -> Mapping[tuple[str, str], tuple[str, CourseText]]:
        """Return the college's name and the course of every newest catalog, by the codes of college and course."""
        editions = catalog_queries.latest_editions(self.session, partnership_id=self.partnership_id)
        return {
            (edition.college_code, course.code): (edition.college_name, course)
            for edition in editions
            for course in catalog_queries.courses(self.session, edition_id=edition.id)
        }

    @cached_property
    def training(self) -> Training:
        """Return all training as somebody without a firm sees it."""
        partnership_id = self.partnership_id
        return Training(
            today=self.today,
            reader_id=None,
            cohorts=training_queries.cohorts(self.session, partnership_id=partnership_id),
            requests=training_queries.requests(self.session, partnership_id=partnership_id),
            sections=training_queries.open_sections(self.session, partnership_id=partnership_id),
        )


def organisation_report(basis: Basis, organisation: OrganisationRow) -> Report | NothingYet:
    """Return what became of an organisation's own ballot at the newest meeting whose ranking is shown."""
    ballot, unrevealed = _own_ballot(basis, organisation)
    if ballot is None:
        planned = [
            meeting for meeting in basis.meetings if meeting.state != "closed" and meeting.held_on >= basis.today
        ]
        return nothing_yet(organisation.name, unrevealed=unrevealed, planned=planned[-1] if planned else None)
    training = replace(basis.training, reader_id=organisation.id)
    return _ballot_report(basis, organisation.name, ballot=ballot, training=training)


def handed_report(basis: Basis, organisation: OrganisationRow) -> Report | NothingYet:
    """Return what the convener may read and hand over: it starts from the room's first needs, never from the ballot."""
    own = organisation_report(basis, organisation)
    if isinstance(own, NothingYet) or own.ballot is None:
        return own
    ranking = basis.ranking(own.meeting, round=own.ballot.round_number)
    if isinstance(ranking, RankingWithheld):
        return NothingYet(
            organisation.name, "not_revealed", f"The ranking of {own.meeting.title} is not shown", ranking.text
        )
    best_tier = min((need.tier for need in ranking.needs if need.tier), default=None)
    training = replace(basis.training, reader_id=organisation.id)
    needs = tuple(
        _need_report(
            basis,
            Wish(need.code, need.title, None),
            meeting=own.meeting,
            tier=need.tier,
            runs=(own.first_run, own.latest_run),
            training=training,
        )
        for need in ranking.needs
        if need.tier == best_tier is not None
    )
    return replace(own, needs=needs, ballot=None)


def receipt_report(basis: Basis, *, meeting: MeetingRow, receipt: ReceiptRow) -> Report | NothingYet | None:
    """Return what became of the ballot that a receipt stands for; a receipt opens no training of its firm."""
    seat = survey_queries.seat(basis.session, meeting_id=meeting.id, token=receipt.seat_token)
    if seat is None:
        return None
    shown = shown_round(basis.session, meeting_id=meeting.id, round=receipt.round_number)
    if not shown.is_revealed:
        return nothing_yet(seat.organisation_name, unrevealed=meeting.title)
    cast = cast_ballots(basis.session, meeting_id=meeting.id, round=receipt.round_number)
    latest = {ballot.ballot_id for ballot in latest_ballots(cast, voice=seat.voice)}
    standing = "replaced"
    if receipt.ballot_id in latest:
        standing = _standing(receipt.ballot_id, voice=seat.voice, published_ballot_id=shown.published_ballot_id)
    ballot = OwnBallot(
        meeting=meeting,
        round_number=receipt.round_number,
        standing=standing,
        wishes=_wishes(basis.session, ballot_id=receipt.ballot_id, assessment_id=meeting.assessment_id),
    )
    return _ballot_report(basis, seat.organisation_name, ballot=ballot, training=basis.training)


def _standing(ballot_id: int, *, voice: str, published_ballot_id: int | None) -> str:
    if voice != "employer":
        return "beside"
    return "counted" if ballot_id <= (published_ballot_id or 0) else "waiting"


def _own_ballot(basis: Basis, organisation: OrganisationRow) -> tuple[OwnBallot | None, str]:
    """Return the organisation's ballot of the newest shown round, and a meeting where it waits for the reveal."""
    unrevealed = ""
    for meeting in basis.meetings:
        for number in range(meeting.round_number, 0, -1):
            cast, voice = _cast_by(basis, organisation, meeting=meeting, round=number)
            if cast is None:
                continue
            shown = shown_round(basis.session, meeting_id=meeting.id, round=number)
            if not shown.is_revealed:
                unrevealed = unrevealed or meeting.title
                continue
            return OwnBallot(
                meeting=meeting,
                round_number=number,
                standing=_standing(cast.ballot_id, voice=voice, published_ballot_id=shown.published_ballot_id),
                wishes=_wishes(basis.session, ballot_id=cast.ballot_id, assessment_id=meeting.assessment_id),
            ), ""
    return None, unrevealed


def _cast_by(
    basis: Basis, organisation: OrganisationRow, *, meeting: MeetingRow, round: int
) -> tuple[CastBallot | None, str]:
    """Return the ballot that speaks for an organisation in a round, and its voice."""
    cast = cast_ballots(basis.session, meeting_id=meeting.id, round=round)
    for voice in VOICES.get(organisation.kind, ()):
        for ballot in latest_ballots(cast, voice=voice):
            if ballot.organisation_id == organisation.id:
                return ballot, voice
    return None, ""


def _wishes(session: Session, *, ballot_id: int, assessment_id: int) -> tuple[Wish, ...]:
    """Return a ballot's own order, best first; its must-haves where it put none in order."""
    listed = survey_queries.needs(session, assessment_id=assessment_id, with_withdrawn=True)
    titles = {need.code: need.title for need in listed}
    entries = survey_queries.ballot_entries(session, ballot_id=ballot_id)
    ordered = [entry for entry in entries if entry.position is not None]
    chosen = sorted(ordered, key=lambda entry: entry.position or 0) or [e for e in entries if e.sort == "must"]
    return tuple(Wish(entry.need_code, titles[entry.need_code], entry.position) for entry in chosen)


def _ballot_report(basis: Basis, name: str, *, ballot: OwnBallot, training: Training) -> Report:
    ranking = basis.ranking(ballot.meeting, round=ballot.round_number)
    tiers = {need.code: need.tier for need in ranking.needs} if isinstance(ranking, PublishedRanking) else {}
    first, latest = _runs_since(basis, ballot.meeting)
    return Report(
        name=name,
        meeting=ballot.meeting,
        needs=tuple(
            _need_report(
                basis, wish, meeting=ballot.meeting, tier=tiers.get(wish.code), runs=(first, latest), training=training
            )
            for wish in ballot.wishes
        ),
        first_run=first,
        latest_run=latest,
        withheld=ranking.text if isinstance(ranking, RankingWithheld) else "",
        ballot=ballot,
    )


def _runs_since(basis: Basis, meeting: MeetingRow) -> tuple[RunRow | None, RunRow | None]:
    """Return the first and the newest done run that knew the meeting, or that were made after it on the same needs."""
    since = meeting.revealed_at or meeting.opened_at
    asked = {
        need.code: need.title
        for need in survey_queries.needs(basis.session, assessment_id=meeting.assessment_id, with_withdrawn=True)
    }
    fitting = [
        run
        for run in basis.done_runs
        if run.meeting_id == meeting.id
        or (
            since is not None
            and run.made_at >= since
            and any(_need_of(basis, run, Wish(code, title, None), meeting=meeting) for code, title in asked.items())
        )
    ]
    return (fitting[0], fitting[-1]) if fitting else (None, None)


def _need_of(basis: Basis, run: RunRow, wish: Wish, *, meeting: MeetingRow) -> RunNeedRow | None:
    """Return the run's need of this code, unless another list uses the code for something else."""
    found = basis.run_needs(run).get(wish.code)
    is_same = found is not None and (run.assessment_id == meeting.assessment_id or found.title == wish.title)
    return found if is_same else None


def _need_report(
    basis: Basis,
    wish: Wish,
    *,
    meeting: MeetingRow,
    tier: int | None,
    runs: tuple[RunRow | None, RunRow | None],
    training: Training,
) -> NeedReport:
    first, latest = runs
    had = _need_of(basis, first, wish, meeting=meeting) if first else None
    now = _need_of(basis, latest, wish, meeting=meeting) if latest else None
    pairs = basis.pairs(latest).get(wish.code, []) if latest and now else []
    notes = [
        basis.notes[row.id]
        for row in basis.revisions
        if row.need_code == wish.code and (row.need_title == wish.title or (now and row.need_title == now.title))
    ]
    return NeedReport(
        code=wish.code,
        title=wish.title,
        place=wish.place,
        tier=tier,
        had=_coverage(had),
        now=_coverage(now),
        revisions=tuple(notes),
        n_reviewed=sum(pair.is_decided for pair in pairs),
        sending=sending(
            need_code=wish.code,
            courses=list(_courses(basis, pairs)),
            revised=[note for note in notes if note.state == "in_catalog"],
            open_requests=[note for note in notes if note.state in ("approved", "with_committee", "proposed")],
            now=_coverage(now),
            training=training,
        ),
    )


def _coverage(need: RunNeedRow | None) -> Coverage | None:
    return None if need is None else Coverage(need.verdict, KIND_WORDS.get(need.kind, ""), need.best)


def _courses(basis: Basis, pairs: Sequence[SettledPair]) -> Iterator[OfferedCourse]:
    """Yield the matching courses of the newest catalogs that workers can take, the best first."""
    for pair in settling.related(pairs):
        key = pair.college_code, pair.course_code
        if pair.verdict == "match" and BLOCKED.isdisjoint(pair.reasons) and key in basis.catalog:
            college_name, course = basis.catalog[key]
            yield OfferedCourse(
                college_code=pair.college_code,
                place=Place(course.code, course.title, college_name),
                delivery=course.delivery,
                last_offered_on=course.last_offered_on,
                is_noncredit=course.is_noncredit,
            )


def region_report(basis: Basis, *, partnership: PartnershipRow) -> RegionReport | NothingYet:
    """Return what became of the newest published ranking, and everything that changed in the region."""
    meeting = next((row for row in basis.meetings if row.has_results), None)
    if meeting is None:
        return _no_ranking(basis, partnership=partnership)
    number = shown_round(basis.session, meeting_id=meeting.id, round=None).number
    ranking = basis.ranking(meeting, round=number)
    if isinstance(ranking, RankingWithheld):
        return NothingYet(
            partnership.name, "not_revealed", f"The ranking of {meeting.title} is not shown", ranking.text
        )
    runs = _runs_since(basis, meeting)
    ranked = [need for need in ranking.needs if need.tier is not None]
    best_tier = min((need.tier for need in ranked if need.tier), default=None)
    reports = [
        _need_report(
            basis,
            Wish(need.code, need.title, None),
            meeting=meeting,
            tier=need.tier,
            runs=runs,
            training=basis.training,
        )
        for need in ranked
    ]
    first = tuple(need for need in reports if need.tier == best_tier)
    return RegionReport(
        report=Report(partnership.name, meeting, first, first_run=runs[0], latest_run=runs[1]),
        n_employers=ranking.n_employers,
        others=tuple(n for n in reports if n.tier != best_tier and (n.has_turned or n.revisions)),
        n_had=Counter(need.had.verdict for need in reports if need.had),
        n_now=Counter(need.now.verdict for need in reports if need.now),
        notes=tuple(basis.notes.values()),
        training=_training_figures(basis),
    )


def _no_ranking(basis: Basis, *, partnership: PartnershipRow) -> NothingYet:
    planned = [meeting for meeting in basis.meetings if meeting.state != "closed"]
    text = "This page says what becomes of a meeting’s ranking, once the convener has shown it."
    if planned:
        text += f" The next meeting is {planned[-1].title}."
    return NothingYet(partnership.name, "not_revealed", "No ranking has been shown yet", text)


def _training_figures(basis: Basis) -> tuple[TrainingFigure, ...]:
    found = training_queries.region_counts(basis.session, partnership_id=basis.partnership_id)
    return tuple(
        TrainingFigure(count.total if count else None, MEASURE_WORDS[measure]) for measure, count in found.items()
    )
