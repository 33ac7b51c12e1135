"""Put together what other rooms' queries return for the pages, charts and files of this room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Action, Role
from accounts.queries import Member, PartnershipRow
from catalog import queries as catalog_queries
from dashboards.next_steps import Situation
from dashboards.region import RegionReport
from dashboards.results import LiveState, NeedCoverage, stage, voted_words
from review import queries as review_queries
from review import settling
from review.latest_decisions import latest_decision_id
from review.records import CourseLink, RunCourseRow, RunNeedRow, RunRow, SettledPair
from review.reviewing import disputed_verdicts, review_queue
from survey import queries as survey_queries
from survey.queries import MeetingRow, PublishedRanking, RankingWithheld
from training import queries as training_queries
from training import reimbursable


@dataclass(frozen=True)
class Results:
    """A published ranking and what is known of its needs."""

    meeting: MeetingRow
    ranking: PublishedRanking
    #: The newest done run on the same needs; None when there is none.
    run: RunRow | None
    #: What that run says, by need code.
    run_needs: Mapping[str, RunNeedRow]
    #: How its colleges cover each need, by need code.
    coverage: Mapping[str, NeedCoverage]

    def place_in_voice(self, *, voice: str, code: str) -> int | None:
        """Return a need's place among another voice; None when that voice is not shown or did not compare it."""
        return dict(self.ranking.voices.get(voice, ())).get(code)


@dataclass(frozen=True)
class ScreenTopic:
    """What one live screen watches."""

    meeting_id: int
    partnership_id: int


def region_report(session: Session, *, partnership: PartnershipRow) -> RegionReport | None:
    """Return what the newest done run says of the region; None when there is no such run."""
    run = review_queries.latest_done_run(session, partnership_id=partnership.id)
    if run is None:
        return None
    cells = review_queries.need_college_cells(session, run_id=run.id)
    courses = review_queries.run_courses(session, run_id=run.id)
    return RegionReport(
        partnership_name=partnership.name,
        is_sample=partnership.is_sample,
        run=run,
        needs=tuple(review_queries.run_needs(session, run_id=run.id)),
        courses=tuple(courses),
        cells={(cell.need_code, cell.college_code): cell for cell in cells},
        best_courses=_best_courses(review_queries.settled_pairs(session, run_id=run.id), courses=courses),
    )


def _best_courses(
    pairs: Sequence[SettledPair], *, courses: Sequence[RunCourseRow]
) -> dict[tuple[str, str], CourseLink]:
    """Return each college's best course for each need, by (need code, college code)."""
    named = {(course.college_code, course.code): course for course in courses}
    best: dict[tuple[str, str], CourseLink] = {}
    for pair in settling.related(pairs):
        course = named[pair.college_code, pair.course_code]
        link = CourseLink(course.college_code, course.college_name, course.code, course.title, pair.verdict)
        best.setdefault((pair.need_code, pair.college_code), link)
    return best


def results(session: Session, *, meeting: MeetingRow, round: int | None = None) -> Results | RankingWithheld:
    """Return a meeting's published ranking beside the newest run on its assessment, or why it is withheld.

    Without the number of a round of voting it is the newest one that was revealed.
    """
    ranking = survey_queries.published_ranking(session, meeting_id=meeting.id, round=round)
    if isinstance(ranking, RankingWithheld):
        return ranking
    run = run_on_needs(session, meeting=meeting)
    needs = {need.code: need for need in review_queries.run_needs(session, run_id=run.id)} if run else {}
    coverage = _coverage(session, run=run, needs=needs) if run else {}
    return Results(meeting, ranking, run, needs, coverage)


def run_on_needs(session: Session, *, meeting: MeetingRow) -> RunRow | None:
    """Return the newest done run on the meeting's list, or on a list with the very same need codes."""
    runs = [run for run in review_queries.runs(session, partnership_id=meeting.partnership_id) if run.state == "done"]
    if all(run.assessment_id == meeting.assessment_id for run in runs[:1]):
        return runs[0] if runs else None
    codes = {need.code for need in survey_queries.needs(session, assessment_id=meeting.assessment_id)}
    return next((run for run in runs if _is_on_needs(session, run=run, meeting=meeting, codes=codes)), None)


def _is_on_needs(session: Session, *, run: RunRow, meeting: MeetingRow, codes: set[str]) -> bool:
    if run.assessment_id == meeting.assessment_id:
        return True
    return codes == {need.code for need in survey_queries.needs(session, assessment_id=run.assessment_id)}


def _coverage(session: Session, *, run: RunRow, needs: Mapping[str, RunNeedRow]) -> dict[str, NeedCoverage]:
    cells: dict[str, list[str]] = defaultdict(list)
    for cell in review_queries.need_college_cells(session, run_id=run.id):
        cells[cell.need_code].append(cell.verdict)
    return {
        code: NeedCoverage(
            verdict=need.verdict,
            n_match=cells[code].count("match"),
            n_revise=cells[code].count("revise"),
            n_colleges=len(cells[code]),
        )
        for code, need in needs.items()
    }


