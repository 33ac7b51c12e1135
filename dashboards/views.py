"""Doors of this room: home, published results, the wall screen, the regional dashboard and everything to download."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import segno
from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts.access import current_member, public, requires, signed_in
from accounts.permissions import Action, Role
from base.addresses import phone_address
from base.database import Database
from base.doors import CSV, XLSX, download, now, session, settings
from base.settings import Settings
from base.streams import EXTENSION, StreamHub, StreamsFull, n_streams_allowed
from base.tables import Sheet, csv_text, workbook
from dashboards import charts, exports, next_steps, queries
from dashboards.figure_parts import rows_height
from dashboards.findings import N_CHART_NEEDS, chart_titles, headline, region_findings
from dashboards.queries import Results, ScreenTopic
from dashboards.region import RegionReport, course_counts, losses, narrowed, shares_at_places
from dashboards.results import agreement_words, critical_words, shown_count
from dashboards.wall import N_DISPUTED, WallPage, coverage_words, disputed_words, wall_pages
from dashboards.wording import day, percent
from review.wording import KIND_WORDS, counted
from survey import queries as survey_queries
from survey.disagreement import MIN_FOR_SHARES
from survey.queries import DisputedNeed, MeetingRow, RankingWithheld

blueprint = Blueprint("dashboards", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Lend pages the words for days, shares and counts."""
    return {
        "day": day,
        "percent": percent,
        "counted": counted,
        "kind_words": KIND_WORDS,
        "shown_count": shown_count,
        "disputed_words": disputed_words,
    }


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the way into a meeting, or what waits for the person who is signed in."""
    member = current_member()
    if member is None:
        return render_template("dashboards/welcome.html")
    if member.role is Role.EMPLOYER:
        return redirect(url_for("training.home"))
    here = queries.situation(session(), member=member, today=now().astimezone().date())
    report = queries.region_report(session(), partnership=member.partnership)
    return render_template(
        "dashboards/home.html",
        step=next_steps.next_step(here, member=member),
        waiting=next_steps.waiting(here, member=member),
        recent=next_steps.recent(here),
        report=report,
        findings=region_findings(report) if report and report.needs else (),
    )


def _own_meeting(meeting_id: int) -> MeetingRow:
    """Return a meeting of the signed-in person's partnership; anything else does not exist."""
    partnership_id = signed_in().partnership.id
    return survey_queries.meeting(session(), meeting_id=meeting_id, partnership_id=partnership_id) or abort(404)


@blueprint.get("/meetings/<int:meeting_id>/results")
@requires(Action.SEE_RESULTS)
def results(meeting_id: int) -> ResponseReturnValue:
    """Show a meeting's published ranking, or say why there is none and what to do."""
    meeting = _own_meeting(meeting_id)
    found = queries.results(session(), meeting=meeting, round=request.args.get("round", type=int))
    if isinstance(found, RankingWithheld):
        return render_template("dashboards/results_withheld.html", meeting=meeting, withheld=found)
    return render_template(
        "dashboards/results.html",
        meeting=meeting,
        results=found,
        heading=critical_words(found.ranking.needs),
        moved=survey_queries.before_after(session(), meeting_id=meeting_id),
        agreement=agreement_words(found.ranking.kendall_w),
        voices=[voice for voice in exports.VOICE_COLUMNS if voice in found.ranking.voices],
        disputed=_disputed(found)[:N_DISPUTED],
        min_for_shares=MIN_FOR_SHARES,
    )


def _disputed(found: Results) -> tuple[DisputedNeed, ...]:
    """Return what splits the room in the very round that is shown."""
    return survey_queries.published_disagreements(
        session(), meeting_id=found.meeting.id, round=found.ranking.round_number
    )


@blueprint.get("/meetings/<int:meeting_id>/results.<any(csv, xlsx):kind>")
@requires(Action.SEE_RESULTS)
def results_file(meeting_id: int, kind: str) -> ResponseReturnValue:
    """Send the published ranking of a meeting's round as a file; what the page withholds is withheld here too."""
    wanted = request.args.get("round", type=int)
    meeting = _own_meeting(meeting_id)
    found = queries.results(session(), meeting=meeting, round=wanted)
    if isinstance(found, RankingWithheld):
        flash(f"There is no file of the ranking yet. {found.text}", "warning")
        return redirect(url_for("dashboards.results", meeting_id=meeting_id, round=wanted))
    of_round = f"-round-{found.ranking.round_number}" if meeting.round_number > 1 else ""
    sheet, filename = exports.ranking_sheet(found), f"ranking-meeting-{meeting_id}{of_round}.{kind}"
    if kind == "csv":
        return download(csv_text(sheet), filename=filename, mimetype=CSV)
    content = workbook([sheet], about=_ranking_about(found), accents=exports.ACCENTS)
    return download(content, filename=filename, mimetype=XLSX)


