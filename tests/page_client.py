"""A test client that looks at every page it is given, so that no page can forget what every page needs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

#: Inputs that need no visible label: nobody types into them.
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class Page(HTMLParser):
    """Gather what a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.n_headings = 0
        self.n_mains = 0
        self.title = ""
        self.label_targets: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.problems: list[str] = []
        self._inside: list[str] = []
        self._form: dict[str, Any] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element and what is wrong with it."""
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.append(has["id"])
        if "style" in has:
            self.problems.append(f"<{tag}> carries a style attribute")
        self.problems += [f"<{tag}> carries the script attribute {name}" for name in has if name.startswith("on")]
        if tag == "html":
            self.lang = has.get("lang", "")
        elif tag == "h1":
            self.n_headings += 1
        elif tag == "main":
            self.n_mains += 1
        elif tag == "label" and "for" in has:
            self.label_targets.add(has["for"])
        elif tag == "script" and "src" not in has and has.get("type") != "application/json":
            self.problems.append("an inline script")
        elif tag == "style":
            self.problems.append("an inline style sheet")
        elif tag == "img" and "alt" not in has:
            self.problems.append("an image without alt")
        elif tag == "form":
            self._form = {"method": has.get("method", "get").lower(), "token": False}
        elif tag in {"input", "select", "textarea"}:
            self._control(tag, has)
        if tag in {"title", "label"}:
            self._inside.append(tag)

    def _control(self, tag: str, has: dict[str, str]) -> None:
        if has.get("name") == "csrf_token" and self._form:
            self._form["token"] = True
        if tag != "input" or has.get("type", "text") not in UNLABELLED:
            self.controls.append({**has, "in_label": "yes" if "label" in self._inside else ""})

    def handle_endtag(self, tag: str) -> None:
        """Close a form: one that changes things carries the token."""
        if tag in {"title", "label"} and tag in self._inside:
            self._inside.remove(tag)
        if tag == "form" and self._form is not None:
            if self._form["method"] == "post" and not self._form["token"]:
                self.problems.append("a POST form without csrf_token")
            self._form = None

    def handle_data(self, data: str) -> None:
        """Gather the title's words."""
        if "title" in self._inside:
            self.title += data

    def all_problems(self) -> list[str]:
        """Return everything that is wrong with the page, in words."""
        found = list(self.problems)
        if not self.lang:
            found.append("<html> without lang")
        if not self.title.strip() or self.title.strip().startswith("·"):
            found.append(f"no title: {self.title!r}")
        if self.n_headings != 1:
            found.append(f"{self.n_headings} h1 headings")
        if self.n_mains != 1:
            found.append(f"{self.n_mains} main landmarks")
        doubled = {each for each in self.ids if self.ids.count(each) > 1}
        found += [f"the id {each} stands twice" for each in sorted(doubled)]
        for control in self.controls:
            labelled = (
                control["in_label"]
                or control.get("id") in self.label_targets
                or "aria-label" in control
                or "aria-labelledby" in control
            )
            if not labelled:
                found.append(f"a control without label: {control.get('name') or control.get('id')}")
        return found


class PageClient(FlaskClient):
    """Be a Flask test client that refuses to hand over a page with a defect."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for a page and look at it before the test does."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            problems = Page(response.text).all_problems()
            policy = response.headers.get("Content-Security-Policy", "")
            if not re.search(r"script-src 'self' 'nonce-[\w-]{10,}';", policy) or "default-src 'none'" not in policy:
                problems.append(f"a weak content security policy: {policy}")
            assert not problems, f"{response.request.path}: " + "; ".join(problems)
        return response
