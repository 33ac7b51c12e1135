"""Doors of this room."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.permissions import Action

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/colleges")
@requires(Action.SEE_CATALOGS)
def colleges() -> ResponseReturnValue:
    """Show the page."""
    return render_template("errors/error.html", title="catalog", advice="")