def _ranking_about(found: Results) -> dict[str, str]:
    partnership = signed_in().partnership
    return exports.ranking_about(
        found, partnership_name=partnership.name, is_sample=partnership.is_sample, today=now().astimezone().date()
    )


@blueprint.get("/meetings/<int:meeting_id>/screen")
@requires(Action.SEE_RESULTS)
def screen(meeting_id: int) -> ResponseReturnValue:
    """Show what the room sees on the wall: how to join, and after the reveal the ranking page by page."""
    meeting = _own_meeting(meeting_id)
    found = queries.results(session(), meeting=meeting, round=meeting.round_number)
    ranking = found if isinstance(found, RankingWithheld) else found.ranking
    state = queries.state_of(session(), meeting=meeting, ranking=ranking)
    context = {"meeting": meeting, "state": state, "is_dark_room": request.args.get("room") == "dark"}
    if isinstance(found, RankingWithheld):
        return render_template("dashboards/screen_join.html", withheld=found, **context, **_way_in(meeting.join_code))
    disputed = _disputed(found)
    moved = survey_queries.before_after(session(), meeting_id=meeting_id)
    pages = wall_pages(found.ranking, disputed=disputed, moved=moved)
    number = min(max(request.args.get("page", default=1, type=int), 1), len(pages))
    return render_template(
        "dashboards/screen_ranking.html",
        results=found,
        page=pages[number - 1],
        number=number,
        n_pages=len(pages),
        foot=_foot(found, page=pages[number - 1]),
        **context,
    )


def _foot(found: Results, *, page: WallPage) -> str:
    """Say in one line what stands below a page of the wall."""
    if page.kind == "disagreement" and found.ranking.n_employers < MIN_FOR_SHARES:
        return f"How many stand on each side is shown once {MIN_FOR_SHARES} employers have voted."
    if page.kind == "voices":
        return "Unions and observers are never added to the employers."
    if page.kind == "moved":
        return "Both rounds are kept. Places count the needs that both rounds ranked."
    if page.kind != "tier":
        return "Each employer’s latest ballot counts once."
    verdicts = [found.coverage[need.code].verdict for need in page.needs if need.code in found.coverage]
    words = coverage_words(verdicts, run_id=found.run.id) if found.run else ""
    return f"Bars show the plausible places. {words}".strip()


def _way_in(join_code: str) -> dict[str, str | Markup]:
    """Return the address that phones open, as text and as a QR picture."""
    address = phone_address(public_url=settings().public_url, requested_url=request.url_root)
    link = address + url_for("survey.meet", code=join_code)
    picture = segno.make(link, error="m", micro=False).svg_inline(border=3, light="#ffffff", omitsize=True)
    return {
        "join_address": (address + url_for("survey.enter")).split("://", 1)[-1],
        "qr_svg": Markup(picture),  # noqa: S704 - the picture is paths alone; the link is only drawn in it
    }


@blueprint.get("/meetings/<int:meeting_id>/live")
@requires(Action.SEE_RESULTS)
def live(meeting_id: int) -> ResponseReturnValue:
    """Say what the wall shows now; nothing is worked out again while nothing has changed."""
    meeting = _own_meeting(meeting_id)
    response = Response()
    topic = ScreenTopic(meeting_id, meeting.partnership_id)
    response.set_etag(f"live-{meeting_id}-{queries.screen_states(session(), [topic])[topic]}")
    etag, _is_weak = response.get_etag()
    if etag is None or not request.if_none_match.contains(etag):
        state = queries.live_state(session(), meeting=meeting)
        response.set_data(jsonify(asdict(state)).get_data())
        response.mimetype = "application/json"
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.record_once
def start_hub(state: BlueprintSetupState) -> None:
    """Give the application the hub that tells its screens of changes."""
    known: Settings = state.app.extensions["skillshed_settings"]
    database: Database = state.app.extensions["skillshed_database"]

    def read(topics: Collection[ScreenTopic]) -> dict[ScreenTopic, str]:
        with database.reading() as reading:
            return queries.screen_states(reading, topics)

    n_most = n_streams_allowed(live_streams=known.live_streams, threads=known.threads)
    state.app.extensions[EXTENSION] = StreamHub(read, n_most=n_most)


