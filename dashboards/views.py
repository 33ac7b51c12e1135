"""Doors of this room."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.access import public, requires
from accounts.permissions import Action

blueprint = Blueprint("dashboards", __name__)


@blueprint.get("/region")
@requires(Action.SEE_REGION)
def region() -> ResponseReturnValue:
    """Show the page."""
    return render_template("errors/error.html", title="dashboards", advice="")


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the home page."""
    return render_template("errors/error.html", title="home", advice="")
