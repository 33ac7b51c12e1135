"""Build the application and the `skillshed` command. The only file that knows every room; nothing imports it."""

from __future__ import annotations

import logging
import secrets
import sys
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from flask import Flask, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

import base.doors
from accounts.permissions import ROLE_LABELS, Action, Role, roles_that_may
from base.addresses import lan_host
from base.assets import prepare_assets, prepare_static
from base.commands import one_line_errors
from base.compression import compressed
from base.database import Base, Database, is_storage_trouble
from base.refusals import Refusal
from base.settings import Settings, kept_secret_key, read_settings

HERE = Path(__file__).resolve().parent
#: The rooms with doors, and further modules that add doors or tables to them when they are imported.
ROOMS = ("accounts.views", "survey.views", "catalog.views", "review.views", "training.views", "dashboards.views")
PARTS = (
    "accounts.models",
    "catalog.correction_views",
    "catalog.credential_views",
    "catalog.models",
    "dashboards.plan_views",
    "dashboards.report_back_views",
    "review.models",
    "survey.models",
    "training.apprenticeship_models",
    "training.apprenticeship_views",
    "training.models",
)
#: Commands of the rooms, by the place of their function. Those that write to the database need every room.
FILE_COMMANDS = {
    "evaluate": "review.evaluation_cli:evaluate",
    "evaluate-skills": "review.evaluation_cli:evaluate_skills",
    "match": "review.cli:match",
    "rank": "survey.cli:rank",
    "read-catalog": "catalog.cli:read_catalog",
    "read-needs": "survey.cli:read_needs",
    "train-matcher": "review.training_cli:train_matcher",
}
DATABASE_COMMANDS = {"import-catalog": "catalog.cli:import_catalog", "rerun": "review.cli:rerun"}

