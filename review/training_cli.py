"""Command: fit a new version of the matcher on reviewers' decisions and say whether it is better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from base.commands import one_line_errors
from review.cli import FILE
from review.wording import counted

if TYPE_CHECKING:
    from matching.judge import Model
    from matching.learning import Comparison


@click.command("train-matcher")
@click.option("--decisions", "decisions_path", required=True, type=FILE, help="Decisions: a run's export, or JSON.")
@click.option("--needs", "needs_path", required=True, type=FILE, help="The needs that they are about.")
@click.option("--courses", "courses_path", required=True, type=FILE, help="The courses that they are about.")
@click.option("--out", "out_path", type=FILE, help="Where to write the new version; nothing is written without it.")
@click.option("--model", "model_file", default="", metavar="FILE", help="Start from this version, not the shipped one.")
@click.option("--vocabulary", "vocabulary_file", default="", metavar="FILE", help="The region's own words, added.")
@click.option("--strength", default=10.0, show_default=True, type=click.FloatRange(0.1, 1e6), help="Pull towards it.")
def train_matcher(
    decisions_path: Path,
    needs_path: Path,
    courses_path: Path,
    out_path: Path | None,
    model_file: str,
    vocabulary_file: str,
    strength: float,
) -> None:
    """Fit the matcher to reviewers' decisions and compare."""
    from matching.learning import TooFewDecisions, learn  # the numeric libraries are only needed here
    from review import match_files
    from review.adapting import chosen_model, read_adaptation
    from review.decision_files import read_decisions

    with one_line_errors():
        if out_path is not None:
            match_files.refuse_unwritable(out_path)
        adaptation = read_adaptation(vocabulary_file=vocabulary_file, model_file=model_file)
        snapshot, _doubts = match_files.read_snapshot(
            needs_path=needs_path, courses_path=courses_path, adaptation=adaptation
        )
        content = match_files.file_content(decisions_path)
        decisions = read_decisions(
            content, filename=decisions_path.name, needs=snapshot.needs, courses=snapshot.courses
        )
        try:
            fitted, comparison = learn(
                snapshot.needs,
                snapshot.courses,
                decisions,
                current=chosen_model(adaptation),
                region_lines=adaptation.vocabulary,
                ridge=strength,
            )
        except TooFewDecisions as error:
            raise match_files.FileRefusal(f"{decisions_path.name}: {error}") from None
        written = _write(fitted, out_path=out_path)
    click.echo("\n".join([*_told(comparison), written]))


def _told(found: Comparison) -> list[str]:
    """Say what the comparison came to."""
    left_out = f"; {found.n_left_out} left out, because the course cannot be judged by its text"
    word = "better" if found.is_better else "not better"
    return [
        f"{counted(found.n_decisions, 'decision')} on {counted(found.n_needs, 'need')}"
        + (left_out if found.n_left_out else ""),
        "Each version judged decisions on needs that the new one was not fitted on:",
        f"  current version: {found.agreed_share:.0%} as the reviewers said, log loss {found.loss:.3f}",
        f"  new version:     {found.new_agreed_share:.0%} as the reviewers said, log loss {found.new_loss:.3f}",
        f"The new version is {word}: log loss lower by {found.gain:+.3f} "
        f"(95 % interval {found.gain_low:+.3f} to {found.gain_high:+.3f}).",
    ]


def _write(model: Model, *, out_path: Path | None) -> str:
    """Write the new version if asked; say what happens to it."""
    from matching.adaptation import Adaptation
    from review import match_files

    if out_path is None:
        return "Nothing was written. Name a file with --out to keep the new version."
    match_files.write_text(out_path, text=model.to_json())
    version = Adaptation(model=model.to_json()).engine_version
    return f"Written to {out_path} as version {version}. It is used with --model, or the setting model_file."
