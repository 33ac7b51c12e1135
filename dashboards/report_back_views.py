"""Doors of “You said, we did”: each organisation's own report, the convener's list of them, and the region's."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from accounts import queries as accounts_queries
from accounts.access import public, requires, signed_in
from accounts.permissions import Action
from accounts.queries import OrganisationRow, PartnershipRow
from base.doors import download, limiter, now, session, settings
from base.printing import printed_pdf
from dashboards import report_back_queries as queries
from dashboards.report_back import NothingYet, Report, basis_words, opening, region_opening, standing_words
from dashboards.report_back_printing import coverage_rows, printed_region, printed_report
from dashboards.report_back_queries import Basis
from dashboards.views import blueprint
from survey import queries as survey_queries
from survey.queries import MeetingRow, ReceiptRow

PDF = "application/pdf"
#: Kinds of organisations that get a report of their own.
KINDS = ("employer", "union")


def _basis(partnership_id: int) -> Basis:
    return Basis(session(), partnership_id=partnership_id, today=now().astimezone().date())


def _page(
    found: Report | NothingYet, *, reader: str, pdf_url: str, partnership: PartnershipRow, receipt_url: str = ""
) -> ResponseReturnValue:
    """Show a report, or why there is none; `reader` is "self", "convener" or "receipt"."""
    here = {"reader": reader, "partnership": partnership, "receipt_url": receipt_url}
    if isinstance(found, NothingYet):
        return render_template("dashboards/report_back_nothing.html", nothing=found, **here)
    return render_template(
        "dashboards/report_back.html",
        report=found,
        opening=opening(found),
        standing=standing_words(found.ballot) if found.ballot else "",
        basis=basis_words(found),
        pdf_url=pdf_url,
        **here,
    )


def _file(found: Report | NothingYet | None, *, partnership: PartnershipRow, filename: str) -> Response:
    if not isinstance(found, Report):
        abort(404)
    data = printed_report(found, partnership=partnership, today=now().astimezone().date())
    return download(printed_pdf("report_back.typ", data), filename=_named(filename, partnership), mimetype=PDF)


def _named(filename: str, partnership: PartnershipRow) -> str:
    return f"{'sample-' if partnership.is_sample else ''}you-said-we-did-{filename.lower()}.pdf"


def _voters() -> list[OrganisationRow]:
    return accounts_queries.organisations(session(), partnership_id=signed_in().partnership.id, kinds=KINDS)


def _organisation(code: str) -> OrganisationRow:
    """Return an organisation of the convener's partnership that may have a report; anything else does not exist."""
    return next((row for row in _voters() if row.code.lower() == code.lower()), None) or abort(404)


def _own_organisation() -> OrganisationRow:
    """Return the firm that the signed-in person belongs to; nobody can name another one."""
    own_id = signed_in().organisation_id
    return next((row for row in _voters() if row.id == own_id), None) or abort(404)


@blueprint.get("/report-back")
@requires(Action.RUN_MEETINGS)
def reports() -> ResponseReturnValue:
    """List the organisations, each with its report, for the convener to pass on."""
    basis = _basis(signed_in().partnership.id)
    found = [(row, queries.handed_report(basis, row)) for row in _voters()]
    return render_template(
        "dashboards/report_back_list.html",
        found=found,
        n_reports=sum(isinstance(report, Report) for _row, report in found),
    )


@blueprint.get("/report-back/mine")
@requires(Action.SEE_OWN_REPORT)
def own_report() -> ResponseReturnValue:
    """Show a firm's person what became of the firm's ballot."""
    partnership = signed_in().partnership
    found = queries.organisation_report(_basis(partnership.id), _own_organisation())
    return _page(found, reader="self", pdf_url=url_for("dashboards.own_report_file"), partnership=partnership)


@blueprint.get("/report-back/mine/report.pdf")
@requires(Action.SEE_OWN_REPORT)
@limiter.limit("60/minute")
def own_report_file() -> ResponseReturnValue:
    """Send a firm's person the firm's report."""
    organisation, partnership = _own_organisation(), signed_in().partnership
    found = queries.organisation_report(_basis(partnership.id), organisation)
    return _file(found, partnership=partnership, filename=organisation.code)


