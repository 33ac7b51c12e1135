"""Doors for colleges, catalog imports, editions and courses."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from accounts import operations as accounts_operations
from accounts.access import requires, signed_in
from accounts.operations import NameTaken
from accounts.permissions import Action
from accounts.queries import OrganisationRow
from base.doors import CSV, XLSX, commit, download, now, session
from base.tables import Sheet, csv_text, workbook
from catalog import ctdl_files, exports, jobs, operations, queries, wording
from catalog.corrections import listed_records, note_keys
from catalog.forms import CollegeForm, UploadForm, chosen_columns
from catalog.importers.archives import ArchiveRefusal, SavedFile
from catalog.operations import AlreadyImported, NothingToStore
from catalog.packing import one_file
from catalog.previews import Preview, is_table, preview_upload, why_unreadable
from catalog.queries import EditionRow, PendingImportRow
from catalog.records import CatalogReading

blueprint = Blueprint("catalog", __name__)

#: A page waits this long for a long file, and then asks again in so many seconds.
SECONDS_TO_WAIT = 0.5
SECONDS_TO_ASK = 2
#: Courses of an upload that its page lists at once.
N_LISTED = 500
#: Larger numbers are no editions or uploads, and no row numbers of the database either.
NUMBER = "int(max=999999999)"


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Lend pages the words for days, counts and numbers."""
    names = ("day", "clock", "counted", "plain", "span", "NOTE_KINDS")
    return {name: getattr(wording, name) for name in names}


@blueprint.get("/colleges")
@requires(Action.SEE_CATALOGS)
def colleges() -> ResponseReturnValue:
    """List the partnership's colleges with their newest editions."""
    return _colleges_page(CollegeForm())


def _colleges_page(form: CollegeForm) -> ResponseReturnValue:
    member = signed_in()
    found = queries.colleges_with_editions(session(), partnership_id=member.partnership.id)
    open_ids = {row.id for row, _ in found if operations.may_import_for(member, organisation_id=row.id)}
    return render_template("catalog/colleges.html", colleges=found, open_ids=open_ids, form=form)


@blueprint.post("/colleges")
@requires(Action.MANAGE_PEOPLE)
def add_college() -> ResponseReturnValue:
    """Add a college or university to the partnership."""
    form, member = CollegeForm(), signed_in()
    if not form.validate_on_submit():
        return _colleges_page(form)
    try:
        accounts_operations.add_organisation(
            session(),
            partnership_id=member.partnership.id,
            name=form.name.data,
            kind=form.kind.data,
            code=form.code.data,
            now=now(),
        )
    except NameTaken as refusal:
        form.code.errors = [str(refusal)]
        return _colleges_page(form)
    _record("add_college", subject=f"{form.name.data} ({form.code.data})")
    commit()
    flash(f"{form.name.data} is added. Import its catalog next.", "success")
    return redirect(url_for("catalog.college", code=form.code.data))


@blueprint.get("/colleges/<code>")
@requires(Action.SEE_CATALOGS)
def college(code: str) -> ResponseReturnValue:
    """Show a college's editions, and the uploads that wait for a look."""
    found = _college(code)
    may_import = operations.may_import_for(signed_in(), organisation_id=found.id)
    return render_template(
        "catalog/college.html",
        college=found,
        editions=queries.editions(session(), organisation_id=found.id),
        may_import=may_import,
        waiting=queries.pending_imports(session(), organisation_id=found.id) if may_import else [],
    )


@blueprint.route("/colleges/<code>/import", methods=["GET", "POST"])
@requires(Action.IMPORT_CATALOGS)
def import_catalog(code: str) -> ResponseReturnValue:
    """Take a catalog file in and keep it until its columns have been looked at."""
    found = college_to_import(code)
    form = UploadForm(label=f"{wording.catalog_year(now().date())} catalog")
    pending_id = _kept_upload(form, organisation_id=found.id) if form.validate_on_submit() else None
    if pending_id is not None:
        return redirect(url_for("catalog.preview_import", code=found.code, pending_id=pending_id))
    waiting = queries.pending_imports(session(), organisation_id=found.id)
    return render_template("catalog/import.html", college=found, form=form, waiting=waiting)


