"""What waits for the person on the home page, and what has happened lately. Plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from accounts.permissions import Action, Role
from accounts.queries import Member, OrganisationRow
from catalog.queries import EditionRow
from dashboards.results import voted_words
from dashboards.wording import day
from review.records import RevisionRow, RunRow
from review.wording import counted, listed
from survey.queries import AssessmentRow, MeetingRow

#: Employers that must have voted before a ranking can be shown.
FEWEST_EMPLOYERS = 5
#: Lines under "Lately".
N_RECENT = 6


@dataclass(frozen=True)
class Situation:
    """Where a partnership stands."""

    today: date
    assessments: tuple[AssessmentRow, ...]
    #: The latest day first.
    meetings: tuple[MeetingRow, ...]
    #: Every college with its newest edition, None where nothing was imported yet.
    colleges: tuple[tuple[OrganisationRow, EditionRow | None], ...]
    #: Newest first.
    runs: tuple[RunRow, ...]
    revisions: tuple[RevisionRow, ...] = ()
    #: Verdicts that wait for the signed-in reviewer; 0 for everybody else.
    n_verdicts_waiting: int = 0
    #: Sections of firms' training requests that can run, and credentials that wait for a decision; 0 for everybody
    #: who cannot act on them.
    n_sections_ready: int = 0
    n_credentials_waiting: int = 0
    #: Verdicts of the newest done run on which reviewers disagree; 0 for everybody who cannot settle them.
    n_verdicts_disputed: int = 0

    @property
    def editions(self) -> tuple[EditionRow, ...]:
        """Return the newest edition of every college that has one."""
        return tuple(edition for _college, edition in self.colleges if edition)

    @property
    def latest_done_run(self) -> RunRow | None:
        """Return the newest run that is done."""
        return next((run for run in self.runs if run.state == "done"), None)


@dataclass(frozen=True)
class Step:
    """Something to do or to look at: words, and the door that leads there."""

    title: str
    text: str
    label: str
    door: str
    arguments: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that happened, for the list of recent things."""

    at: datetime
    words: str
    door: str
    arguments: Mapping[str, int | str] = field(default_factory=dict)


def next_step(situation: Situation, *, member: Member) -> Step:
    """Return the one thing that this person should do next."""
    if member.role is Role.CONVENER:
        return _next_for_convener(situation)
    if member.role is Role.REVIEWER:
        return _next_for_reviewer(situation, member=member)
    return _look_at_region(situation)


def _next_for_convener(situation: Situation) -> Step:
    return (
        _running_meeting(situation)
        or _first_steps(situation)
        or _meeting_of_today(situation)
        or _missing_catalogs(situation)
        or _run_to_make(situation)
        or _look_at_region(situation)
    )


def _running_meeting(situation: Situation) -> Step | None:
    """A room full of people comes before everything else."""
    for meeting in situation.meetings:
        at_desk = {"meeting_id": meeting.id}
        enough = meeting.n_employers_voted >= FEWEST_EMPLOYERS
        voted = f"{voted_words(meeting)}."
        if meeting.is_open and (meeting.is_revealed or not enough):
            rule = "" if enough else f" The ranking can be shown once {FEWEST_EMPLOYERS} have."
            return Step(f"{meeting.title} is open", voted + rule, "Go to the desk", "survey.meeting", at_desk)
        if meeting.state != "planned" and enough and not meeting.is_revealed:
            text = f"{voted} The room sees nothing until you reveal the ranking."
            return Step(f"Reveal the ranking of {meeting.title}", text, "Go to the desk", "survey.meeting", at_desk)
    return None


def _first_steps(situation: Situation) -> Step | None:
    if not situation.assessments:
        text = "An assessment is the list of skills that employers rank. Start from the library, a file, or type it."
        return Step("Make an assessment", text, "Make an assessment", "survey.new_assessment")
    if not situation.meetings:
        text = "Employers rank the skills in one room, each on a phone. Say where and when."
        return Step("Plan a meeting", text, "Plan a meeting", "survey.new_meeting")
    return None