#: The one primary navigation: label, door, the action that a role needs to see it, and the first part of the
#: addresses that lie below it.
NAVIGATION = (
    ("Home", "dashboards.home", Action.SEE_HOME, ("",)),
    ("Assessments", "survey.assessments", Action.SEE_ASSESSMENTS, ("assessments",)),
    ("Meetings", "survey.meetings", Action.SEE_RESULTS, ("meetings",)),
    ("Catalogs", "catalog.colleges", Action.SEE_CATALOGS, ("colleges", "courses")),
    ("Match runs", "review.runs", Action.SEE_RUNS, ("runs", "matcher")),
    ("Review", "review.queue", Action.REVIEW_VERDICTS, ("review", "revisions")),
    ("Credentials", "catalog.credentials", Action.SEE_CREDENTIALS, ("credentials", "apprenticeships")),
    ("Training", "training.home", Action.SEE_TRAINING, ("training", "funding")),
    ("You said, we did", "dashboards.own_report", Action.SEE_OWN_REPORT, ("report-back",)),
    ("Region", "dashboards.region", Action.SEE_REGION, ("region", "report-back")),
    ("People", "accounts.people", Action.MANAGE_PEOPLE, ("people",)),
)


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the primary navigation."""

    label: str
    url: str
    is_current: bool


@cache
def load_rooms() -> tuple[ModuleType, ...]:
    """Import every room and return those with doors; commands that only read files do without most of them."""
    import catalog.operations
    import review.revisions

    for part in PARTS:
        import_module(part)
    # The catalog knows nothing of requests; here, above both rooms, each new edition is handed on in its transaction.
    catalog.operations.edition_readers.append(review.revisions.read_new_edition)
    return tuple(map(import_module, ROOMS))


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application on its database; the database is migrated separately (see `migrate`)."""
    from flask_alembic import Alembic  # slow to load, and the commands that read files need no database

    from accounts.access import init_access

    rooms = load_rooms()
    settings = settings or read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, root_path=str(HERE), instance_path=str(settings.data_dir.resolve()))
    app.config.update(
        SECRET_KEY=kept_secret_key(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 2**20,
        WTF_CSRF_TIME_LIMIT=None,  # a meeting lasts longer than the library's hour
        ALEMBIC={"script_location": str(HERE / "migrations")},
        ALEMBIC_CONTEXT={"render_as_batch": True},
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    database = Database(settings.sqlalchemy_url)
    base.doors.init_doors(app, database=database, settings=settings)
    init_access(app)
    _add_page_context(app)  # before the token check, so that its refusal is a whole page too
    CSRFProtect(app)
    Alembic(app, metadatas=Base.metadata, engines=database.engine, run_mkdir=False, command_name="")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its every step is no news to whoever starts a meeting
    for room in rooms:
        app.register_blueprint(room.blueprint)
    _serve_files(app, settings=settings)
    _answer_errors(app)
    app.after_request(_secure)
    app.after_request(compressed)
    return app


def migrate(app: Flask) -> None:
    """Bring the database to the newest tables."""
    with app.app_context():
        app.extensions["alembic"].upgrade()


def _serve_files(app: Flask, *, settings: Settings) -> None:
    """Serve our own files and the packages' large ones from memory of where they are, compressed where they can be."""
    folder = settings.data_dir / "assets"
    paths = prepare_assets(folder)
    files = WhiteNoise(app.wsgi_app, max_age=3600)
    files.add_files(str(prepare_static(HERE / "static", folder)), prefix="static/")
    files.add_files(str(folder), prefix="assets/")
    app.wsgi_app = files  # type: ignore[method-assign]  # Flask's documented way to wrap an application
    app.jinja_env.globals["asset_url"] = lambda name: f"/assets/{paths[name]}"


def _add_page_context(app: Flask) -> None:
    @app.before_request
    def make_nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)
        g.page_has_charts = False

    def charts_on_page() -> str:
        """Note that this page draws charts: the chart library sets style attributes, which other pages refuse."""
        g.page_has_charts = True
        return ""

    from accounts.access import current_member

    @app.context_processor
    def page_context() -> dict[str, Any]:
        member = current_member()
        section = request.path.split("/")[1]
        entries = [
            NavigationEntry(label, url_for(door), section in sections)
            for label, door, action, sections in NAVIGATION
            if member is not None and member.may(action)
        ]
        return {
            "navigation": entries,
            "person": member,
            "partnership": member.partnership if member else None,
            "may": lambda name: member is not None and member.may(Action(name)),
            "csp_nonce": g.get("csp_nonce", ""),
            "charts_on_page": charts_on_page,
        }


def _secure(response: Response) -> Response:
    """Add the security headers. No HSTS: meetings run on plain http in a local network."""
    nonce = g.get("csp_nonce", "")
    charts = " style-src-attr 'unsafe-inline';" if g.get("page_has_charts") else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self';{charts} img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if not request.path.startswith(("/static/", "/assets/")):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


#: What each refused request is told: title and what to do.
ERROR_PAGES = {
    400: (
        "This request could not be read",
        "Go back, reload the page and try again. What you typed is still in the page.",
    ),
    401: ("Please sign in first", "Open your sign-in link, then try again."),
    404: ("There is no such page", "Check the address, or start again from the home page."),
    405: ("This page cannot be used that way", "Go back and use the buttons on the page."),
    413: ("This file is too large", "Send a smaller file, or split it in two."),
    429: ("Too many tries in a short time", "Wait a minute, then try again."),
    500: ("Something broke on our side", "Nothing you had saved is lost. Go back and try again."),
}


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        title, advice = ERROR_PAGES.get(status, ERROR_PAGES[400])
        if status == 403:
            title = "Your role does not open this page"
            roles = " or ".join(
                ROLE_LABELS[role].lower() for role in roles_that_may(g.get("refused_action", Action.SEE_HOME))
            )
            advice = f"A {roles} can."
        if status == 413:
            advice = f"The limit is {base.doors.settings().max_upload_mb} MB. {advice}"
        return _error_answer(title=title, advice=advice, status=status)

    @app.errorhandler(Refusal)
    def refusal(error: Refusal) -> ResponseReturnValue:
        return _error_answer(title="That did not work", advice=str(error), status=409)

    @app.errorhandler(OperationalError)
    def storage_trouble(error: OperationalError) -> ResponseReturnValue:
        """Ask to try again where the disk is full or busy; every other failure of the database is our own."""
        if not is_storage_trouble(error):
            raise error
        app.logger.error("The database cannot store anything: %s", error.orig)
        page, status = _error_answer(title=base.doors.CANNOT_STORE, advice=base.doors.STORE_LATER, status=503)
        return page, status, {"Retry-After": base.doors.STORE_AGAIN_SECONDS}


def _error_answer(*, title: str, advice: str, status: int) -> tuple[Response | str, int]:
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(message=f"{title}. {advice}"), status
    return render_template("errors/error.html", title=title, advice=advice), status


class Commands(click.Group):
    """Load a room's command when it is called: comparing two files should not wait for every page of the server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted([*super().list_commands(ctx), *FILE_COMMANDS, *DATABASE_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        place = FILE_COMMANDS.get(cmd_name) or DATABASE_COMMANDS.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        if cmd_name in DATABASE_COMMANDS:
            load_rooms()
        module, _, function = place.partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="skillshed", message="%(prog)s %(version)s")
def skillshed() -> None:
    """Employers rank the skills they need; Skillshed shows which courses match, need revision, or are missing."""


def _server_options(command: Any) -> Any:
    command = click.option(
        "--data", "data_dir", type=click.Path(path_type=Path), help="Folder for everything it keeps."
    )(command)
    command = click.option("--host", help="Network address to listen on (0.0.0.0 lets phones in).")(command)
    return click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")(command)


def _chosen_settings(*, data_dir: Path | None, host: str | None, port: int | None, sample: bool) -> Settings:
    settings = read_settings()
    if sample and data_dir is None:
        settings = replace(settings, data_dir=settings.data_dir / "sample-region")
    chosen = {"data_dir": data_dir, "host": host, "port": port}
    return replace(settings, **{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]  # the names are Settings fields


@skillshed.command()
@_server_options
def serve(data_dir: Path | None, host: str | None, port: int | None) -> None:
    """Start the server on your own data."""
    _start(_chosen_settings(data_dir=data_dir, host=host, port=port, sample=False), sample=False)


@skillshed.command()
@_server_options
def demo(data_dir: Path | None, host: str | None, port: int | None) -> None:
    """Start the server with an invented sample region."""
    _start(_chosen_settings(data_dir=data_dir, host=host, port=port, sample=True), sample=True)


def _start(settings: Settings, *, sample: bool) -> None:
    from accounts import operations as accounts_operations
    from accounts import queries as accounts_queries
    from base.serving import serve_until_stopped  # waitress is only needed here
    from review.jobs import mark_interrupted_runs
    from survey.voting_views import is_ballot

    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = create_app(settings)
    migrate(app)
    mark_interrupted_runs(base_database(app), now=base.doors.now())
    with base_database(app).writing() as session:
        moment = base.doors.now()
        if sample:
            from sample.region import load_sample_region, sample_is_loaded

            if not sample_is_loaded(session):
                click.echo("Loading the sample region (invented names and numbers) …")
                load_sample_region(session, now=moment)
        elif not accounts_queries.partnerships(session):
            partnership_id = accounts_operations.add_partnership(session, name="Our partnership", now=moment)
            accounts_operations.add_member(
                session, partnership_id=partnership_id, name="First convener", role=Role.CONVENER, now=moment
            )
        links = _fresh_links(session, settings=settings)
        session.commit()
    serve_until_stopped(app, settings=settings, takes_lane=is_ballot, announce=lambda: _announce(settings, links=links))


def base_database(app: Flask) -> Database:
    """Return an application's database outside a request."""
    database: Database = app.extensions["skillshed_database"]
    return database


def _fresh_links(session: Any, *, settings: Settings) -> list[tuple[str, str]]:
    """Make one sign-in link for the first person of each role, so that whoever starts the server can get in."""
    from accounts import operations as accounts_operations
    from accounts import queries as accounts_queries

    links: list[tuple[Role, str, str]] = []
    seen: set[Role] = set()
    for partnership in accounts_queries.partnerships(session):
        for member in accounts_queries.members(session, partnership_id=partnership.id):
            if member.role in seen:
                continue
            seen.add(member.role)
            secret = accounts_operations.make_sign_in_link(
                session, membership_id=member.membership_id, now=base.doors.now(), hours=settings.sign_in_link_hours
            )
            links.append((member.role, f"{member.role_label} ({member.name})", f"/sign-in/{secret}"))
    order = list(Role)
    return [(label, path) for role, label, path in sorted(links, key=lambda link: order.index(link[0]))]


def _announce(settings: Settings, *, links: list[tuple[str, str]]) -> None:
    local = f"http://127.0.0.1:{settings.port}"
    phones = settings.public_url.rstrip("/") or (f"http://{lan_host()}:{settings.port}" if lan_host() else "")
    click.echo(f"\nSkillshed is running. Data folder: {settings.data_dir}")
    click.echo(f"  On this computer:  {local}/")
    if settings.host in {"127.0.0.1", "localhost"}:
        click.echo("  For phones:        closed (it listens on this computer only; use --host 0.0.0.0)")
    else:
        click.echo(f"  For phones:        {phones + '/' if phones else 'no network found'}")
    click.echo("\nSign-in links (each works once):")
    for label, path in links:
        click.echo(f"  {label}\n    {local}{path}")
    click.echo("\nStop with Ctrl-C.", nl=True)
    sys.stdout.flush()


@skillshed.command("sign-in-link")
@click.argument("name_or_email")
@click.option("--data", "data_dir", type=click.Path(path_type=Path), help="Folder that the server keeps its data in.")
def sign_in_link(name_or_email: str, data_dir: Path | None) -> None:
    """Print a new one-time sign-in link for a person."""
    from accounts import operations as accounts_operations
    from accounts import queries as accounts_queries

    settings = _chosen_settings(data_dir=data_dir, host=None, port=None, sample=False)
    if not settings.database_url and not (settings.data_dir / "skillshed.db").exists():
        raise Refusal(
            f"There is no database in {settings.data_dir}. Name the folder that the server printed: --data DIR."
        )
    app = create_app(settings)
    migrate(app)
    with base_database(app).writing() as session:
        found = accounts_queries.members_called(session, name_or_email=name_or_email)
        if not found:
            raise Refusal(f"Nobody here is called {name_or_email}. The People page lists everyone.")
        for member in found:
            secret = accounts_operations.make_sign_in_link(
                session, membership_id=member.membership_id, now=base.doors.now(), hours=settings.sign_in_link_hours
            )
            click.echo(f"{member.role_label} ({member.name}): http://127.0.0.1:{settings.port}/sign-in/{secret}")
        session.commit()


def main() -> None:
    """Run the `skillshed` command; `python app.py` alone starts the server."""
    no_words = ["serve"] if Path(sys.argv[0]).name == "app.py" else ["--help"]
    with one_line_errors():
        skillshed.main(args=sys.argv[1:] or no_words, prog_name="skillshed")


if __name__ == "__main__":
    main()
