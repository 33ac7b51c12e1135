"""Doors for the records of an upload: see one beside what the file says, and write it in by hand."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from accounts.queries import OrganisationRow
from base.doors import commit, session
from catalog import corrections, operations, queries
from catalog.corrections import BY, CorrectionRefused, Record
from catalog.forms import CorrectionForm
from catalog.previews import Preview
from catalog.queries import PendingImportRow
from catalog.views import NUMBER, blueprint, college_to_import, no_longer_waiting, preview_of

PAGE = f"/colleges/<code>/import/<{NUMBER}:pending_id>/record"
#: Parameters of the address that name a record, not columns.
OWN_PARAMETERS = ("key", "find")


@blueprint.get(PAGE)
@requires(Action.IMPORT_CATALOGS)
def see_record(code: str, pending_id: int) -> ResponseReturnValue:
    """Show a record of an upload as it would be stored beside what the file says."""
    found = college_to_import(code)
    kept = queries.pending_import(session(), organisation_id=found.id, pending_id=pending_id)
    if kept is None:
        return no_longer_waiting(found)
    preview, record = _record_of(found, kept)
    form = CorrectionForm(formdata=None, data=corrections.texts_of(record))
    return _record_page(found, kept[0], preview=preview, record=record, form=form)


@blueprint.post(PAGE)
@requires(Action.IMPORT_CATALOGS)
def write_record(code: str, pending_id: int) -> ResponseReturnValue:
    """Keep a record as somebody wrote it, or as the file has it again; nothing is stored yet."""
    found = college_to_import(code)
    kept = queries.pending_import(session(), organisation_id=found.id, pending_id=pending_id)
    if kept is None:
        return no_longer_waiting(found)
    key = request.args.get("key", "")
    if request.form.get("as_in_file") and key in kept[0].corrections:
        return _kept(found, pending_id, key=key, written=None, told=f"{key} stands as the file has it again.")
    preview, record = _record_of(found, kept)
    form = CorrectionForm()
    if not form.validate_on_submit() or preview.reading is None:
        return _record_page(found, kept[0], preview=preview, record=record, form=form)
    try:
        written = corrections.correction_of(
            form.data, reading=preview.reading, key=record.key, by_name=signed_in().name
        )
    except CorrectionRefused as refusal:
        form[refusal.field].errors = [str(refusal)]
        return _record_page(found, kept[0], preview=preview, record=record, form=form)
    told = f"{written['code']} is taken as you wrote it. The import report will say so."
    return _kept(found, pending_id, key=key, written=written, told=told)


def _kept(
    found: OrganisationRow, pending_id: int, *, key: str, written: dict[str, str] | None, told: str
) -> ResponseReturnValue:
    operations.keep_correction(session(), organisation_id=found.id, pending_id=pending_id, key=key, written=written)
    commit()
    flash(told, "success")
    return redirect(_preview_url(found, pending_id))


def _preview_url(found: OrganisationRow, pending_id: int) -> str:
    """Return the address of the preview with the columns that this request carries."""
    columns = {name: text for name, text in request.args.items() if name not in OWN_PARAMETERS}
    here = url_for("catalog.preview_import", code=found.code, pending_id=pending_id)
    return f"{here}?{urlencode(columns)}" if columns else here


def _record_of(found: OrganisationRow, kept: tuple[PendingImportRow, bytes]) -> tuple[Preview, Record]:
    """Read the upload again and find the record that the address names."""
    upload, content = kept
    preview = preview_of(found, upload=upload, content=content)
    key = request.args.get("key", "")
    record = corrections.record(preview.reading, key=key) if preview.reading else None
    return preview, record or abort(404)


def _record_page(
    found: OrganisationRow, upload: PendingImportRow, *, preview: Preview, record: Record, form: CorrectionForm
) -> ResponseReturnValue:
    reading = preview.reading
    return render_template(
        "catalog/record.html",
        college=found,
        upload=upload,
        preview=preview,
        record=record,
        raw=preview.raw_of(record),
        doubts=[note for note in reading.doubts if note.place == record.place] if reading else [],
        form=form,
        preview_url=_preview_url(found, upload.id),
        written_by=upload.corrections.get(record.key, {}).get(BY, ""),
    )
