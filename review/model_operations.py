"""Fit versions of the matcher on reviewers' decisions, and choose the one that new runs use. Runs keep theirs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.refusals import Refusal
from matching import Course, Need, Snapshot
from matching.adaptation import Adaptation, text_digest
from review import model_queries
from review.model_queries import N_NEEDS_NEEDED, ComparisonRow
from review.models import MatcherChoice, MatcherVersion, MatchRun, VerdictDecision
from review.operations import MAX_WORDS_CHARACTERS
from review.wording import counted

if TYPE_CHECKING:
    from matching.judge import Model
    from matching.learning import Comparison, DecidedPair


class FitNotPossible(Refusal):
    """Say why no new version can be fitted now."""


class VersionNotThere(Refusal):
    """Say that a version cannot be chosen or declined."""


class WhyMissing(Refusal):
    """Say that this choice needs a reason."""


def start_fit(session: Session, *, partnership_id: int, by_name: str, now: datetime) -> int:
    """Note which decisions a new version is fitted on, and return its row number; the fit itself is a job."""
    found = session.scalars(select(MatcherVersion.state).where(MatcherVersion.partnership_id == partnership_id)).all()
    if "fitting" in found:
        raise FitNotPossible("A new version is being fitted already. Wait until it is there.")
    decisions = model_queries.learnable_decisions(session, partnership_id=partnership_id)
    n_needs = len({row.need_code for row in decisions})
    if n_needs < N_NEEDS_NEEDED:
        raise FitNotPossible(
            f"There are decisions on {counted(n_needs, 'need')}. At least {N_NEEDS_NEEDED} needs are wanted, so that "
            "the new version can be tried on needs that it was not fitted on."
        )
    version = MatcherVersion(
        partnership_id=partnership_id,
        number=len(found) + 1,
        state="fitting",
        base_id=model_queries.version_id_in_use(session, partnership_id=partnership_id),
        decision_ids=[row.id for row in decisions],
        content="",
        comparison={},
        started_by_name=by_name,
        started_at=now,
    )
    session.add(version)
    session.flush()
    return version.id


@dataclass(frozen=True)
class FitMaterial:
    """Everything that a fit reads."""

    needs: tuple[Need, ...]
    courses: tuple[Course, ...]
    decisions: tuple[DecidedPair, ...]
    #: JSON of the model that the fit starts from; empty for the one that the installation has.
    base_content: str


def fit_material(session: Session, *, version_id: int) -> FitMaterial:
    """Return the decisions of a version with the texts that the reviewers saw, as the runs froze them."""
    from matching.learning import DecidedPair  # the numeric libraries are only needed here

    version = session.get_one(MatcherVersion, version_id)
    rows = session.scalars(select(VerdictDecision).where(VerdictDecision.id.in_(version.decision_ids))).all()
    needs: dict[tuple[int, str], Need] = {}
    courses: dict[tuple[int, str, str], Course] = {}
    for run_id in sorted({row.run_id for row in rows}):
        snapshot = Snapshot.from_json(session.get_one(MatchRun, run_id).snapshot)
        # A need's priority is no part of its text: the same need of two runs is one need.
        needs |= {(run_id, need.code): replace(need, tier=None, rank_position=None) for need in snapshot.needs}
        courses |= {(run_id, course.college, course.code): course for course in snapshot.courses}
    need_places: dict[Need, int] = {}
    course_places: dict[Course, int] = {}
    decided = []
    for row in sorted(rows, key=lambda row: row.id):
        need = needs[row.run_id, row.need_code]
        course = courses[row.run_id, row.college_code, row.course_code]
        decided.append(
            DecidedPair(
                need=need_places.setdefault(need, len(need_places)),
                course=course_places.setdefault(course, len(course_places)),
                verdict=row.verdict,
            )
        )
    base = model_queries.version_content(
        session, version_id=version.base_id or 0, partnership_id=version.partnership_id
    )
    return FitMaterial(
        needs=tuple(need_places),
        courses=tuple(course_places),
        decisions=tuple(decided),
        base_content=base[1] if base else "",
    )


def _fitting(session: Session, version_id: int) -> MatcherVersion:
    version = session.get_one(MatcherVersion, version_id)
    if version.state != "fitting":
        raise VersionNotThere(f"Version {version.number} has been fitted already; it never changes.")
    return version


def record_fit(session: Session, *, version_id: int, model: Model, comparison: Comparison, now: datetime) -> None:
    """Record a fitted version with what it was worth; from then on its content never changes."""
    version = _fitting(session, version_id)
    version.content = model.to_json()
    version.digest = text_digest(version.content)
    version.engine_version = Adaptation(model=version.content).engine_version
    version.comparison = asdict(comparison)
    version.state, version.ended_at = "fitted", now
    session.flush()


def record_fit_failure(session: Session, *, version_id: int, failure: str, now: datetime) -> None:
    """Close a version that could not be fitted, with the reason in words."""
    version = _fitting(session, version_id)
    version.state, version.failure, version.ended_at = "failed", failure, now
    session.flush()


def close_interrupted_fits(session: Session, *, now: datetime) -> int:
    """Close the fits that a stopped server left behind and return how many there were."""
    interrupted = session.scalars(select(MatcherVersion).where(MatcherVersion.state == "fitting")).all()
    for version in interrupted:
        record_fit_failure(
            session, version_id=version.id, failure="The server stopped while it was fitted. Fit a new one.", now=now
        )
    return len(interrupted)


def use_version(
    session: Session, *, partnership_id: int, version_id: int | None, reason: str, by_name: str, now: datetime
) -> None:
    """Have new runs use a fitted version, or the model of the installation (None). Runs that are there keep theirs."""
    in_use = model_queries.version_id_in_use(session, partnership_id=partnership_id)
    if version_id == in_use:
        raise VersionNotThere("New runs use this model already.")
    if version_id is not None:
        version = _own_version(session, version_id=version_id, partnership_id=partnership_id)
        if version.state not in ("fitted", "declined"):
            raise VersionNotThere(f"Version {version.number} is not fitted, so it cannot be used.")
        comparison = ComparisonRow.from_stored(version.comparison)
        if comparison is not None and not comparison.is_better and not reason.strip():
            raise WhyMissing("Say why it should be used although it is not better on held-out decisions.")
    session.add(
        MatcherChoice(
            partnership_id=partnership_id,
            version_id=version_id,
            reason=_checked(reason),
            chosen_by_name=by_name,
            chosen_at=now,
        )
    )
    session.flush()


def decline_version(
    session: Session, *, partnership_id: int, version_id: int, reason: str, by_name: str, now: datetime
) -> None:
    """Note that a fitted version is not wanted, and why."""
    version = _own_version(session, version_id=version_id, partnership_id=partnership_id)
    if version.state != "fitted":
        raise VersionNotThere(f"Version {version.number} is not waiting to be accepted or declined.")
    if model_queries.version_id_in_use(session, partnership_id=partnership_id) == version_id:
        raise VersionNotThere(f"New runs use version {version.number}. Go back to another one first.")
    if not reason.strip():
        raise WhyMissing("Say why it is declined: whoever looks at the versions later will read it.")
    version.state, version.decline_reason = "declined", _checked(reason)
    version.declined_by_name, version.declined_at = by_name, now
    session.flush()


def _own_version(session: Session, *, version_id: int, partnership_id: int) -> MatcherVersion:
    version = session.get(MatcherVersion, version_id)
    if version is None or version.partnership_id != partnership_id:
        raise VersionNotThere("There is no such version here.")
    return version


def _checked(reason: str) -> str:
    words = reason.strip()
    if len(words) > MAX_WORDS_CHARACTERS:
        raise WhyMissing(f"Say it in at most {MAX_WORDS_CHARACTERS:,} characters.")
    return words