def _meeting_of_today(situation: Situation) -> Step | None:
    """A meeting whose day has come is opened; before that, there is time for other things."""
    planned = [meeting for meeting in situation.meetings if meeting.state == "planned"]
    due = [meeting for meeting in planned if meeting.held_on <= situation.today]
    has_voted = any(meeting.is_revealed for meeting in situation.meetings)
    if not due and (has_voted or not planned):
        return None
    meeting = (due or planned)[-1]
    when = f"It is planned for {day(meeting.held_on)}. Print the join sheet, then open voting when everyone is there."
    return Step(f"Open {meeting.title}", when, "Go to the desk", "survey.meeting", {"meeting_id": meeting.id})


def _missing_catalogs(situation: Situation) -> Step | None:
    if situation.editions:
        return None
    text = "Nothing can be compared before a college’s courses are here. A spreadsheet is enough."
    return Step("Import a college’s catalog", text, "Choose a college", "catalog.colleges")


def _run_to_make(situation: Situation) -> Step | None:
    newest = situation.runs[0] if situation.runs else None
    if newest and newest.state == "running":
        text = f"It compares {counted(newest.n_courses, 'course')} with the needs of {newest.assessment_title}."
        return Step(f"Run {newest.id} is under way", text, "Watch it", "review.run", {"run_id": newest.id})
    done = situation.latest_done_run
    if done is None:
        text = "Everything is here: compare what employers need with what the colleges teach."
        return Step("Make a match run", text, "Make a match run", "review.new_run")
    news = _news_since(done, situation=situation)
    if news:
        text = f"Since run {done.id}: {listed(news)}. A new run takes that in; run {done.id} stays as it is."
        return Step("Make a new match run", text, "Make a match run", "review.new_run")
    return None


def _news_since(run: RunRow, *, situation: Situation) -> list[str]:
    """Name what a run could not know: newer catalogs and rankings."""
    catalogs = [edition.college_name for edition in situation.editions if edition.imported_at > run.made_at]
    rankings = [
        meeting.title for meeting in situation.meetings if meeting.revealed_at and meeting.revealed_at > run.made_at
    ]
    return [f"a new catalog of {name}" for name in catalogs] + [f"the ranking of {title}" for title in rankings]


def _next_for_reviewer(situation: Situation, *, member: Member) -> Step:
    if situation.n_verdicts_waiting:
        noun = counted(situation.n_verdicts_waiting, "verdict")
        verb = "waits" if situation.n_verdicts_waiting == 1 else "wait"
        text = "Each comes with the sentences that it rests on. You confirm it, or say what is right and why."
        return Step(f"{noun} {verb} for you", text, "Open the queue", "review.queue")
    has_catalog = any(
        edition and edition.organisation_id == member.organisation_id for _, edition in situation.colleges
    )
    if not has_catalog and member.organisation_code:
        text = "No course of your college is here yet, so nothing can be compared. A spreadsheet is enough."
        code = member.organisation_code
        return Step(
            "Import your college’s catalog", text, "Import the catalog", "catalog.import_catalog", {"code": code}
        )
    return _look_at_region(situation)


def _look_at_region(situation: Situation) -> Step:
    run = situation.latest_done_run
    if run is None:
        text = "Employers rank their needs, colleges bring their catalogs, then the convener makes a match run."
        return Step("Nothing has been compared yet", text, "See the meetings", "survey.meetings")
    basis = (
        f"Run {run.id} of {day(run.made_at)} compares {counted(run.n_courses, 'course')} with {run.assessment_title}."
    )
    return Step("See where the region stands", basis, "Open the regional dashboard", "dashboards.region")


def waiting(situation: Situation, *, member: Member) -> tuple[Step, ...]:
    """List what waits besides the next step."""
    steps = []
    for meeting in situation.meetings:
        if meeting.state == "planned" and member.may(Action.RUN_MEETINGS):
            text = f"{day(meeting.held_on)}{', ' + meeting.place if meeting.place else ''}"
            steps.append(Step(meeting.title, text, "planned meeting", "survey.meeting", {"meeting_id": meeting.id}))
    for college, edition in situation.colleges:
        if edition is None and member.may(Action.IMPORT_CATALOGS):
            text = "Its courses are missing from every comparison."
            code = {"code": college.code}
            steps.append(Step(f"No catalog of {college.name}", text, "import it", "catalog.import_catalog", code))
    steps += _disputes_waiting(situation)
    return (
        *steps,
        *_training_waiting(situation),
        *_requests_waiting(situation, member=member),
        *_reports_waiting(situation, member=member),
    )


