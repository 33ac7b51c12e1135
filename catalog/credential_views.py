"""Doors for credentials: the list, a person's way to one, what each college does, editing and files."""

from __future__ import annotations

from types import ModuleType

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import operations as accounts_operations
from accounts import queries as accounts_queries
from accounts.access import public, requires, signed_in
from accounts.permissions import Action, Role
from base.addresses import phone_address
from base.doors import CSV, XLSX, commit, download, now, session, settings
from base.refusals import Refusal
from base.tables import csv_text, workbook
from catalog import credential_files, credential_operations, credential_queries, credential_wording, wording
from catalog.credential_forms import CredentialFileForm, CredentialForm, form_values
from catalog.credential_pathway import consortium, distinct_titles, pathway
from catalog.credential_records import KINDS, CourseRef, CredentialRow
from catalog.views import NUMBER, blueprint

#: Where the lattice of a region leads many credentials, their codes are short; no address needs more ticks than this.
MAX_HELD = 200


@blueprint.context_processor
def credential_words() -> dict[str, ModuleType]:
    """Lend pages the words for hours, money and renewal."""
    return {"say": credential_wording}


def _all() -> list[CredentialRow]:
    return credential_queries.credentials(session(), partnership_id=signed_in().partnership.id)


def _one(credential_id: int) -> CredentialRow:
    """Return a credential of the signed-in person's partnership; anything else does not exist."""
    return next((row for row in _all() if row.id == credential_id), None) or abort(404)


def _to_edit(credential_id: int) -> CredentialRow:
    row = _one(credential_id)
    if not credential_operations.may_edit(signed_in(), row):
        abort(403)
    return row


@blueprint.get("/credentials")
@requires(Action.SEE_CREDENTIALS)
def credentials() -> ResponseReturnValue:
    """List the partnership's credentials, those that hold the words asked for and are of the kind asked for."""
    rows = _all()
    words, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    found = [row for row in rows if _suits(row, words=words.casefold().split(), kind=kind)]
    names = {row.code: row.name for row in _colleges()}
    return render_template(
        "catalog/credentials.html",
        rows=rows,
        found=found,
        q=words,
        kind=kind,
        kinds=KINDS,
        titles=distinct_titles(rows),
        college_names=names,
    )


def _suits(row: CredentialRow, *, words: list[str], kind: str) -> bool:
    text = " ".join((row.code, row.title, row.issuer, row.endorsed_by, row.description, KINDS[row.kind])).casefold()
    return kind in ("", row.kind) and all(word in text for word in words)


def _colleges() -> list[accounts_queries.OrganisationRow]:
    return accounts_queries.colleges(session(), partnership_id=signed_in().partnership.id)


@blueprint.get("/credentials/colleges")
@requires(Action.SEE_CREDENTIALS)
def credentials_by_college() -> ResponseReturnValue:
    """Show which college awards, prepares for and gives credit for which credential."""
    colleges = _colleges()
    offered = credential_queries.offered_courses(session(), partnership_id=signed_in().partnership.id)
    table = consortium(_all(), college_codes=[college.code for college in colleges], offered=offered)
    return render_template("catalog/credential_colleges.html", colleges=colleges, table=table, kinds=KINDS)


@blueprint.get(f"/credentials/<{NUMBER}:credential_id>")
@requires(Action.SEE_CREDENTIALS)
def credential(credential_id: int) -> ResponseReturnValue:
    """Show a person's way to a credential from what they say they hold."""
    row, member = _one(credential_id), signed_in()
    return _pathway_page(
        row,
        partnership_id=member.partnership.id,
        may_edit=credential_operations.may_edit(member, row),
        may_confirm_for=member.organisation_code if member.role is Role.REVIEWER else "",
        share_url=phone_address(public_url=settings().public_url, requested_url=request.url_root)
        + url_for("catalog.shared_credential", partnership=member.partnership.code, code=row.code),
    )


@blueprint.get("/credentials/share/<partnership>/<code>")
@public
def shared_credential(partnership: str, code: str) -> ResponseReturnValue:
    """Show the way to a credential to anyone with the address; catalogs and credentials are public facts."""
    found = next((row for row in accounts_queries.partnerships(session()) if row.code == partnership), None)
    rows = credential_queries.credentials(session(), partnership_id=found.id) if found else []
    row = next((each for each in rows if each.code == code), None)
    if row is None or found is None:
        abort(404)
    return _pathway_page(row, partnership_id=found.id, is_shared=True, shared_by=found)


