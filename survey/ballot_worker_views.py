"""The door for the script that opens the ballot page without a network: a service worker, over https and locally."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Response, current_app, request, url_for

from accounts.access import public
from survey.blueprint import blueprint

SCRIPT = "js/ballot_worker.js"
#: What the ballot page needs besides its scripts.
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/controls.css",
    "css/ballot.css",
    "css/ballot_form.css",
    "css/print.css",
    "favicon.svg",
)


@blueprint.get("/ballot-worker.js")
@public
def ballot_worker() -> Response:
    """Give phones the worker, named after the files it keeps: other files make another worker."""
    names, digest = _kept_files(current_app.static_folder or "")
    addresses = [url_for("static", filename=name) for name in names]
    head = f"const VERSION = {json.dumps(digest)};\nconst FILES = {json.dumps(addresses)};\n"
    script = Path(current_app.static_folder or "", SCRIPT).read_text(encoding="utf-8")
    response = Response(head + script, mimetype="text/javascript")
    # It may ask this server for pages and files, and nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _kept_files(folder: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the ballot page's files and a digest of what they say."""
    scripts = sorted(path.name for path in Path(folder, "js").glob("ballot*.js"))
    names = (*FILES, *(f"js/{name}" for name in scripts if f"js/{name}" != SCRIPT))
    content = b"".join(name.encode() + Path(folder, name).read_bytes() for name in (*names, SCRIPT))
    return names, hashlib.sha256(content).hexdigest()[:16]
