"""Doors of this room."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.permissions import Action

blueprint = Blueprint("review", __name__)


@blueprint.get("/runs")
@requires(Action.SEE_RUNS)
def runs() -> ResponseReturnValue:
    """Show the page."""
    return render_template("errors/error.html", title="review", advice="")


@blueprint.get("/review")
@requires(Action.REVIEW_VERDICTS)
def queue() -> ResponseReturnValue:
    """Show the queue."""
    return render_template("errors/error.html", title="review", advice="")
