"""What passes in and out of the funding reckoning. Plain data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from training.funding_rules import Figure, Program

#: Answers, the most welcome first.
STATUSES = ("may_pay", "ask_first", "unknown", "may_not")


@dataclass(frozen=True)
class Group:
    """Workers of a request who earn about the same and have been with the firm about as long."""

    n_workers: int
    wage_cents: int
    n_months: int
    is_new_hire: bool = False


@dataclass(frozen=True)
class Firm:
    """What a firm answered about itself."""

    n_employees: int
    state_code: str
    #: Cents that a program granted in its current year, by the program's code.
    granted_cents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Training:
    """What a request says of its workers, price and days."""

    n_workers: int
    #: Price per worker; None when not known yet.
    cost_cents: int | None
    #: Hours per worker; None when not known yet.
    hours: Decimal | None
    earliest_on: date
    latest_on: date
    #: Who goes; empty when nobody has said. Together they are all the workers.
    groups: tuple[Group, ...] = ()
    #: Credential that is to be earned; empty when none was named.
    credential: str = ""
    #: Names of the programs' lists that hold the credential, with what they pay for it at most (None: not said).
    listed_for: Mapping[str, int | None] = field(default_factory=dict)
    #: Credit hours; None when it is not measured in credits, or they are not known yet.
    credit_hours: Decimal | None = None

    @property
    def whole_cost_cents(self) -> int:
        """Return the price for all workers; 0 when it is not known."""
        return (self.cost_cents or 0) * self.n_workers


@dataclass(frozen=True)
class Deadline:
    """Something that is due."""

    text: str
    #: None when the day hangs on something that has not happened yet.
    on: date | None = None


@dataclass(frozen=True)
class Taking:
    """What one request of a firm takes of a cap."""

    request_id: int
    cents: int


#: What earlier requests take, by the key of the cap.
Takings: TypeAlias = Mapping[str, tuple[Taking, ...]]


@dataclass(frozen=True)
class CapUse:
    """A cap that the requests of a firm share, as one of them finds it."""

    #: Alike for all requests that share it.
    key: str
    #: What it caps, in words.
    label: str
    most_cents: int
    #: What the program has granted within it already.
    granted_cents: int = 0
    #: What the firm's earlier requests take of it.
    earlier: tuple[Taking, ...] = ()
    #: What this request takes.
    own_cents: int = 0

    @property
    def earlier_cents(self) -> int:
        """Return what all earlier requests take together."""
        return sum(taking.cents for taking in self.earlier)

    @property
    def left_cents(self) -> int:
        """Return what this request finds left."""
        return max(0, self.most_cents - self.granted_cents - self.earlier_cents)


@dataclass(frozen=True)
class Answer:
    """What one program may do for one request."""

    program: Program
    #: One of STATUSES.
    status: str
    #: What the program may pay, at most.
    public_cents: int = 0
    #: What is left of the price for the firm to pay.
    employer_cents: int = 0
    #: Wages during training that count as the firm's share besides.
    wages_cents: int = 0
    #: Why it does not pay, what is not known, or what has ended.
    reasons: tuple[str, ...] = ()
    #: How the amount came about, one sentence per step.
    steps: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    #: Figures that the amount rests on.
    figures: tuple[Figure, ...] = ()
    #: Caps that the firm's requests share, as this one finds them.
    caps: tuple[CapUse, ...] = ()
