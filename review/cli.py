"""Commands: match two files, and check that a run can be reproduced."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from base.commands import one_line_errors
from base.refusals import Refusal
from review.wording import counted

if TYPE_CHECKING:
    from matching import Decision, Snapshot
    from review.match_files import Counts


class NoDataHere(Refusal):
    """Say that a folder is not one that the server keeps its data in."""


FILE = click.Path(path_type=Path)
#: Unrelated pairs that score at least this are written too: their order is worth knowing.
NEAR_MISS = 0.002
#: Notes on values that could not be read; the rest is counted.
SHOWN_DOUBTS = 5


@click.command()
@click.option("--needs", "needs_path", required=True, type=FILE, help="Skill needs: JSON, CSV or XLSX.")
@click.option("--courses", "courses_path", required=True, type=FILE, help="Courses: JSON, CSV or XLSX.")
@click.option("--out", "out_path", required=True, type=FILE, help="Where to write the verdicts (JSON).")
@click.option("--all-pairs", is_flag=True, help="Write every pair, however unrelated.")
@click.option("--vocabulary", "vocabulary_file", default="", metavar="FILE", help="The region's own words, added.")
@click.option("--model", "model_file", default="", metavar="FILE", help="A version that train-matcher wrote.")
@click.option("--cache", "cache_dir", type=FILE, help="Folder that keeps what was read and judged; saves time.")
def match(
    needs_path: Path,
    courses_path: Path,
    out_path: Path,
    all_pairs: bool,
    vocabulary_file: str,
    model_file: str,
    cache_dir: Path | None,
) -> None:
    """Compare a file of skill needs with a file of courses."""
    from review import match_files  # the numeric libraries are only needed here
    from review.adapting import read_adaptation, reading_cache

    with one_line_errors():
        match_files.refuse_unwritable(out_path)
        adaptation = read_adaptation(vocabulary_file=vocabulary_file, model_file=model_file)
        snapshot, doubts = match_files.read_snapshot(
            needs_path=needs_path, courses_path=courses_path, adaptation=adaptation
        )
        cache_path = reading_cache(cache_dir) if cache_dir else None
        decision = _decide_with_progress(snapshot, all_pairs=all_pairs, cache_path=cache_path)
        match_files.write_verdicts(out_path, verdicts=match_files.verdict_list(decision))
    for doubt in doubts[:SHOWN_DOUBTS]:
        click.echo(f"note: {doubt}", err=True)
    if len(doubts) > SHOWN_DOUBTS:
        click.echo(f"note: and {len(doubts) - SHOWN_DOUBTS:,} more of this kind.", err=True)
    click.echo(_summary(match_files.counts(snapshot, decision), out_path=out_path))


def _decide_with_progress(snapshot: Snapshot, *, all_pairs: bool, cache_path: Path | None) -> Decision:
    """Decide; a person at a terminal sees how far it is."""
    from matching import decide

    least_score = 0.0 if all_pairs else NEAR_MISS
    if not sys.stderr.isatty():
        return decide(snapshot, least_score=least_score, cache_path=cache_path)
    with click.progressbar(length=len(snapshot.courses), label="Comparing courses", file=sys.stderr) as bar:
        return decide(
            snapshot,
            least_score=least_score,
            progress=lambda n_done, _n_total: bar.update(n_done - bar.pos),
            cache_path=cache_path,
        )


def _summary(counts: Counts, *, out_path: Path) -> str:
    words = (
        f"{counted(counts.n_needs, 'need')} × {counted(counts.n_courses, 'course')}: "
        f"{counted(counts.n_match, 'match', 'matches')}, "
        f"{counts.n_revise:,} {'needs' if counts.n_revise == 1 else 'need'} revision"
    )
    if counts.n_thin_courses:
        verb = "says" if counts.n_thin_courses == 1 else "say"
        words += f", {counted(counts.n_thin_courses, 'course')} {verb} too little to be judged"
    if counts.n_foreign_courses:
        verb = "is" if counts.n_foreign_courses == 1 else "are"
        words += f", {counted(counts.n_foreign_courses, 'course')} {verb} not described in English"
    return f"{words}; written to {out_path}"


@click.command()
@click.argument("run_id", type=click.IntRange(1, 999_999_999), metavar="ID")
@click.option("--data", "data_dir", type=FILE, help="Folder that the server keeps its data in.")
def rerun(run_id: int, data_dir: Path | None) -> None:
    """Check that a run comes out the same when repeated."""
    with one_line_errors():
        recorded, repeated = _recorded_and_repeated(run_id, data_dir=data_dir)
    if recorded.digest == repeated.digest:
        click.echo(f"Run {run_id}: the same verdicts (digest {recorded.digest[:12]}).")
        return
    click.echo(f"Run {run_id}: different verdicts. Recorded: {recorded.words}; now: {repeated.words}.")
    if recorded.engine_version != repeated.engine_version:
        click.echo(
            f"Matcher {recorded.engine_version} made this run. Repeat it with the version of Skillshed that has it."
        )
    sys.exit(1)


@dataclass(frozen=True)
class _Outcome:
    """What a decision came to, and which matcher made it."""

    digest: str
    engine_version: str

    @property
    def words(self) -> str:
        return f"digest {self.digest[:12]} by matcher {self.engine_version}"


def _recorded_and_repeated(run_id: int, *, data_dir: Path | None) -> tuple[_Outcome, _Outcome]:
    """Return what a run recorded, and what deciding again from its frozen input comes to."""
    from base.database import Database
    from base.settings import read_settings
    from matching import decide
    from review import operations
    from review.recording import decision_digest

    settings = read_settings()
    settings = replace(settings, data_dir=data_dir) if data_dir else settings
    if not settings.database_url and not (settings.data_dir / "skillshed.db").is_file():
        raise NoDataHere(f"{settings.data_dir} has no Skillshed data. Name the data folder with --data.")
    with Database(settings.sqlalchemy_url).reading() as session:
        recorded = _Outcome(*operations.recorded_digest(session, run_id=run_id))
        snapshot = operations.frozen_snapshot(session, run_id=run_id)
    decision = decide(snapshot)
    return recorded, _Outcome(decision_digest(decision), decision.engine_version)