def screen_states(session: Session, topics: Collection[ScreenTopic]) -> dict[ScreenTopic, str]:
    """Return for each watched meeting a text that changes whenever a screen on it has something new to fetch.

    A new match run, or a reviewer's decision on it, changes what stands beside the needs, so it counts as a change of
    its partnership's meetings.
    """
    revisions = survey_queries.meeting_revisions(session, meeting_ids={topic.meeting_id for topic in topics})
    runs = {topic.partnership_id: _latest_run_mark(session, topic.partnership_id) for topic in topics}
    return {
        topic: f"{revisions[topic.meeting_id]}-{runs[topic.partnership_id]}"
        for topic in topics
        if topic.meeting_id in revisions
    }


def _latest_run_mark(session: Session, partnership_id: int) -> str:
    run = review_queries.latest_done_run(session, partnership_id=partnership_id)
    return _run_mark(session, run=run)


def _run_mark(session: Session, *, run: RunRow | None) -> str:
    """Return the run and the newest decision on it, which may have turned a verdict."""
    return f"{run.id}-{latest_decision_id(session, run_id=run.id)}" if run else "0-0"


def live_state(session: Session, *, meeting: MeetingRow) -> LiveState:
    """Return what a wall shows of a meeting at this moment."""
    ranking = survey_queries.published_ranking(session, meeting_id=meeting.id, round=meeting.round_number)
    return state_of(session, meeting=meeting, ranking=ranking)


def state_of(session: Session, *, meeting: MeetingRow, ranking: PublishedRanking | RankingWithheld) -> LiveState:
    """Return what a wall shows of a meeting whose newest round has this ranking."""
    is_shown = isinstance(ranking, PublishedRanking)
    run = run_on_needs(session, meeting=meeting) if is_shown else None
    return LiveState(
        stage=stage(meeting, is_shown=is_shown),
        n_voted=meeting.n_employers_voted,
        n_seats=meeting.n_employers,
        ranking=(
            f"{_shown_version(ranking)}-{_run_mark(session, run=run)}" if isinstance(ranking, PublishedRanking) else ""
        ),
        words=voted_words(meeting),
    )


def _shown_version(ranking: PublishedRanking) -> str:
    return f"{ranking.round_number}-{ranking.n_employers}-{ranking.n_ballots}"


def situation(session: Session, *, member: Member, today: date) -> Situation:
    """Return where the signed-in person's partnership stands."""
    partnership_id = member.partnership.id
    return Situation(
        today=today,
        assessments=tuple(survey_queries.assessments(session, partnership_id=partnership_id)),
        meetings=tuple(survey_queries.meetings(session, partnership_id=partnership_id)),
        colleges=tuple(catalog_queries.colleges_with_editions(session, partnership_id=partnership_id)),
        runs=tuple(review_queries.runs(session, partnership_id=partnership_id)),
        revisions=tuple(review_queries.revision_rows(session, partnership_id=partnership_id)),
        n_verdicts_waiting=_n_verdicts_waiting(session, member=member),
        n_sections_ready=_n_sections_ready(session, member=member),
        n_credentials_waiting=_n_credentials_waiting(session, member=member),
        n_verdicts_disputed=_n_verdicts_disputed(session, member=member),
    )


def _n_verdicts_disputed(session: Session, *, member: Member) -> int:
    """Count the disputed verdicts of the newest done run that this person may settle: a reviewer the own college's."""
    run = review_queries.latest_done_run(session, partnership_id=member.partnership.id)
    if run is None or not member.may(Action.SETTLE_DISPUTES):
        return 0
    own_college = member.organisation_code if member.role is Role.REVIEWER else None
    return len(disputed_verdicts(session, run_id=run.id, college_code=own_college))


def _n_sections_ready(session: Session, *, member: Member) -> int:
    """Count the sections that can run: all of them for the convener, those of the own courses for a reviewer."""
    if not member.may(Action.FORM_COHORTS):
        return 0
    own = f"course:{member.organisation_code}:" if member.role is Role.REVIEWER else ""
    sections = training_queries.open_sections(session, partnership_id=member.partnership.id)
    return sum(section.is_viable and section.subject.startswith(own) for section in sections)


def _n_credentials_waiting(session: Session, *, member: Member) -> int:
    if not member.may(Action.JUDGE_CREDENTIALS):
        return 0
    found = reimbursable.submissions(session, partnership_id=member.partnership.id)
    return sum(wish.state == "waiting" for wish in found)


def _n_verdicts_waiting(session: Session, *, member: Member) -> int:
    """Count the verdicts on the reviewer's college that nobody has decided in the newest done run."""
    run = review_queries.latest_done_run(session, partnership_id=member.partnership.id)
    if member.role is not Role.REVIEWER or run is None or member.organisation_code is None:
        return 0
    queue = review_queue(session, run=run, college_code=member.organisation_code)
    return queue.n_waiting if queue else 0