def _kept_upload(form: UploadForm, *, organisation_id: int) -> int | None:
    """Keep an upload and return its row number; None, and the reason in the form, when it cannot be read."""
    files = [_saved_file(file) for file in form.file.data]
    _let_others_write()
    try:
        kept = one_file(files)
        # A long file is read while its own page says how far it is.
        refusal = "" if jobs.is_long(kept.content) else why_unreadable(kept.content, filename=kept.name)
    except ArchiveRefusal as archive_refusal:
        refusal = str(archive_refusal)
    if refusal:
        form.file.errors = [refusal]
        return None
    pending_id = operations.keep_upload(
        session(),
        organisation_id=organisation_id,
        filename=kept.name,
        content=kept.content,
        label=form.label.data.strip(),
        by_name=signed_in().name,
        now=now(),
    )
    commit()
    return pending_id


def _saved_file(sent: FileStorage) -> SavedFile:
    """Take an uploaded file; a large one lies on the disk until it is closed."""
    with closing(sent):
        return SavedFile(_plain_name(sent.filename or ""), sent.read())


def _plain_name(name: str) -> str:
    """Return the name of an uploaded file without the folders that some browsers send."""
    return name.replace("\\", "/").rsplit("/", maxsplit=1)[-1].rsplit(":", maxsplit=1)[-1] or "file"


@blueprint.get(f"/colleges/<code>/import/<{NUMBER}:pending_id>")
@requires(Action.IMPORT_CATALOGS)
def preview_import(code: str, pending_id: int) -> ResponseReturnValue:
    """Show an upload as the edition that it would become; the address may carry other columns."""
    found = college_to_import(code)
    kept = queries.pending_import(session(), organisation_id=found.id, pending_id=pending_id)
    if kept is None:
        return no_longer_waiting(found)
    upload, content = kept
    if jobs.is_long(content) and not is_table(content, filename=upload.filename):
        _let_others_write()
        reading = jobs.reading_of(content, filename=upload.filename, pending_id=upload.id)
        if not reading.wait(SECONDS_TO_WAIT):
            page = render_template("catalog/reading.html", college=found, upload=upload, share=reading.share)
            return page, {"Refresh": str(SECONDS_TO_ASK)}
    preview = preview_of(found, upload=upload, content=content)
    return _preview_page(found, upload=upload, preview=preview, file_digest=hashlib.sha256(content).hexdigest())


def preview_of(found: OrganisationRow, *, upload: PendingImportRow, content: bytes) -> Preview:
    """Read an upload with the columns that the request names."""
    remembered = queries.last_mapping(session(), organisation_id=found.id)
    others = queries.other_colleges(session(), partnership_id=signed_in().partnership.id, organisation_id=found.id)
    _let_others_write()
    return preview_upload(
        content,
        filename=upload.filename,
        sheet=request.values.get("sheet", ""),
        chosen=chosen_columns(request.values),
        remembered=remembered,
        others=others,
        corrections=upload.corrections,
    )


def _preview_page(
    found: OrganisationRow, *, upload: PendingImportRow, preview: Preview, refusal: str = "", file_digest: str = ""
) -> ResponseReturnValue:
    newest = queries.editions(session(), organisation_id=found.id)[:1]
    wanted = request.args.get("find", "").strip()
    listed = listed_records(preview.reading, wanted=wanted) if preview.reading else []
    page = render_template(
        "catalog/preview.html",
        college=found,
        upload=upload,
        preview=preview,
        refusal=refusal,
        newest=newest[0] if newest else None,
        is_same_file=bool(newest) and newest[0].file_digest == file_digest,
        wanted=wanted,
        listed=listed[:N_LISTED],
        n_listed=len(listed),
        keys=note_keys(preview.reading) if preview.reading else {},
    )
    return page, 409 if refusal else 200