@blueprint.get("/meetings/<int:meeting_id>/events")
@requires(Action.SEE_RESULTS)
def events(meeting_id: int) -> ResponseReturnValue:
    """Tell a wall or a desk whenever the meeting has changed; when all streams are taken it is told to ask instead."""
    meeting = _own_meeting(meeting_id)
    hub: StreamHub[ScreenTopic] = current_app.extensions[EXTENSION]
    try:
        is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
        stream = hub.open(ScreenTopic(meeting_id, meeting.partnership_id), is_gone=is_gone)
    except StreamsFull as full:
        answer = jsonify(message=str(full))
        answer.headers["Retry-After"] = "60"
        return answer, 503
    response = Response(stream.events(), mimetype="text/event-stream")
    response.call_on_close(lambda: hub.close(stream))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _report() -> RegionReport:
    """Return the whole regional report; without a run there is nothing to draw or download."""
    return queries.region_report(session(), partnership=signed_in().partnership) or abort(404)


def _narrowed(report: RegionReport) -> RegionReport:
    """Narrow a report to the area and the college that the address names."""
    return narrowed(report, area=request.args.get("area", ""), college_code=request.args.get("college", ""))


@blueprint.get("/region")
@requires(Action.SEE_REGION)
def region() -> ResponseReturnValue:
    """Show what the newest run says of the region, in three findings and four charts."""
    whole = queries.region_report(session(), partnership=signed_in().partnership)
    if whole is None or not whole.needs:
        return render_template("dashboards/region_empty.html")
    report = _narrowed(whole)
    return render_template(
        "dashboards/region.html",
        whole=whole,
        report=report,
        heading=headline(report),
        findings=region_findings(report),
        titles=chart_titles(report),
        counts=course_counts(report),
        heights=_heights(report),
        n_chart_needs=N_CHART_NEEDS,
        n_coverage_rows=charts.N_COVERAGE_ROWS,
        files=exports.region_sheets(whole),
    )


def _heights(report: RegionReport) -> dict[str, int]:
    """Return each figure's height in pixels, rounded down to what the style sheet knows."""
    heights = {
        "priorities": rows_height(min(len(report.needs), N_CHART_NEEDS)),
        "coverage": charts.coverage_height(min(len(report.needs), charts.N_COVERAGE_ROWS)),
        "losses": rows_height(min(len(losses(report)), N_CHART_NEEDS)),
        "courses": rows_height(len(report.colleges), row_pixels=charts.COLLEGE_PIXELS),
    }
    return {name: height // 200 * 200 for name, height in heights.items()}


@blueprint.get("/region/charts/<name>.json")
@requires(Action.SEE_REGION)
def region_chart(name: str) -> ResponseReturnValue:
    """Send one figure of the regional dashboard."""
    whole = _report()
    report = _narrowed(whole)
    if name == "priorities":
        shares = shares_at_places(whole.needs)
        figure = charts.priorities_figure(report.needs[:N_CHART_NEEDS], share_at_place=shares)
    elif name == "coverage":
        figure = charts.coverage_figure(
            report.needs[: charts.N_COVERAGE_ROWS], report.colleges, report.cells, report.best_courses
        )
    elif name == "losses":
        figure = charts.losses_figure(losses(report)[:N_CHART_NEEDS])
    elif name == "courses":
        figure = charts.courses_figure(course_counts(report))
    else:
        abort(404)
    return Response(figure.to_json(), mimetype="application/json")


@blueprint.get("/region.xlsx")
@requires(Action.SEE_REGION)
def region_workbook() -> ResponseReturnValue:
    """Send the whole regional report as a workbook."""
    report = _report()
    about = exports.region_about(report, today=now().astimezone().date())
    content = workbook(list(exports.region_sheets(report).values()), about=about, accents=exports.ACCENTS)
    return download(content, filename=f"region-run-{report.run.id}.xlsx", mimetype=XLSX)


@blueprint.get("/region/<name>.csv")
@requires(Action.SEE_REGION)
def region_table(name: str) -> ResponseReturnValue:
    """Send one sheet of the regional report as CSV."""
    report = _report()
    sheet: Sheet = exports.region_sheets(report).get(name) or abort(404)
    return download(csv_text(sheet), filename=f"region-run-{report.run.id}-{name}.csv", mimetype=CSV)
