"""Doors of this room."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.permissions import Action

blueprint = Blueprint("survey", __name__)


@blueprint.get("/assessments")
@requires(Action.SEE_ASSESSMENTS)
def assessments() -> ResponseReturnValue:
    """Show the page."""
    return render_template("errors/error.html", title="survey", advice="")


@blueprint.get("/meetings")
@requires(Action.SEE_RESULTS)
def meetings() -> ResponseReturnValue:
    """Show the page."""
    return render_template("errors/error.html", title="survey", advice="")
