"""Commands: read the files of a catalog, and store them as a college's next edition."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from base.commands import one_line_errors
from base.doors import now
from base.refusals import Refusal, shown
from catalog.wording import catalog_year, counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accounts.queries import OrganisationRow
    from catalog.importers.archives import SavedFile
    from catalog.reading_files import Told
    from catalog.records import CatalogReading

FILE = click.Path(path_type=Path)
#: Who imported an edition, where nobody is signed in.
BY_NAME = "the command line"
#: Smaller files are read in a moment; nobody needs to see how far it is.
LONG_FROM_BYTES = 2_000_000


class NoSuchCollege(Refusal):
    """Say that the database holds no such college, or several."""


class NoDataHere(Refusal):
    """Say that a folder is not one that the server keeps its data in."""


@contextmanager
def _progress(files: Sequence[SavedFile]) -> Iterator[Told | None]:
    """Show a person at a terminal how far a long reading is."""
    n_bytes = sum(len(file.content) for file in files)
    starts = accumulate((len(file.content) for file in files), initial=0)
    sizes = {start: len(file.content) for start, file in zip(starts, files, strict=False)}
    if not sys.stderr.isatty() or (n_bytes < LONG_FROM_BYTES and len(files) == 1):
        yield None
        return
    from catalog.importers.progress import listening

    n_done = 0
    with click.progressbar(length=n_bytes, label="Reading", file=sys.stderr) as bar:

        def tell_file(n_read: int) -> None:
            nonlocal n_done
            n_done = min(n_done + n_read, n_bytes)
            bar.update(max(n_done - bar.pos, 0))

        def tell_share(share: float) -> None:
            within = sizes.get(n_done, n_bytes - n_done) * share
            bar.update(max(min(n_done + int(within), n_bytes) - bar.pos, 0))

        with listening(tell_share):
            yield tell_file
        bar.update(n_bytes - bar.pos)


@click.command()
@click.argument("paths", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--json", "out_path", metavar="OUT", type=FILE, required=True, help="File to write what was read to.")
@click.option("--format", "format_text", metavar="F", default="", help="Read every file as this format.")
def read_catalog(paths: tuple[Path, ...], out_path: Path, format_text: str) -> None:
    """Read the files of a catalog without a database."""
    from catalog import reading_files  # the importers are only needed here
    from catalog.mismatch import with_mismatches

    with one_line_errors():
        format_name = reading_files.known_format(format_text)
        files = [reading_files.saved_file(path) for path in paths]
        with _progress(files) as told:
            reading = with_mismatches(reading_files.read_files(files, format_name=format_name, told=told))
        files.clear()  # the bytes are not needed any more, and may weigh as much as what was read
        reading_files.write_whole(out_path, reading_files.reading_pieces(reading))
    click.echo(_counts(reading))


def _counts(reading: CatalogReading) -> str:
    return (
        f"{reading.format}: {counted(reading.n_seen, 'record')} seen = {counted(len(reading.courses), 'course')} + "
        f"{len(reading.rejects):,} left out + {counted(len(reading.duplicates), 'duplicate')}; "
        f"{counted(len(reading.doubts), 'doubt')}."
    )


@dataclass(frozen=True)
class _Wish:
    """What somebody asked to import."""

    college_code: str
    partnership: str
    label: str
    is_dry_run: bool
    report_path: Path | None


@click.command()
@click.argument("paths", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--college", "college_code", metavar="CODE", required=True, help="Code of the college.")
@click.option("--format", "format_text", metavar="F", default="", help="Read every file as this format.")
@click.option("--label", metavar="L", default="", help="Name of the edition, such as “2026–27 catalog”.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would be stored, and store nothing.")
@click.option("--report", "report_path", metavar="FILE", type=FILE, help="Write the import report (JSON) here.")
@click.option("--partnership", metavar="NAME", default="", help="Needed where two partnerships use the same code.")
@click.option("--data", "data_dir", type=FILE, help="Folder that the server keeps its data in.")
def import_catalog(
    paths: tuple[Path, ...],
    college_code: str,
    format_text: str,
    label: str,
    is_dry_run: bool,
    report_path: Path | None,
    partnership: str,
    data_dir: Path | None,
) -> None:
    """Store the files of a catalog as a college's next edition."""
    from catalog import reading_files

    with one_line_errors():
        wish = _Wish(college_code, partnership, label, is_dry_run, report_path)
        format_name = reading_files.known_format(format_text)
        url = _database_url(data_dir)
        files = [reading_files.saved_file(path) for path in paths]
        for line in _imported(files, wish=wish, format_name=format_name, url=url):
            click.echo(line)


def _database_url(data_dir: Path | None) -> str:
    from base.settings import read_settings

    settings = read_settings()
    settings = replace(settings, data_dir=data_dir) if data_dir else settings
    if not settings.database_url and not (settings.data_dir / "skillshed.db").is_file():
        raise NoDataHere(f"{settings.data_dir} has no Skillshed data. Name the data folder with --data.")
    return settings.sqlalchemy_url


