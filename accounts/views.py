"""Doors for signing in and out, the account page and the people of a partnership."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from wtforms.fields.choices import SelectChoice

from accounts import operations, queries
from accounts.access import SignedIn, current_member, public, requires, signed_in
from accounts.forms import PartnershipForm, PersonForm
from accounts.operations import LinkRefused, NameTaken
from accounts.permissions import Action, Role
from base.doors import commit, limiter, now, session, settings

blueprint = Blueprint("accounts", __name__)


def _local_address(address: str | None) -> str:
    """Return an address on this site, so that nobody can be led elsewhere after signing in."""
    parts = urlsplit(address or "")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or (address or "").startswith(("//", "/\\")):
        return url_for("dashboards.home")
    return address or ""


def _joins_per_minute() -> str:
    return f"{settings().joins_per_minute}/minute"


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Say how to sign in."""
    return render_template("accounts/sign_in.html", next_url=_local_address(request.args.get("next")))


@blueprint.get("/sign-in/<secret>")
@public
@limiter.limit(_joins_per_minute)
def open_link(secret: str) -> ResponseReturnValue:
    """Show whom a link signs in. Using it up is a button, so that a program that previews links cannot."""
    try:
        membership_id = operations.usable_link_membership(session(), secret=secret, now=now())
    except LinkRefused as refusal:
        return render_template("accounts/link_refused.html", message=str(refusal)), 410
    return render_template("accounts/open_link.html", member=queries.member(session(), membership_id), secret=secret)


@blueprint.post("/sign-in/<secret>")
@public
@limiter.limit(_joins_per_minute)
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in with a link."""
    try:
        membership_id = operations.use_sign_in_link(session(), secret=secret, now=now())
    except LinkRefused as refusal:
        return render_template("accounts/link_refused.html", message=str(refusal)), 410
    member = queries.member(session(), membership_id)
    if member is None:
        return render_template("accounts/link_refused.html", message="This role has been taken away."), 410
    operations.record_act(
        session(),
        partnership_id=member.partnership.id,
        actor_name=member.name,
        act="sign_in",
        subject=member.role_label,
        now=now(),
    )
    commit()
    login_user(SignedIn(member))
    return redirect(url_for("dashboards.home"))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    logout_user()
    flash("You are signed out.", "success")
    return redirect(url_for("dashboards.home"))


@blueprint.get("/account")
@requires(Action.SEE_ACCOUNT)
def account() -> ResponseReturnValue:
    """Show who is signed in and what the role allows."""
    return render_template("accounts/account.html", member=signed_in(), actions=list(Action))


#: The kinds of organisation that somebody in a role speaks for.
PLACES = {Role.REVIEWER: ("college", "university"), Role.EMPLOYER: ("employer",)}
PLACE_MISSING = {
    Role.REVIEWER: "Choose the college whose courses this person reviews.",
    Role.EMPLOYER: "Choose the firm that this person speaks for. A firm is here once it has joined a meeting.",
}


@blueprint.route("/people", methods=["GET", "POST"])
@requires(Action.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """List the people of the partnership and add one."""
    member = signed_in()
    form = PersonForm()
    places = queries.organisations(
        session(), partnership_id=member.partnership.id, kinds=[kind for kinds in PLACES.values() for kind in kinds]
    )
    form.organisation_id.choices = [SelectChoice(0, "–"), *(SelectChoice(place.id, place.name) for place in places)]
    form.kinds = {place.id: place.kind for place in places}
    if form.validate_on_submit() and _person_added(form, partnership_id=member.partnership.id, actor=member.name):
        return redirect(url_for("accounts.people"))
    return render_template(
        "accounts/people.html",
        form=form,
        partnership_form=PartnershipForm(prefix="partnership", name=member.partnership.name),
        members=queries.members(session(), partnership_id=member.partnership.id),
        acts=queries.audit_rows(session(), partnership_id=member.partnership.id, n_rows=20),
    )


def _person_added(form: PersonForm, *, partnership_id: int, actor: str) -> bool:
    role = Role(form.role.data)
    if role in PLACES and form.kinds.get(form.organisation_id.data) not in PLACES[role]:
        form.organisation_id.errors = [PLACE_MISSING[role]]
        return False
    try:
        operations.add_member(
            session(),
            partnership_id=partnership_id,
            name=form.name.data,
            email=form.email.data,
            role=role,
            organisation_id=form.organisation_id.data if role in PLACES else None,
            now=now(),
        )
    except NameTaken as refusal:
        form.email.errors = [str(refusal)]
        return False
    operations.record_act(
        session(), partnership_id=partnership_id, actor_name=actor, act="add_person", subject=form.name.data, now=now()
    )
    commit()
    flash(f"{form.name.data} is added. Make a sign-in link and hand it over.", "success")
    return True


@blueprint.post("/people/<int:membership_id>/link")
@requires(Action.MANAGE_PEOPLE)
def make_link(membership_id: int) -> ResponseReturnValue:
    """Make a one-time sign-in link for someone and show it once."""
    actor = signed_in()
    found = queries.member(session(), membership_id)
    if found is None or found.partnership.id != actor.partnership.id:
        return render_template("errors/not_found.html"), 404
    secret = operations.make_sign_in_link(
        session(), membership_id=membership_id, now=now(), hours=settings().sign_in_link_hours
    )
    operations.record_act(
        session(),
        partnership_id=actor.partnership.id,
        actor_name=actor.name,
        act="make_sign_in_link",
        subject=found.name,
        now=now(),
    )
    commit()
    return render_template(
        "accounts/link_made.html",
        member=found,
        link=url_for("accounts.open_link", secret=secret, _external=True),
        hours=settings().sign_in_link_hours,
    )


@blueprint.post("/people/partnership")
@requires(Action.MANAGE_PEOPLE)
def rename() -> ResponseReturnValue:
    """Give the partnership another name."""
    form = PartnershipForm(prefix="partnership")
    member = current_member()
    if member and form.validate_on_submit():
        operations.rename_partnership(session(), partnership_id=member.partnership.id, name=form.name.data)
        commit()
        flash("The partnership has its new name.", "success")
    else:
        flash("Write a name for the partnership; the old one stays until then.", "error")
    return redirect(url_for("accounts.people"))
