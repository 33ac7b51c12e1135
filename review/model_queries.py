"""Read the versions of the matcher that a partnership fitted, which one is in use, and what there is to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from matching.adaptation import Adaptation
from review.adapting import refuse_unfit_model
from review.decision_queries import PairKey, decision_rows, done_run_ids, key_of
from review.models import MatcherChoice, MatcherVersion, MatchRun
from review.records import DecisionRow

#: Verdicts that the matcher can learn.
LEARNED_VERDICTS = ("unrelated", "revise", "match")
#: With fewer needs nothing can be held out; the same number as matching.learning asks for.
N_NEEDS_NEEDED = 5


@dataclass(frozen=True)
class ComparisonRow:
    """What a version was worth beside its base, on decisions that it was not fitted on."""

    n_decisions: int
    n_needs: int
    #: Decisions on courses whose text cannot be judged.
    n_left_out: int
    #: Share of the reviewers' verdicts that each version gave, 0–1.
    agreed_share: float
    new_agreed_share: float
    #: Mean negative log chance of the reviewers' verdicts, lower is better.
    loss: float
    new_loss: float
    #: Loss of the base minus loss of the version, with its 95 % interval.
    gain: float
    gain_low: float
    gain_high: float

    @property
    def is_better(self) -> bool:
        """Say whether the whole interval speaks for the version."""
        return self.gain_low > 0

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> ComparisonRow | None:
        """Read a stored comparison; None where there is none yet."""
        return cls(**stored) if stored else None


@dataclass(frozen=True)
class VersionRow:
    """A version of the matcher as pages show it."""

    id: int
    number: int
    #: "fitting", "fitted", "declined" or "failed".
    state: str
    #: Number of the version that it started from; None for the model of the installation.
    base_number: int | None
    n_decisions: int
    engine_version: str
    digest: str
    #: None until it is fitted.
    comparison: ComparisonRow | None
    failure: str
    started_by_name: str
    started_at: datetime
    declined_by_name: str
    declined_at: datetime | None
    decline_reason: str
    is_in_use: bool = False


@dataclass(frozen=True)
class ChoiceRow:
    """One choice of the model that new runs use."""

    #: None for the model of the installation.
    version_number: int | None
    reason: str
    chosen_by_name: str
    chosen_at: datetime


def _latest_choice(session: Session, *, partnership_id: int) -> MatcherChoice | None:
    return session.scalar(
        select(MatcherChoice)
        .where(MatcherChoice.partnership_id == partnership_id)
        .order_by(MatcherChoice.id.desc())
        .limit(1)
    )


def version_id_in_use(session: Session, *, partnership_id: int) -> int | None:
    """Return the version that new runs use; None for the model of the installation."""
    choice = _latest_choice(session, partnership_id=partnership_id)
    return choice.version_id if choice else None


def versions(session: Session, *, partnership_id: int) -> list[VersionRow]:
    """Return a partnership's versions, newest first."""
    found = session.scalars(
        select(MatcherVersion)
        .where(MatcherVersion.partnership_id == partnership_id)
        .order_by(MatcherVersion.number.desc())
    ).all()
    numbers = {version.id: version.number for version in found}
    in_use = version_id_in_use(session, partnership_id=partnership_id)
    return [_version_row(version, numbers=numbers, is_in_use=version.id == in_use) for version in found]


def _version_row(version: MatcherVersion, *, numbers: Mapping[int, int], is_in_use: bool) -> VersionRow:
    return VersionRow(
        id=version.id,
        number=version.number,
        state=version.state,
        base_number=numbers.get(version.base_id) if version.base_id else None,
        n_decisions=len(version.decision_ids),
        engine_version=version.engine_version,
        digest=version.digest,
        comparison=ComparisonRow.from_stored(version.comparison),
        failure=version.failure,
        started_by_name=version.started_by_name,
        started_at=version.started_at,
        declined_by_name=version.declined_by_name,
        declined_at=version.declined_at,
        decline_reason=version.decline_reason,
        is_in_use=is_in_use,
    )


def choices(session: Session, *, partnership_id: int) -> list[ChoiceRow]:
    """Return every choice of a model, newest first."""
    found = session.execute(
        select(MatcherChoice, MatcherVersion.number)
        .outerjoin(MatcherVersion, MatcherVersion.id == MatcherChoice.version_id)
        .where(MatcherChoice.partnership_id == partnership_id)
        .order_by(MatcherChoice.id.desc())
    )
    return [ChoiceRow(number, choice.reason, choice.chosen_by_name, choice.chosen_at) for choice, number in found]


def version_content(session: Session, *, version_id: int, partnership_id: int) -> tuple[int, str] | None:
    """Return the number and the JSON of a fitted version; None when there is no such version."""
    version = session.scalar(
        select(MatcherVersion)
        .options(undefer(MatcherVersion.content))
        .where(MatcherVersion.id == version_id, MatcherVersion.partnership_id == partnership_id)
    )
    return (version.number, version.content) if version is not None and version.content else None


def adaptation_in_use(session: Session, *, partnership_id: int, installation: Adaptation) -> Adaptation:
    """Return what new runs are made with: the installation's adaptation, with the chosen version's model if any."""
    version_id = version_id_in_use(session, partnership_id=partnership_id)
    found = version_content(session, version_id=version_id, partnership_id=partnership_id) if version_id else None
    if found is None:
        return installation
    adaptation = replace(installation, model=found[1])
    refuse_unfit_model(adaptation, name=f"Version {found[0]} of the matcher")
    return adaptation


def learnable_decisions(session: Session, *, partnership_id: int) -> list[DecisionRow]:
    """Return the decisions that a new version can learn from: the newest that counts on each pair, none disputed."""
    found: dict[PairKey, DecisionRow] = {}
    for run_id in done_run_ids(session, partnership_id=partnership_id):
        for row in decision_rows(session, run_id=run_id):
            if row.is_latest and row.verdict in LEARNED_VERDICTS:
                found.setdefault(key_of(row), row)  # runs come newest first
    return sorted(found.values(), key=lambda row: row.id)


def engine_versions_of_runs(session: Session, *, partnership_id: int) -> dict[str, Sequence[int]]:
    """Return the numbers of the finished runs that each version of the matcher made."""
    found: dict[str, list[int]] = {}
    rows = session.execute(
        select(MatchRun.engine_version, MatchRun.id)
        .where(MatchRun.partnership_id == partnership_id, MatchRun.state == "done")
        .order_by(MatchRun.id)
    )
    for engine_version, run_id in rows:
        found.setdefault(engine_version, []).append(run_id)
    return dict(found)