def _imported(files: Sequence[SavedFile], *, wish: _Wish, format_name: str, url: str) -> Iterator[str]:
    """Read files and store them; yield what a person should know, line by line."""
    from base.database import Database
    from catalog import packing
    from catalog.operations import AlreadyImported

    database = Database(url)
    kept = packing.one_file(files)
    with database.reading() as session:
        reading, mapping = _read_for(session, kept, wish=wish, format_name=format_name)
    yield _counts(reading)
    if wish.is_dry_run:
        _report(reading, wish=wish, number=None)
        yield "Nothing was stored: this was a dry run."
        return
    with database.writing() as session:
        try:
            number = _stored(session, reading, kept=kept, mapping=mapping, wish=wish, moment=now())
        except AlreadyImported as refusal:
            _report(reading, wish=wish, number=None)
            yield str(refusal)
            return
        _report(reading, wish=wish, number=number)  # a report that cannot be written stops the import
        session.commit()
    yield f"{counted(len(reading.courses), 'course')} are stored as edition {number} of {wish.college_code}."


def _college(session: Session, *, wish: _Wish) -> tuple[int, OrganisationRow]:
    """Return the college with this code and the number of its partnership."""
    from accounts import queries as accounts
    from catalog import queries

    code = shown(wish.college_code)
    found: dict[int, tuple[int, OrganisationRow]] = {}
    for row in accounts.partnerships(session):
        college = queries.college(session, partnership_id=row.id, code=wish.college_code)
        if college and (not wish.partnership or wish.partnership.casefold() in (row.name.casefold(), row.code)):
            found.setdefault(college.id, (row.id, college))
    if not found:
        raise NoSuchCollege(f"There is no college with the code {code}. Add it on the Catalogs page.")
    if len(found) > 1:
        raise NoSuchCollege(f"{len(found)} partnerships have a college {code}. Add --partnership NAME.")
    return next(iter(found.values()))


def _read_for(
    session: Session, kept: SavedFile, *, wish: _Wish, format_name: str
) -> tuple[CatalogReading, dict[str, str]]:
    """Read files as the import page would: with the college's own columns, without other colleges' courses."""
    from catalog import previews, queries, reading_files

    partnership_id, college = _college(session, wish=wish)
    others = queries.other_colleges(session, partnership_id=partnership_id, organisation_id=college.id)
    remembered = queries.last_mapping(session, organisation_id=college.id)
    if format_name or not previews.is_table(kept.content, filename=kept.name):
        with _progress([kept]) as told:
            reading = reading_files.read_files([kept], format_name=format_name, told=told)
        return previews.looked_over(reading, others=others), {}
    with _progress([kept]):
        seen = previews.preview_upload(kept.content, filename=kept.name, remembered=remembered, others=others)
    if seen.reading is None:
        raise Refusal(seen.refusal)
    return seen.reading, dict(seen.mapping or {})


def _stored(
    session: Session,
    reading: CatalogReading,
    *,
    kept: SavedFile,
    mapping: dict[str, str],
    wish: _Wish,
    moment: datetime,
) -> int:
    """Store a reading as the next edition and return its number."""
    from accounts import operations as accounts
    from catalog import operations, queries

    partnership_id, college = _college(session, wish=wish)
    operations.store_edition(
        session,
        organisation_id=college.id,
        label=wish.label or f"{catalog_year(moment.date())} catalog",
        filename=kept.name,
        file_digest=hashlib.sha256(kept.content).hexdigest(),
        mapping=mapping,
        reading=reading,
        by_name=BY_NAME,
        now=moment,
    )
    edition = queries.editions(session, organisation_id=college.id)[0]
    accounts.record_act(
        session,
        partnership_id=partnership_id,
        actor_name=BY_NAME,
        act="import_catalog",
        subject=f"{college.code} edition {edition.number} ({edition.label})",
        facts={"n_courses": edition.n_courses, "filename": edition.filename},
        now=moment,
    )
    return edition.number


def _report(reading: CatalogReading, *, wish: _Wish, number: int | None) -> None:
    """Write the import report where somebody asked for one."""
    from catalog import reading_files

    if wish.report_path is None:
        return
    report: dict[str, Any] = {
        "college": wish.college_code,
        "edition": number,
        "format": reading.format,
        "records_seen": reading.n_seen,
        "n_courses": len(reading.courses),
        "n_rejects": len(reading.rejects),
        "n_duplicates": len(reading.duplicates),
        "n_doubts": len(reading.doubts),
        "fields": reading_files.field_counts(reading),
        **reading_files.notes_json(reading),
    }
    reading_files.write_whole(wish.report_path, reading_files.json_pieces(report))
