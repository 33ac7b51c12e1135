"""State every door's permission, and know who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user

from accounts import queries
from accounts.permissions import Action
from accounts.queries import Member
from base.doors import session

P = ParamSpec("P")
R = TypeVar("R")

#: Attribute in which a door carries what it said about itself; tests/test_routes.py reads it.
STATED = "stated_permission"
PUBLIC = "public"


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Carry a member through Flask-Login."""

    def __init__(self, member: Member) -> None:
        self.member = member

    def get_id(self) -> str:
        """Return what the session cookie keeps: the membership's row number."""
        return str(self.member.membership_id)


def init_access(app: Flask) -> None:
    """Set Flask-Login up on an application."""
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def load(membership_id: str) -> SignedIn | None:
        found = queries.member(session(), int(membership_id)) if membership_id.isdigit() else None
        return SignedIn(found) if found else None


def current_member() -> Member | None:
    """Return who is signed in, or None."""
    return cast(Member, current_user.member) if current_user.is_authenticated else None


def signed_in() -> Member:
    """Return who is signed in, on doors that only signed-in people pass."""
    member = current_member()
    if member is None:
        abort(401)
    return member


def public(view: Callable[P, R]) -> Callable[P, R]:
    """State that anyone may pass this door."""
    setattr(view, STATED, PUBLIC)
    return view


def requires(action: Action) -> Callable[[Callable[P, Any]], Callable[P, ResponseReturnValue]]:
    """State the action that a door needs; who is not signed in is sent to the sign-in page."""

    def decorate(view: Callable[P, Any]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            member = current_member()
            if member is None:
                if request.method in {"GET", "HEAD"}:
                    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
                abort(401)
            if not member.may(action):
                g.refused_action = action
                abort(403)
            return cast(ResponseReturnValue, view(*args, **kwargs))

        setattr(guarded, STATED, action)
        return guarded

    return decorate