def _disputes_waiting(situation: Situation) -> list[Step]:
    """Name the verdicts on which reviewers disagree, to who can settle them."""
    n = situation.n_verdicts_disputed
    if not n:
        return []
    title = f"{counted(n, 'verdict')} {'is' if n == 1 else 'are'} disputed"
    text = "Two reviewers said different things. Until it is settled, the matcher’s verdict holds."
    return [Step(title, text, "settle", "review.disputes")]


def _reports_waiting(situation: Situation, *, member: Member) -> list[Step]:
    """Remind the convener, once a shown ranking was compared, that employers want to hear what became of it."""
    is_compared = situation.latest_done_run is not None and any(row.has_results for row in situation.meetings)
    if not is_compared or not member.may(Action.RUN_MEETINGS):
        return []
    text = "For each of them: what it ranked, what the colleges had, what changed, and when it can send people."
    return [Step("Send employers what became of it", text, "open the reports", "dashboards.reports")]


def _requests_waiting(situation: Situation, *, member: Member) -> list[Step]:
    """Name the drafts of a reviewer's own college, and how many requests of the region are on their way."""
    steps = []
    college = member.organisation_code or ""
    drafts = [row for row in situation.revisions if row.state == "draft" and row.college_code == college]
    if drafts and member.may(Action.REVIEW_VERDICTS):
        verb = "waits" if len(drafts) == 1 else "wait"
        title = f"{counted(len(drafts), 'draft')} of a revision request {verb}"
        text = "Nobody else acts on a draft before you propose it."
        steps.append(Step(title, text, "see it", "review.revisions", {"college": college, "state": "draft"}))
    n_open = sum(row.is_open and row.state != "draft" for row in situation.revisions)
    if n_open:
        verb = "is" if n_open == 1 else "are"
        text = "The next edition of the college’s catalog closes each by itself, or says what is still missing."
        title = f"{counted(n_open, 'revision request')} {verb} under way"
        steps.append(Step(title, text, "see them", "review.revisions", {"state": "open"}))
    return steps


def _training_waiting(situation: Situation) -> list[Step]:
    """List what firms' requests have come to."""
    steps = []
    if situation.n_sections_ready:
        title = f"{counted(situation.n_sections_ready, 'section')} can run"
        text = "Firms together asked for enough seats."
        steps.append(Step(title, text, "confirm a cohort", "training.sections"))
    if situation.n_credentials_waiting:
        noun = counted(situation.n_credentials_waiting, "credential")
        steps.append(Step(f"{noun} to decide", "Firms asked to have them listed.", "see them", "training.submissions"))
    return steps


def recent(situation: Situation) -> tuple[Event, ...]:
    """List what happened lately, the newest first."""
    events = [_run_event(run) for run in situation.runs[:N_RECENT]]
    events += [_edition_event(edition) for edition in situation.editions]
    events += [event for meeting in situation.meetings[:N_RECENT] for event in _meeting_events(meeting)]
    events += [event for revision in situation.revisions for event in _revision_events(revision)]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:N_RECENT])


def _run_event(run: RunRow) -> Event:
    what = {"done": "was made", "running": "was started", "failed": "failed"}[run.state]
    return Event(run.made_at, f"Run {run.id} {what}: {run.assessment_title}", "review.run", {"run_id": run.id})


def _edition_event(edition: EditionRow) -> Event:
    words = f"{edition.college_name}: {edition.label} imported, {counted(edition.n_courses, 'course')}"
    return Event(edition.imported_at.astimezone(UTC), words, "catalog.college", {"code": edition.college_code})


def _revision_events(revision: RevisionRow) -> list[Event]:
    if revision.state != "in_catalog" or revision.done_at is None:
        return []
    words = f"{revision.college_name}: {revision.course_title} is in the catalog as requested"
    return [Event(revision.done_at, words, "review.revision_request", {"request_id": revision.id})]


def _meeting_events(meeting: MeetingRow) -> list[Event]:
    where = {"meeting_id": meeting.id}
    events = []
    if meeting.revealed_at:
        words = f"{meeting.title}: ranking of {counted(meeting.n_employers_voted, 'employer')} revealed"
        events.append(Event(meeting.revealed_at, words, "dashboards.results", where))
    elif meeting.opened_at:
        events.append(Event(meeting.opened_at, f"{meeting.title} opened", "dashboards.results", where))
    return events