def _pathway_page(row: CredentialRow, *, partnership_id: int, **more: object) -> ResponseReturnValue:
    rows = credential_queries.credentials(session(), partnership_id=partnership_id)
    offered = credential_queries.offered_courses(session(), partnership_id=partnership_id)
    way = pathway(rows, goal=row, held=request.args.getlist("held")[:MAX_HELD], offered=offered)
    colleges = accounts_queries.colleges(session(), partnership_id=partnership_id)
    return render_template(
        "catalog/credential.html",
        way=way,
        row=row,
        kinds=KINDS,
        titles=distinct_titles(rows),
        college_names={college.code: college.name for college in colleges},
        **more,
    )


@blueprint.route("/credentials/new", methods=["GET", "POST"])
@requires(Action.EDIT_CREDENTIALS)
def new_credential() -> ResponseReturnValue:
    """Add a credential."""
    form = _form(CredentialForm(college=signed_in().organisation_code or ""))
    if request.method == "POST" and (row := _written(form)) is not None:
        credential_id = _stored(form, row)
        if credential_id:
            flash(f"{row.title} is added.", "success")
            return redirect(url_for("catalog.credential", credential_id=credential_id))
    return render_template("catalog/credential_edit.html", form=form, row=None), 422 if form.errors else 200


@blueprint.route(f"/credentials/<{NUMBER}:credential_id>/edit", methods=["GET", "POST"])
@requires(Action.EDIT_CREDENTIALS)
def edit_credential(credential_id: int) -> ResponseReturnValue:
    """Change a credential's facts and links."""
    before = _to_edit(credential_id)
    form = _form(CredentialForm(data=form_values(before)))
    if request.method == "POST":
        form.code.data = before.code  # files and links name it so: it stays
        row = _written(form)
        if row is not None and _stored(form, row):
            flash(f"{row.title} is changed.", "success")
            return redirect(url_for("catalog.credential", credential_id=credential_id))
    return render_template("catalog/credential_edit.html", form=form, row=before), 422 if form.errors else 200


def _form(form: CredentialForm) -> CredentialForm:
    """Offer the colleges for which the signed-in person may write."""
    member = signed_in()
    mine = [row for row in _colleges() if member.role is Role.CONVENER or row.code == member.organisation_code]
    form.college.choices = [*form.college.choices, *((row.code, row.name) for row in mine)]
    return form


def _written(form: CredentialForm) -> CredentialRow | None:
    return form.read() if form.validate_on_submit() else None


def _stored(form: CredentialForm, row: CredentialRow) -> int:
    """Store one credential; 0, with the reason in the form, when it is refused."""
    is_new = not any(each.code == row.code for each in _all())
    if request.endpoint == "catalog.new_credential" and not is_new:
        form.code.errors = [f"{row.code} is taken. Choose another code, or change the credential that has it."]
        return 0
    try:
        ids = credential_operations.store_credentials(
            session(), partnership_id=signed_in().partnership.id, rows=[row], now=now()
        )
    except Refusal as refusal:
        form.form_errors.append(str(refusal))
        return 0
    _record("add_credential" if is_new else "change_credential", subject=f"{row.code} {row.title}")
    commit()
    return ids[0]


@blueprint.post(f"/credentials/<{NUMBER}:credential_id>/confirm")
@requires(Action.EDIT_CREDENTIALS)
def confirm_credential(credential_id: int) -> ResponseReturnValue:
    """Confirm a credential's facts and links as they stand."""
    row = _to_edit(credential_id)
    credential_operations.confirm_credential(session(), credential_id=row.id, by_name=signed_in().name, now=now())
    _record("confirm_credential", subject=f"{row.code} {row.title}")
    commit()
    flash(f"You confirmed {row.title} as it stands.", "success")
    return redirect(url_for("catalog.credential", credential_id=row.id))


