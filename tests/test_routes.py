"""Every door states its permission, and every role tries every door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from accounts.access import PUBLIC, STATED
from accounts.permissions import Action, Role, may

SignIn = Callable[[str], FlaskClient]


def rules(app: Flask) -> list[Rule]:
    """Return every rule but the one for static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def made_up(rule: Rule, name: str) -> int | str:
    """Make up a value that a rule's converter takes."""
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        return 1
    return next(iter(sorted(converter.items))) if isinstance(converter, AnyConverter) else "x"


def address(app: Flask, rule: Rule) -> str:
    """Build an address for a rule with made-up things in it."""
    with app.test_request_context():
        built = rule.build({name: made_up(rule, name) for name in rule.arguments})
    assert built is not None
    return built[1]


def stated(app: Flask, rule: Rule) -> Action | str | None:
    """Return what a door said about itself."""
    return getattr(app.view_functions[rule.endpoint], STATED, None)


def test_every_door_states_its_permission(app: Flask) -> None:
    silent = [rule.endpoint for rule in rules(app) if stated(app, rule) is None]
    assert not silent


def test_every_action_guards_a_door(app: Flask) -> None:
    asked = {stated(app, rule) for rule in rules(app)}
    assert set(Action) - {Action.SEE_HOME} <= asked


def test_strangers_pass_public_doors_only(app: Flask, client: FlaskClient, partnership_id: int) -> None:
    for rule in rules(app):
        if stated(app, rule) == PUBLIC:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            status = client.open(address(app, rule), method=method).status_code
            assert status == (302 if method == "GET" else 401), f"{method} {rule.rule}: {status}"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_passes_the_doors_it_may_and_no_others(app: Flask, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role.value)
    for rule in rules(app):
        wanted = stated(app, rule)
        if wanted == PUBLIC:
            continue
        assert isinstance(wanted, Action)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            status = browser.open(address(app, rule), method=method).status_code
            if may(role, wanted):
                assert status not in {401, 403}, f"{method} {rule.rule}: {status}"
                assert status < 500, f"{method} {rule.rule}: {status}"
            else:
                assert status == 403, f"{method} {rule.rule}: {status}"


def test_a_refused_role_is_told_who_can(sign_in: SignIn) -> None:
    answer = sign_in("viewer").get("/people")
    assert answer.status_code == 403
    assert "A convener can." in answer.text


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/sign-in", "/nowhere"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]


def test_a_form_without_its_token_is_refused_in_words(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/sign-out")
    assert answer.status_code == 400
    assert "reload the page" in answer.text


def test_an_unknown_page_says_where_to_go(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "home page" in answer.text