@blueprint.post(f"/colleges/<code>/import/<{NUMBER}:pending_id>")
@requires(Action.IMPORT_CATALOGS)
def store_import(code: str, pending_id: int) -> ResponseReturnValue:
    """Store an upload, as its preview showed it, as the college's next edition."""
    found = college_to_import(code)
    kept = queries.pending_import(session(), organisation_id=found.id, pending_id=pending_id)
    if kept is None:
        return no_longer_waiting(found)
    upload, content = kept
    preview = preview_of(found, upload=upload, content=content)
    if preview.reading is None:
        return _preview_page(found, upload=upload, preview=preview, refusal="Nothing was stored.")
    try:
        edition = _stored(found, upload=upload, content=content, mapping=preview.mapping or {}, reading=preview.reading)
    except (AlreadyImported, NothingToStore) as refusal:
        return _preview_page(found, upload=upload, preview=preview, refusal=str(refusal))
    commit()
    flash(
        f"{wording.counted(edition.n_courses, 'course')} are stored as edition {edition.number}. {_rest(edition)}",
        "success",
    )
    return redirect(url_for("catalog.edition", code=found.code, number=edition.number))


def _stored(
    found: OrganisationRow, *, upload: PendingImportRow, content: bytes, mapping: Any, reading: CatalogReading
) -> EditionRow:
    operations.store_edition(
        session(),
        organisation_id=found.id,
        label=upload.label,
        filename=upload.filename,
        file_digest=hashlib.sha256(content).hexdigest(),
        mapping=mapping,
        reading=reading,
        by_name=signed_in().name,
        now=now(),
    )
    operations.discard_upload(session(), organisation_id=found.id, pending_id=upload.id)
    edition = queries.editions(session(), organisation_id=found.id)[0]
    subject = f"{found.code} edition {edition.number} ({edition.label})"
    _record("import_catalog", subject=subject, n_courses=edition.n_courses, filename=edition.filename)
    return edition


def _rest(edition: EditionRow) -> str:
    """Say what of a file did not become a course."""
    n_left_out = edition.n_rejected + edition.n_duplicates
    if not n_left_out and not edition.n_doubts:
        return "Nothing was left out."
    left_out, doubts = wording.counted(n_left_out, "record"), wording.counted(edition.n_doubts, "doubt")
    return f"{left_out} left out and {doubts}: all are listed in the import report."


@blueprint.post(f"/colleges/<code>/import/<{NUMBER}:pending_id>/discard")
@requires(Action.IMPORT_CATALOGS)
def discard_import(code: str, pending_id: int) -> ResponseReturnValue:
    """Forget an upload; editions stay as they are."""
    found = college_to_import(code)
    kept = queries.pending_import(session(), organisation_id=found.id, pending_id=pending_id)
    if kept is None:
        return no_longer_waiting(found)
    operations.discard_upload(session(), organisation_id=found.id, pending_id=pending_id)
    _record("discard_upload", subject=f"{found.code}: {kept[0].filename}")
    commit()
    flash(f"The upload {kept[0].filename} is discarded. Nothing of it was stored.", "success")
    return redirect(url_for("catalog.college", code=found.code))


@blueprint.get(f"/colleges/<code>/editions/<{NUMBER}:number>")
@requires(Action.SEE_CATALOGS)
def edition(code: str, number: int) -> ResponseReturnValue:
    """Show an edition: its courses, what changed, and what its import left out."""
    found = _college(code)
    shown = _edition(found, number)
    older = queries.edition(session(), organisation_id=found.id, number=number - 1)
    changes = queries.edition_diff(session(), older_id=older.id, newer_id=shown.id) if older else None
    changed = changes.changed if changes else ()
    return render_template(
        "catalog/edition.html",
        college=found,
        edition=shown,
        older=older,
        changes=changes,
        changed=[(row, queries.field_changes(older=before, newer=row)) for before, row in changed],
        courses=queries.courses(session(), edition_id=shown.id),
        notes=queries.import_notes(session(), edition_id=shown.id),
    )


@blueprint.get(f"/colleges/<code>/editions/<{NUMBER}:number>/courses.<extension>")
@requires(Action.SEE_CATALOGS)
def courses_file(code: str, number: int, extension: str) -> ResponseReturnValue:
    """Send an edition's courses as a file that can be imported again."""
    found = _college(code)
    shown = _edition(found, number)
    rows = queries.courses(session(), edition_id=shown.id)
    sheet = exports.courses_sheet(rows, college_code=found.code)
    return _file(sheet, edition=shown, name="courses", extension=extension)