@blueprint.post(f"/credentials/<{NUMBER}:credential_id>/confirm-course")
@requires(Action.EDIT_CREDENTIALS)
def confirm_credential_course(credential_id: int) -> ResponseReturnValue:
    """Confirm that a course of one's own college prepares for a credential."""
    row, member = _one(credential_id), signed_in()
    ref = CourseRef(member.organisation_code or "", request.form.get("course", ""))
    if member.organisation_id is None or not credential_operations.confirm_course(
        session(),
        credential_id=row.id,
        organisation_id=member.organisation_id,
        course_code=ref.course_code,
        by_name=member.name,
        now=now(),
    ):
        abort(404)
    _record("confirm_preparing_course", subject=f"{row.code}: {ref}")
    commit()
    flash(f"You confirmed that {ref.course_code} prepares for {row.title}.", "success")
    return redirect(url_for("catalog.credential", credential_id=row.id))


@blueprint.post(f"/credentials/<{NUMBER}:credential_id>/remove")
@requires(Action.EDIT_CREDENTIALS)
def remove_credential(credential_id: int) -> ResponseReturnValue:
    """Remove a credential that no other one builds on."""
    row = _to_edit(credential_id)
    try:
        credential_operations.remove_credential(
            session(), partnership_id=signed_in().partnership.id, credential_id=row.id
        )
    except credential_operations.StillNeeded as refusal:
        flash(str(refusal), "error")
        return redirect(url_for("catalog.credential", credential_id=row.id))
    _record("remove_credential", subject=f"{row.code} {row.title}")
    commit()
    flash(f"{row.title} is removed.", "success")
    return redirect(url_for("catalog.credentials"))


@blueprint.route("/credentials/import", methods=["GET", "POST"])
@requires(Action.EDIT_CREDENTIALS)
def import_credentials() -> ResponseReturnValue:
    """Take a file of credentials in, all of it or nothing."""
    form = CredentialFileForm()
    problems: tuple[str, ...] = ()
    if form.validate_on_submit():
        stored, problems = _imported(form)
        if stored:
            flash(f"{wording.counted(stored, 'credential')} are stored.", "success")
            return redirect(url_for("catalog.credentials"))
    page = render_template(
        "catalog/credential_import.html", form=form, problems=problems, columns=credential_files.CREDENTIAL_COLUMNS
    )
    return page, 422 if problems or form.errors else 200


def _imported(form: CredentialFileForm) -> tuple[int, tuple[str, ...]]:
    """Store a file's credentials; return how many, or 0 with what has to be mended and where."""
    member = signed_in()
    try:
        rows, problems = credential_files.read_credentials(form.file.data.read(), filename=form.file.data.filename)
        known = {row.code: row for row in _all()}
        foreign = [
            f"{row.place}, column college: you may write for your own college and the whole partnership only."
            for row in rows
            if not all(credential_operations.may_edit(member, each) for each in (row, known.get(row.code, row)))
        ]
        if problems or foreign:
            return 0, (*problems, *foreign)
        credential_operations.store_credentials(session(), partnership_id=member.partnership.id, rows=rows, now=now())
    except Refusal as refusal:
        return 0, (str(refusal),)
    _record("import_credentials", subject=f"{len(rows)} credentials from {form.file.data.filename}")
    commit()
    return len(rows), ()


@blueprint.get("/credentials/credentials.<any(csv, xlsx):extension>")
@requires(Action.SEE_CREDENTIALS)
def credentials_file(extension: str) -> ResponseReturnValue:
    """Send all credentials as a file that can be imported again."""
    rows, partnership = _all(), signed_in().partnership
    sheet = credential_files.credentials_sheet(rows)
    filename = f"{'sample-' if partnership.is_sample else ''}credentials.{extension}"
    if extension == "csv":
        return download(csv_text(sheet), filename=filename, mimetype=CSV)
    about = credential_files.about_credentials(
        partnership_name=partnership.name, is_sample=partnership.is_sample, rows=rows, written=wording.clock(now())
    )
    return download(workbook([sheet], about=about), filename=filename, mimetype=XLSX)


def _record(act: str, *, subject: str) -> None:
    member = signed_in()
    accounts_operations.record_act(
        session(),
        partnership_id=member.partnership.id,
        actor_name=member.name,
        act=act,
        subject=subject,
        now=now(),
    )
