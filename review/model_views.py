"""Doors for the matcher's versions: what is in use, fitting a new one on the decisions so far, and choosing."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in
from accounts.permissions import Action
from base import doors
from base.doors import commit, download, now, read_on, session, settings
from base.refusals import Refusal
from matching.version import ENGINE_VERSION
from review import jobs, model_operations, model_queries
from review.adapting import installed_adaptation
from review.blueprint import NUMBER, blueprint, record
from review.model_operations import VersionNotThere, WhyMissing


@blueprint.get("/matcher")
@requires(Action.SEE_RUNS)
def matcher() -> ResponseReturnValue:
    """Show the model that new runs use, every version, and what a new one could learn from."""
    return _matcher_answer()


def _matcher_answer(*, refused: Refusal | None = None, version_id: int = 0, typed: str = "") -> ResponseReturnValue:
    """Show the matcher's page; a refused choice keeps what was typed beside the version that it is about."""
    partnership_id = signed_in().partnership.id
    found = model_queries.versions(session(), partnership_id=partnership_id)
    learnable = model_queries.learnable_decisions(session(), partnership_id=partnership_id)
    return (
        render_template(
            "review/matcher.html",
            versions=found,
            in_use=next((version for version in found if version.is_in_use), None),
            fitting=next((version for version in found if version.state == "fitting"), None),
            choices=model_queries.choices(session(), partnership_id=partnership_id),
            runs_by_version=model_queries.engine_versions_of_runs(session(), partnership_id=partnership_id),
            engine_version=ENGINE_VERSION,
            has_model_file=bool(settings().model_file),
            n_learnable=len(learnable),
            n_learnable_needs=len({row.need_code for row in learnable}),
            n_needs_needed=model_queries.N_NEEDS_NEEDED,
            refused=refused,
            refused_id=version_id,
            typed=typed,
        ),
        422 if refused else 200,
    )


@blueprint.post("/matcher/versions")
@requires(Action.ACCEPT_MODEL)
def fit_new_version() -> ResponseReturnValue:
    """Start to fit a new version on the decisions so far."""
    member = signed_in()
    try:
        adaptation = installed_adaptation(vocabulary_file=settings().vocabulary_file, model_file=settings().model_file)
        model_queries.adaptation_in_use(session(), partnership_id=member.partnership.id, installation=adaptation)
        version_id = model_operations.start_fit(
            session(), partnership_id=member.partnership.id, by_name=member.name, now=now()
        )
    except Refusal as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.matcher"))
    record("fit_matcher", f"version {version_id}")
    commit()
    read_on()
    jobs.fit_in_background(doors.database(), version_id=version_id, adaptation=adaptation)
    return redirect(url_for("review.matcher"))


@blueprint.post("/matcher/choice")
@requires(Action.ACCEPT_MODEL)
def choose_version() -> ResponseReturnValue:
    """Have new runs use a version; 0 stands for the model of the installation."""
    member, version_id = signed_in(), request.form.get("version_id", 0, type=int)
    reason = request.form.get("reason", "")
    try:
        model_operations.use_version(
            session(),
            partnership_id=member.partnership.id,
            version_id=version_id or None,
            reason=reason,
            by_name=member.name,
            now=now(),
        )
    except WhyMissing as refusal:
        read_on()
        return _matcher_answer(refused=refusal, version_id=version_id, typed=reason)
    except VersionNotThere as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.matcher"))
    record("use_matcher_version", str(version_id))
    commit()
    flash("New runs use this model from now on. Runs that are there keep the one they were made with.", "success")
    return redirect(url_for("review.matcher"))


@blueprint.post(f"/matcher/versions/<{NUMBER}:version_id>/decline")
@requires(Action.ACCEPT_MODEL)
def decline_version(version_id: int) -> ResponseReturnValue:
    """Note that a fitted version is not wanted, and why."""
    member, reason = signed_in(), request.form.get("reason", "")
    try:
        model_operations.decline_version(
            session(),
            partnership_id=member.partnership.id,
            version_id=version_id,
            reason=reason,
            by_name=member.name,
            now=now(),
        )
    except WhyMissing as refusal:
        read_on()
        return _matcher_answer(refused=refusal, version_id=version_id, typed=reason)
    except VersionNotThere as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("review.matcher"))
    record("decline_matcher_version", str(version_id))
    commit()
    flash("Declined. Nothing changes for new runs.", "success")
    return redirect(url_for("review.matcher"))


@blueprint.get(f"/matcher/versions/<{NUMBER}:version_id>/model.json")
@requires(Action.SEE_RUNS)
def version_file(version_id: int) -> ResponseReturnValue:
    """Send the model of a version as the file that the commands read."""
    found = model_queries.version_content(session(), version_id=version_id, partnership_id=signed_in().partnership.id)
    if found is None:
        abort(404)
    number, content = found
    return download(content.encode(), filename=f"skillshed-matcher-version-{number}.json", mimetype="application/json")