@blueprint.get(f"/colleges/<code>/editions/<{NUMBER}:number>/courses.jsonld")
@requires(Action.SEE_CATALOGS)
def courses_ctdl(code: str, number: int) -> ResponseReturnValue:
    """Send an edition's courses as linked data of the Credential Registry."""
    shown, partnership = _edition(_college(code), number), signed_in().partnership
    rows = queries.courses(session(), edition_id=shown.id)
    about = exports.about_edition(shown, partnership_name=partnership.name, is_sample=partnership.is_sample, now=now())
    college_courses = ctdl_files.CollegeCourses(shown.college_code, shown.college_name, rows, alignments={})
    sample = "sample-" if partnership.is_sample else ""
    filename = f"{sample}{shown.college_code}-edition-{number}-courses.jsonld"
    return download(
        ctdl_files.ctdl_file([college_courses], about=about), filename=filename, mimetype=ctdl_files.MIMETYPE
    )


@blueprint.get(f"/colleges/<code>/editions/<{NUMBER}:number>/import-report.<extension>")
@requires(Action.SEE_CATALOGS)
def report_file(code: str, number: int, extension: str) -> ResponseReturnValue:
    """Send what an edition's import left out or doubted."""
    shown = _edition(_college(code), number)
    sheet = exports.report_sheet(queries.import_notes(session(), edition_id=shown.id))
    return _file(sheet, edition=shown, name="import-report", extension=extension)


def _file(sheet: Sheet, *, edition: EditionRow, name: str, extension: str) -> ResponseReturnValue:
    partnership = signed_in().partnership
    sample = "sample-" if partnership.is_sample else ""
    filename = f"{sample}{edition.college_code}-edition-{edition.number}-{name}.{extension}"
    if extension == "csv":
        return download(csv_text(sheet), filename=filename, mimetype=CSV)
    if extension != "xlsx":
        abort(404)
    about = exports.about_edition(
        edition, partnership_name=partnership.name, is_sample=partnership.is_sample, now=now()
    )
    return download(workbook([sheet], about=about), filename=filename, mimetype=XLSX)


@blueprint.get("/courses/<college>/<path:code>", merge_slashes=False)
@requires(Action.SEE_CATALOGS)
def course(college: str, code: str) -> ResponseReturnValue:
    """Show one course as its newest edition, or the edition that is asked for, prints it."""
    found = _college(college)
    editions = queries.editions_with(session(), organisation_id=found.id, code=code)
    wanted = request.args.get("edition", type=int)
    shown = next((row for row in editions if wanted in (None, row.number)), None) or abort(404)
    newest = queries.editions(session(), organisation_id=found.id)[0]
    return render_template(
        "catalog/course.html",
        college=found,
        course=queries.course(session(), edition_id=shown.id, code=code),
        edition=shown,
        newest=newest,
        editions=editions,
    )


def _college(code: str) -> OrganisationRow:
    """Return a college of the signed-in person's partnership; anything else does not exist."""
    return queries.college(session(), partnership_id=signed_in().partnership.id, code=code) or abort(404)


def college_to_import(code: str) -> OrganisationRow:
    """Return a college whose catalog the signed-in person may import, or say who may."""
    found = _college(code)
    if not operations.may_import_for(signed_in(), organisation_id=found.id):
        title = "You import the catalog of your own college only"
        advice = f"The catalog of {found.name} is imported by its curriculum reviewers and by conveners."
        abort(make_response(render_template("errors/error.html", title=title, advice=advice), 403))
    return found


def _edition(found: OrganisationRow, number: int) -> EditionRow:
    return queries.edition(session(), organisation_id=found.id, number=number) or abort(404)


def no_longer_waiting(found: OrganisationRow) -> ResponseReturnValue:
    """Lead back to the college from an upload that is gone, as after a second click."""
    flash("This upload does not wait any more: it was stored or discarded.", "warning")
    return redirect(url_for("catalog.college", code=found.code))


def _let_others_write() -> None:
    """End the transaction, so that nobody waits while a large file is read; the next question begins another."""
    session().rollback()


def _record(act: str, *, subject: str, **facts: Any) -> None:
    """Write what the signed-in person did into the audit trail."""
    member = signed_in()
    accounts_operations.record_act(
        session(),
        partnership_id=member.partnership.id,
        actor_name=member.name,
        act=act,
        subject=subject,
        facts=facts,
        now=now(),
    )
