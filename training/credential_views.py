"""Doors for reimbursable credentials: the public search, a firm's wish, the decision, and a program's list."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from accounts.access import public, requires, signed_in
from accounts.permissions import Action
from base.doors import commit, download, limiter, now, session, settings
from base.refusals import Refusal
from training import reimbursable
from training.blueprint import blueprint, own_firm_id, programs, record
from training.forms import JudgeForm, ListForm, SubmissionForm, cents
from training.records import ListedCredential, SubmissionRow
from training.reimbursable import MAX_FOUND

#: Rows of a list that are named when they are left out.
N_NAMED_REJECTS = 8


def _searches_per_minute() -> str:
    return f"{settings().joins_per_minute}/minute"


@blueprint.get("/funding/credentials")
@public
@limiter.limit(_searches_per_minute)
def credentials() -> ResponseReturnValue:
    """Answer whether a credential is reimbursable, without a sign-in."""
    words = " ".join(request.args.get("q", "").split())[:200]
    found = reimbursable.listed_credentials(session(), words=words)
    return render_template("training/credentials.html", words=words, found=found, most=MAX_FOUND)


@blueprint.route("/funding/credentials/new", methods=["GET", "POST"])
@requires(Action.REQUEST_TRAINING)
def new_submission() -> ResponseReturnValue:
    """Ask to have a credential listed; only firms do, for themselves."""
    firm_id = own_firm_id()
    if firm_id is None:
        flash("A firm asks for this itself, signed in. You can add a credential with a program’s list.", "warning")
        return redirect(url_for("training.submissions"))
    form = SubmissionForm(data={"title": request.args.get("title", "")[:200]})
    if form.validate_on_submit():
        try:
            submission_id = reimbursable.submit_credential(
                session(),
                partnership_id=signed_in().partnership.id,
                organisation_id=firm_id,
                content=form.content(),
                by_name=signed_in().name,
                now=now(),
            )
        except Refusal as refusal:
            form.syllabus.errors = [str(refusal)]
        else:
            record("submit_credential", subject=f"credential wish {submission_id}")
            commit()
            flash("It is with the reviewers. You see here what they decide.", "success")
            return redirect(url_for("training.submission", submission_id=submission_id))
    return render_template("training/credential_new.html", form=form)


@blueprint.get("/funding/credentials/submissions")
@requires(Action.SEE_TRAINING)
def submissions() -> ResponseReturnValue:
    """List the wishes: a firm's own, or all of them for those who decide."""
    if own_firm_id() is None and not signed_in().may(Action.JUDGE_CREDENTIALS):
        abort(404)
    found = reimbursable.submissions(
        session(), partnership_id=signed_in().partnership.id, organisation_id=own_firm_id()
    )
    return render_template("training/submissions.html", found=found, is_firm=own_firm_id() is not None)


def _own_submission(submission_id: int) -> SubmissionRow:
    if own_firm_id() is None and not signed_in().may(Action.JUDGE_CREDENTIALS):
        abort(404)
    found = reimbursable.submission(
        session(),
        submission_id=submission_id,
        partnership_id=signed_in().partnership.id,
        organisation_id=own_firm_id(),
    )
    return found or abort(404)


@blueprint.get("/funding/credentials/submissions/<int:submission_id>")
@requires(Action.SEE_TRAINING)
def submission(submission_id: int) -> ResponseReturnValue:
    """Show a wish and what became of it; those who decide find the form here."""
    found = _own_submission(submission_id)
    return _submission_page(found, form=_judge_form(found))


def _submission_page(found: SubmissionRow, *, form: JudgeForm) -> ResponseReturnValue:
    may_judge = signed_in().may(Action.JUDGE_CREDENTIALS) and found.state == "waiting"
    return render_template("training/submission.html", found=found, form=form if may_judge else None)


def _judge_form(found: SubmissionRow) -> JudgeForm:
    form = JudgeForm(data={"title": found.content.title, "issuer": found.content.issuer})
    form.program.choices = _program_choices()
    return form


def _program_choices() -> list[SelectChoice]:
    """Name the programs with rules here, and those whose lists are here."""
    ruled = [program.name for program in programs() if program.kind == "credential"]
    listed = reimbursable.listed_programs(session(), partnership_id=signed_in().partnership.id)
    return [SelectChoice(name, name) for name in dict.fromkeys((*listed, *ruled))]


@blueprint.post("/funding/credentials/submissions/<int:submission_id>/judge")
@requires(Action.JUDGE_CREDENTIALS)
def judge_submission(submission_id: int) -> ResponseReturnValue:
    """Accept a credential for the list, or decline it."""
    found = _own_submission(submission_id)
    form = _judge_form(found)
    if form.validate_on_submit():
        try:
            _judge(found, form=form)
        except Refusal as refusal:
            form.form_errors.append(str(refusal))
        else:
            record("judge_credential", subject=f"credential wish {submission_id}")
            commit()
            flash("Decided. The firm sees it now.", "success")
            return redirect(url_for("training.submissions"))
    return _submission_page(found, form=form)


def _judge(found: SubmissionRow, *, form: JudgeForm) -> None:
    by_name, moment = signed_in().name, now()
    if request.form.get("decision") != "accept":
        reimbursable.decline_credential(
            session(), submission_id=found.id, reason=form.reason.data, by_name=by_name, now=moment
        )
        return
    listed = ListedCredential(
        program=form.program.data or "",
        title=" ".join((form.title.data or "").split()),
        issuer=" ".join((form.issuer.data or "").split()),
        amount_cents=cents(form.amount.data),
        since_on=moment.astimezone().date(),
        source=reimbursable.ACCEPTED,
    )
    reimbursable.accept_credential(
        session(), submission_id=found.id, listed=listed, reason=form.reason.data, by_name=by_name, now=moment
    )


@blueprint.get("/funding/credentials/submissions/<int:submission_id>/syllabus")
@requires(Action.SEE_TRAINING)
def syllabus(submission_id: int) -> Response:
    """Send the syllabus file of a wish; the browser saves it and never opens it here."""
    content = _own_submission(submission_id).content
    if content.syllabus_file is None:
        abort(404)
    return download(
        content.syllabus_file, filename=content.syllabus_filename or "syllabus", mimetype="application/octet-stream"
    )


@blueprint.route("/funding/credentials/import", methods=["GET", "POST"])
@requires(Action.IMPORT_CREDENTIALS)
def import_credentials() -> ResponseReturnValue:
    """Take in a program's list from a CSV or Excel file."""
    form = ListForm()
    form.program.choices = _program_choices()
    if form.validate_on_submit():
        try:
            reading = reimbursable.read_list(
                form.file.data.read(),
                filename=form.file.data.filename,
                program=form.program.data or "",
                today=now().astimezone().date(),
            )
        except Refusal as refusal:
            form.file.errors = [str(refusal)]
        else:
            n_new, n_known = reimbursable.store_list(
                session(), partnership_id=signed_in().partnership.id, reading=reading
            )
            record("import_credentials", subject=form.program.data or "", n_new=n_new, n_known=n_known)
            commit()
            flash(f"{n_new} new, {n_known} known already, {len(reading.rejects)} rows left out.", "success")
            for place, why in reading.rejects[:N_NAMED_REJECTS]:
                flash(f"{place}: {why}.", "warning")
            return redirect(url_for("training.import_credentials"))
    return render_template("training/credentials_import.html", form=form)
