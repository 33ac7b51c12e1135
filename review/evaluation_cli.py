"""Commands: measure the matcher, and the ranking of skills, on labelled files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from base.commands import one_line_errors
from review.wording import counted

if TYPE_CHECKING:
    from matching.scoring import Honesty
    from review.evaluation import Evaluation, SkillEvaluation, SystemFigures

FILE = click.Path(path_type=Path)
FIGURE_NAMES = {
    "qwk": "QWK",
    "macro_f1": "macro-F1",
    "f1_related": "F1 related",
    "f1_match": "F1 match",
    "map": "MAP",
    "ndcg10": "nDCG@10",
    "f1_element": "F1 element",
}
SYSTEM_NAMES = {"matcher": "matcher", "tfidf": "TF-IDF", "cosine": "plain cosine"}
#: Unknown labels that are named; more are only counted.
N_NAMED_LABELS = 5

Progress = Callable[[int, int], None]


@click.command()
@click.option("--labels", "labels_path", required=True, type=FILE, help="Labelled pairs: JSON.")
@click.option("--needs", "needs_path", required=True, type=FILE, help="Skill needs: JSON, CSV or XLSX.")
@click.option("--courses", "courses_path", required=True, type=FILE, help="Courses: JSON, CSV or XLSX.")
@click.option("--resamples", "n_resamples", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def evaluate(labels_path: Path, needs_path: Path, courses_path: Path, n_resamples: int, is_json: bool) -> None:
    """Measure the matcher on labelled pairs."""
    from review import evaluation  # the numeric libraries are only needed here

    with one_line_errors():
        files = evaluation.read_labelled_files(
            labels_path=labels_path, needs_path=needs_path, courses_path=courses_path
        )
        with _progress_bar("Comparing courses", length=len(files.snapshot.courses)) as progress:
            found = evaluation.evaluate_matcher(files, n_resamples=n_resamples, progress=progress)
    if found.n_unknown_labels:
        labels, verb = counted(found.n_unknown_labels, "label"), "names" if found.n_unknown_labels == 1 else "name"
        click.echo(f"{labels_path}: {labels} {verb} a need or course that the files do not hold; left out.", err=True)
    click.echo(json.dumps(found.as_json()) if is_json else _evaluation_table(found))


@click.command("evaluate-skills")
@click.option("--queries", "queries_path", required=True, type=FILE, help="Labelled sentences: CSV (sentence, label).")
@click.option("--skills", "skills_path", required=True, type=FILE, help="List of skills: ESCO's CSV, also as .gz.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def evaluate_skills(queries_path: Path, skills_path: Path, is_json: bool) -> None:
    """Measure how well skills are found for sentences."""
    from review import evaluation  # the numeric libraries are only needed here

    with one_line_errors(), _progress_bar("Ranking skills", length=1) as progress:
        found = evaluation.evaluate_skill_ranking(queries_path=queries_path, skills_path=skills_path, progress=progress)
    if found.unknown_labels:
        click.echo(_unknown_labels(found, queries_path=queries_path), err=True)
    click.echo(json.dumps(found.as_json()) if is_json else _skill_table(found))


@contextmanager
def _progress_bar(label: str, *, length: int) -> Iterator[Progress | None]:
    """Show a person at a terminal how far it is; a file or a pipe gets nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:

        def show(n_done: int, n_total: int) -> None:
            bar.length = n_total
            bar.update(n_done - bar.pos)

        yield show


def _evaluation_table(found: Evaluation) -> str:
    counts = (
        f"{counted(found.n_needs, 'need')} × {counted(found.n_courses, 'course')}, "
        f"{counted(found.n_pairs, 'pair')} scored. In brackets 90 % intervals over needs "
        f"({counted(found.n_resamples, 'resample')})."
    )
    rows = [["", *(SYSTEM_NAMES[system.name] for system in found.systems)]]
    rows += [[words, *(_cell(system, name) for system in found.systems)] for name, words in FIGURE_NAMES.items()]
    table = found.systems[0].table
    confusion = [["true \\ said", "unrelated", "needs revision", "match"]]
    for words, row in zip(confusion[0][1:], table, strict=True):
        confusion.append([words, *(f"{n:,}" for n in row)])
    parts = [counts, _aligned(rows), "Pairs by the matcher:\n" + _aligned(confusion)]
    for words, chance in (("related", found.reliability.related), ("a match", found.reliability.match)):
        if chance is not None:
            parts.append(_honesty_table(chance, words=words))
    return "\n\n".join(parts)


def _honesty_table(chance: Honesty, *, words: str) -> str:
    """Say how often the pairs that got each chance were what it says, and the Brier score beside the base rate's."""
    heading = (
        f"Chance that a pair is {words}, said and true ({counted(chance.n, 'pair')}). "
        f"Brier score {chance.brier:.4f}; always saying the base rate {100 * chance.base_rate:.1f} %: "
        f"{chance.base_rate_brier:.4f}. 0 is best."
    )
    rows = [["said", "pairs", "mean said", "true"]]
    for row in chance.rows:
        span = f"{100 * row.low:.0f}–{100 * row.high:.0f} %"
        rows.append([span, f"{row.n:,}", f"{100 * row.mean_chance:.1f} %", f"{100 * row.true_share:.1f} %"])
    return f"{heading}\n{_aligned(rows)}"


def _cell(system: SystemFigures, name: str) -> str:
    low, high = system.intervals[name]
    return f"{system.figures[name]:.3f} ({low:.3f}–{high:.3f})"


def _skill_table(found: SkillEvaluation) -> str:
    rows = [["sentences", f"{found.n_queries:,}"], ["MRR", f"{found.figures['MRR']:.3f}"]]
    rows += [[name, f"{value:.1f} %"] for name, value in found.figures.items() if name != "MRR"]
    return _aligned(rows)


def _unknown_labels(found: SkillEvaluation, *, queries_path: Path) -> str:
    n_labels = len(found.unknown_labels)
    named = ", ".join(f"“{label}”" for label in found.unknown_labels[:N_NAMED_LABELS])
    more = "" if n_labels <= N_NAMED_LABELS else f" and {counted(n_labels - N_NAMED_LABELS, 'other')}"
    verb = "is" if n_labels == 1 else "are"
    return f"{queries_path}: {counted(n_labels, 'label')} {verb} no skill of the list and left out: {named}{more}."


def _aligned(rows: list[list[str]]) -> str:
    """Set rows of cells in columns, the first column to the left and the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