@blueprint.get("/report-back/region")
@requires(Action.SEE_REPORT_BACK)
def region_report_back() -> ResponseReturnValue:
    """Show what became of the room's ranking in the region."""
    partnership = signed_in().partnership
    found = queries.region_report(_basis(partnership.id), partnership=partnership)
    if isinstance(found, NothingYet):
        return render_template("dashboards/report_back_nothing.html", nothing=found, reader="region", receipt_url="")
    return render_template(
        "dashboards/report_back_region.html",
        region=found,
        opening=region_opening(found),
        figures=coverage_rows(found),
        basis=basis_words(found.report),
    )


@blueprint.get("/report-back/region/report.pdf")
@requires(Action.SEE_REPORT_BACK)
@limiter.limit("60/minute")
def region_report_back_file() -> ResponseReturnValue:
    """Send the region's report."""
    partnership = signed_in().partnership
    found = queries.region_report(_basis(partnership.id), partnership=partnership)
    if isinstance(found, NothingYet):
        abort(404)
    data = printed_region(found, partnership=partnership, today=now().astimezone().date())
    return download(printed_pdf("report_back.typ", data), filename=_named("region", partnership), mimetype=PDF)


@blueprint.get("/report-back/<code>")
@requires(Action.RUN_MEETINGS)
def report(code: str) -> ResponseReturnValue:
    """Show the convener one organisation's report."""
    organisation, partnership = _organisation(code), signed_in().partnership
    found = queries.handed_report(_basis(partnership.id), organisation)
    pdf_url = url_for("dashboards.report_file", code=organisation.code.upper())
    return _page(found, reader="convener", pdf_url=pdf_url, partnership=partnership)


@blueprint.get("/report-back/<code>/report.pdf")
@requires(Action.RUN_MEETINGS)
def report_file(code: str) -> ResponseReturnValue:
    """Send the convener one organisation's report, to hand over."""
    organisation, partnership = _organisation(code), signed_in().partnership
    found = queries.handed_report(_basis(partnership.id), organisation)
    return _file(found, partnership=partnership, filename=organisation.code)


# By the receipt, without signing in


def _wrong_codes_per_minute() -> str:
    return f"{settings().joins_per_minute}/minute"


def _was_wrong(response: Response) -> bool:
    return response.status_code == 404


def _has_seat() -> bool:
    """Say whether this browser sits at a meeting: wrong codes of its neighbours, who share its address, are not its."""
    return bool(browser.get("seats"))


def _receipt(code: str, receipt_code: str) -> tuple[MeetingRow, ReceiptRow, PartnershipRow]:
    """Return what a receipt stands for; a code that was never given out leads nowhere."""
    meeting = survey_queries.meeting_by_code(session(), join_code=code) or abort(404)
    shown = survey_queries.receipt(session(), meeting_id=meeting.id, receipt_code=receipt_code) or abort(404)
    rows = accounts_queries.partnerships(session())
    return meeting, shown, next(row for row in rows if row.id == meeting.partnership_id)


@blueprint.get("/meet/<code>/receipt/<receipt_code>/report")
@public
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
def receipt_report(code: str, receipt_code: str) -> ResponseReturnValue:
    """Show whoever holds a receipt what became of its ballot."""
    meeting, shown, partnership = _receipt(code, receipt_code)
    found = queries.receipt_report(_basis(partnership.id), meeting=meeting, receipt=shown) or abort(404)
    codes: dict[str, Any] = {"code": meeting.join_code, "receipt_code": shown.receipt_code}
    return _page(
        found,
        reader="receipt",
        pdf_url=url_for("dashboards.receipt_report_file", **codes),
        partnership=partnership,
        receipt_url=url_for("survey.receipt", **codes),
    )


@blueprint.get("/meet/<code>/receipt/<receipt_code>/report.pdf")
@public
@limiter.limit("60/minute")
@limiter.limit(_wrong_codes_per_minute, deduct_when=_was_wrong, exempt_when=_has_seat)
def receipt_report_file(code: str, receipt_code: str) -> ResponseReturnValue:
    """Send whoever holds a receipt the same as a file."""
    meeting, shown, partnership = _receipt(code, receipt_code)
    found = queries.receipt_report(_basis(partnership.id), meeting=meeting, receipt=shown)
    return _file(found, partnership=partnership, filename=meeting.join_code)
