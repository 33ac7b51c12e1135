"""Reckon which programs may pay for a firm's training requests, and how much. Plain data in, plain data out; no clock.

Every amount is whole cents. Rounding: an employer's share is rounded up to the next cent and wages that count as a
share are rounded down, so that no estimate promises a cent too much; what the public pays is the cost less what the
employer pays, so both always add up to the cost.

A rule that has ended is never applied as if it held: the answer is then "ask first", it names the figure and the day on
which it ended, and what it would have come to is told as that and nothing else.

The requests of one firm share the caps of a round and of a year. They are reckoned in the order in which they were
asked: an earlier one takes its part first, and a later one finds what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from training.funding_records import (
    STATUSES,
    Answer,
    CapUse,
    Deadline,
    Firm,
    Group,
    Taking,
    Takings,
    Training,
)
from training.funding_rules import Figure, Program, Window
from training.wording import counted, day, dollars, listed, plain

#: What a request finds when it is the firm's only one.
NOTHING_TAKEN: Takings = {}


def answers_in_turn(
    programs: Iterable[Program], *, firm: Firm | None, asked: Sequence[tuple[int, Training]], now: datetime
) -> dict[int, tuple[Answer, ...]]:
    """Hold a firm's requests against every program, each after those before it, which take their part of the caps.

    `asked` holds number and content of each request, the first asked first.
    """
    found: dict[int, list[Answer]] = {request_id: [] for request_id, _training in asked}
    for program in programs:
        takings: dict[str, tuple[Taking, ...]] = {}
        for request_id, training in asked:
            reply = answer(program, firm=firm, training=training, now=now, takings=takings)
            found[request_id].append(reply)
            for cap in reply.caps:
                if cap.own_cents:
                    takings[cap.key] = (*cap.earlier, Taking(request_id, cap.own_cents))
    return {request_id: most_welcome_first(replies) for request_id, replies in found.items()}


def most_welcome_first(replies: Iterable[Answer]) -> tuple[Answer, ...]:
    """Put the answers of several programs in order."""
    return tuple(sorted(replies, key=lambda each: (STATUSES.index(each.status), -each.public_cents, each.program.name)))


def answer(
    program: Program, *, firm: Firm | None, training: Training, now: datetime, takings: Takings = NOTHING_TAKEN
) -> Answer:
    """Hold a request against one program, of whose caps the firm's earlier requests take their part."""
    if firm is None:
        return Answer(program, "unknown", reasons=("Answer the questions about your firm first.",))
    if program.states and firm.state_code not in program.states:
        places = " or ".join(program.states)
        return Answer(program, "may_not", reasons=(f"It is for employers in {places}; yours is in {firm.state_code}.",))
    if training.cost_cents is None:
        return Answer(program, "unknown", reasons=("The price per worker is not known yet. Write it on the request.",))
    reckon = {"employer_share": _employer_share, "credential": _credential, "learner_grant": _learner_grant}
    rules = _Rules(program, on=now.date(), takings=takings)
    try:
        found = reckon[program.kind](rules, firm=firm, training=training, now=now)
    except _NotYetInForce as begins:
        return Answer(program, "may_not", reasons=(str(begins),))
    return _held_back(found, rules=rules)


class _Rules:
    """Hand out the figures of a program for a day, and remember which were used and which had ended."""

    def __init__(self, program: Program, *, on: date, takings: Takings = NOTHING_TAKEN) -> None:
        self.program = program
        self.on = on
        self.takings = takings
        self.used: dict[str, Figure] = {}

    def has(self, key: str) -> bool:
        """Say whether a figure is known by the day."""
        return self.program.figure(key, on=self.on) is not None

    def number(self, key: str) -> int:
        """Return a whole number."""
        return int(self._value(key))

    def cap(self, figure_key: str, *, key: str, name: str = "", granted_cents: int = 0) -> CapUse:
        """Return a cap as the request finds it; `key` tells apart what shares it, `name` says it in words."""
        most = self.number(figure_key)
        label = self.used[figure_key].label
        return CapUse(key, f"{label} ({name})" if name else label, most, granted_cents, self.takings.get(key, ()))

    def text(self, key: str) -> str:
        """Return a text."""
        return str(self._value(key))

    def _value(self, key: str) -> int | bool | str:
        found = self.program.figure(key, on=self.on)
        if found is None:
            first = min(figure.valid_from for figure in self.program.figures if figure.key == key)
            raise _NotYetInForce(f"Its rules begin on {day(first)}.")
        self.used[key] = found
        return found.value

    @property
    def ended(self) -> tuple[str, ...]:
        """Name the used figures that had ended by the day."""
        return tuple(
            f"This rule ended on {day(figure.valid_until)}: {figure.label}. Ask {self.program.ask}."
            for figure in self.used.values()
            if figure.valid_until is not None and figure.valid_until < self.on
        )


class _NotYetInForce(Exception):  # noqa: N818 - it never leaves this module
    """Say from when on a program's rules are known."""


def _held_back(found: Answer, *, rules: _Rules) -> Answer:
    """Turn an answer that rests on an ended rule into a question to ask."""
    found = replace(found, figures=tuple(rules.used.values()))
    rests_on_them = found.status in {"may_pay", "ask_first"} or bool(found.caps)
    if not rests_on_them or not rules.ended:
        return found
    return replace(found, status="ask_first", reasons=(*rules.ended, *found.reasons))


def share_rounded_up(cents: int, *, percent: int) -> int:
    """Return a share of an amount, rounded up to the next whole cent."""
    return -(-cents * percent // 100)


def wages_during_training(groups: Sequence[Group], *, hours: Decimal) -> int:
    """Return the wages of all workers for the hours of training, rounded down to whole cents once, at the end."""
    exact = sum((group.wage_cents * hours * group.n_workers for group in groups), Decimal(0))
    return int(exact.to_integral_value(rounding=ROUND_FLOOR))


def size_band(n_employees: int, *, small: int, medium: int) -> str:
    """Name the band that a number of employees falls into."""
    return "small" if n_employees <= small else "medium" if n_employees <= medium else "large"


def long_enough(groups: Sequence[Group], *, fewest_months: int) -> bool:
    """Say whether the workers have been with the firm long enough: one alone must, of several the majority."""
    n_workers = sum(group.n_workers for group in groups)
    n_long = sum(group.n_workers for group in groups if group.n_months >= fewest_months)
    return n_long == n_workers if n_workers == 1 else 2 * n_long > n_workers


def _employer_share(rules: _Rules, *, firm: Firm, training: Training, now: datetime) -> Answer:
    """Let the firm bear its share of the whole project, wages during training included, and the program the rest."""
    program = rules.program
    if not training.groups:
        return Answer(program, "unknown", reasons=("Say which of your workers go: how long they have been with you.",))
    fewest = rules.number("fewest_months")
    if not long_enough(training.groups, fewest_months=fewest):
        who = "The worker has" if training.n_workers == 1 else "Most of the workers have"
        return Answer(program, "may_not", reasons=(f"{who} not been with you for {counted(fewest, 'month')} yet.",))
    band = size_band(
        firm.n_employees, small=rules.number("small_most_employees"), medium=rules.number("medium_most_employees")
    )
    percent = rules.number(f"share_{band}_percent")
    cost = training.whole_cost_cents
    counts_wages = bool(rules.number("wages_in_cost")) and training.hours is not None
    wages = wages_during_training(training.groups, hours=training.hours or Decimal(0)) if counts_wages else 0
    share = share_rounded_up(cost + wages, percent=percent)
    cash = max(0, share - wages)
    steps = (
        f"Price: {_price_words(training)}.",
        f"Wages during training that count as your share: {dollars(wages)}."
        if counts_wages
        else "Wages during training are not counted: the hours of training are not known yet.",
        f"With {counted(firm.n_employees, 'employee')} your share is {percent} percent of {dollars(cost + wages)}: "
        f"{dollars(share)}.",
        f"Your share less the wages that count leaves {dollars(cash)} to pay in cash.",
        f"The program may pay {dollars(cost)} less {dollars(cash)}: {dollars(cost - cash)}.",
    )
    due = Deadline("Apply and sign the agreement with the board before the training begins.", training.earliest_on)
    return Answer(program, "may_pay", cost - cash, cash, wages, steps=steps, deadlines=(due,))


def _price_words(training: Training) -> str:
    cost = dollars(training.whole_cost_cents)
    return f"{counted(training.n_workers, 'worker')} at {dollars(training.cost_cents or 0)} each, {cost}"


def _credential(rules: _Rules, *, firm: Firm, training: Training, now: datetime) -> Answer:
    """Pay back so much per credential, within the caps of a round and of a year."""
    program, cost = rules.program, training.whole_cost_cents
    trouble = _credential_trouble(rules, training=training)
    if trouble:
        return trouble
    pays_for_it = training.listed_for.get(program.name)
    per_worker = min(training.cost_cents or 0, rules.number("most_per_credential_cents"))
    if pays_for_it is not None:
        per_worker = min(per_worker, pays_for_it)
    wanted = per_worker * training.n_workers
    price = (
        f"Price: {_price_words(training)}.",
        f"Paid back per credential: at most {dollars(per_worker)}, so {dollars(wanted)} "
        f"for {counted(training.n_workers, 'worker')}.",
    )
    year = rules.cap("most_per_year_cents", key="year", granted_cents=firm.granted_cents.get(program.code, 0))
    window, trouble = _round_for(rules, training=training, now=now)
    if trouble and trouble.status == "may_not":
        return replace(trouble, steps=price)
    per_round = _round_cap(rules, window)
    public, caps = _within(wanted, (per_round, year))
    steps = (
        *price,
        *(cap_words(cap) for cap in caps),
        f"The program may pay {dollars(public)} and you pay the other {dollars(cost - public)}. You pay the provider "
        "first and are paid back afterwards.",
    )
    if public == 0 and cost > 0:
        return _nothing_left(program, cost=cost, caps=caps, steps=steps)
    if trouble or window is None:
        reasons = trouble.reasons if trouble else ()
        return Answer(program, "ask_first", public, cost - public, reasons=reasons, steps=steps, caps=caps)
    deadlines = _round_deadlines(window, rules=rules, training=training, now=now)
    return Answer(program, "may_pay", public, cost - public, steps=steps, deadlines=deadlines, caps=caps)


def _round_cap(rules: _Rules, window: Window | None) -> CapUse:
    """Return the cap of a round; all requests share that of a round which is not known yet."""
    key = f"round {window.name} {window.closes_at.isoformat()}" if window else "round"
    return rules.cap("most_per_round_cents", key=key, name=window.name if window else "the next round")


def _within(wanted: int, caps: tuple[CapUse, ...]) -> tuple[int, tuple[CapUse, ...]]:
    """Return how much of an amount the caps leave, and the caps with that taken."""
    public = min(wanted, *(cap.left_cents for cap in caps))
    return public, tuple(replace(cap, own_cents=public) for cap in caps)


def cap_words(cap: CapUse) -> str:
    """Say what is left of a cap, and what took the rest."""
    granted = [f"{dollars(cap.granted_cents)} granted already"] if cap.granted_cents else []
    takings = [f"request {each.request_id} takes {dollars(each.cents)}" for each in cap.earlier]
    if not granted and not takings:
        return f"{cap.label}: {dollars(cap.most_cents)}."
    return f"{cap.label}: {dollars(cap.most_cents)}, of which {listed([*granted, *takings])}; {left_words(cap)}."


def left_words(cap: CapUse) -> str:
    """Say how much of a cap is left."""
    return f"{dollars(cap.left_cents)} is left" if cap.left_cents else "nothing is left"


def _nothing_left(program: Program, *, cost: int, caps: tuple[CapUse, ...], steps: tuple[str, ...]) -> Answer:
    reasons = tuple(cap_words(cap) for cap in caps if not cap.left_cents)
    reasons = reasons or ("By its rules it pays nothing of this price.",)
    return Answer(program, "may_not", employer_cents=cost, reasons=reasons, steps=steps, caps=caps)


def _credential_trouble(rules: _Rules, *, training: Training) -> Answer | None:
    program = rules.program
    if not training.credential:
        return Answer(program, "unknown", reasons=("Say which credential the workers are to earn.",))
    if program.name not in training.listed_for:
        why = (
            f"“{training.credential}” is not on its list here. Look it up under another name, or ask to have it listed."
        )
        return Answer(program, "may_not", reasons=(why,))
    most = rules.number("fewer_than_hours")
    if training.hours is not None and training.hours >= most:
        why = f"The training takes {plain(training.hours)} hours; it must take fewer than {most}."
        return Answer(program, "may_not", reasons=(why,))
    if training.credit_hours is not None and rules.has("fewer_than_credit_hours"):
        most = rules.number("fewer_than_credit_hours")
        if training.credit_hours >= most:
            why = f"The training takes {plain(training.credit_hours)} credit hours; it must take fewer than {most}."
            return Answer(program, "may_not", reasons=(why,))
    return None


def first_of_next_month(on: date) -> date:
    """Return the first day of the month after a day."""
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_later(on: date, *, n_months: int) -> date:
    """Return the first day of a month some months later; `on` is a first day itself."""
    months = on.year * 12 + on.month - 1 + n_months
    return date(months // 12, months % 12 + 1, on.day)


def _round_for(rules: _Rules, *, training: Training, now: datetime) -> tuple[Window | None, Answer | None]:
    """Find the first application round that the training can wait for and of which something is left, or say why not.

    Where all fitting rounds are full the first of them is returned, so that its cap says what took it.
    """
    program = rules.program
    ahead = sorted((window for window in program.windows if window.closes_at > now), key=lambda each: each.closes_at)
    if not ahead:
        last = max((window.closes_at for window in program.windows), default=None)
        when = f"The last application round known here closed on {day(last)}." if last else "No round is known here."
        return None, Answer(program, "ask_first", reasons=(f"{when} Ask {program.ask} when the next one opens.",))
    fitting = [window for window in ahead if first_of_next_month(window.closes_at.date()) <= training.latest_on]
    if not fitting:
        begins = first_of_next_month(ahead[0].closes_at.date())
        why = (
            f"Training may not begin before {day(begins)}, the month after {ahead[0].name} closes, and your latest "
            f"first day is {day(training.latest_on)}. Move it and look again."
        )
        return None, Answer(program, "may_not", reasons=(why,))
    return next((window for window in fitting if _round_cap(rules, window).left_cents), fitting[0]), None


def _round_deadlines(window: Window, *, rules: _Rules, training: Training, now: datetime) -> tuple[Deadline, ...]:
    closes_on = window.closes_at.date()
    begins = first_of_next_month(closes_on)
    ends = months_later(begins, n_months=rules.number("training_within_months")) - timedelta(days=1)
    weeks = rules.number("documents_within_weeks")
    opening = (Deadline(f"{window.name} opens.", window.opens_at.date()),) if window.opens_at > now else ()
    return (
        *opening,
        Deadline(f"{window.name} closes at {window.closes_at:%H:%M} there. One application per employer.", closes_on),
        Deadline("First day on which training may begin.", max(begins, training.earliest_on)),
        Deadline("Last day on which training must have ended.", ends),
        Deadline(f"Send certificate, invoice and proof of payment within {counted(weeks, 'week')} of completion."),
    )


def _learner_grant(rules: _Rules, *, firm: Firm, training: Training, now: datetime) -> Answer:
    """Pay so much per learner, as far as the firm brings its own share and the caps allow."""
    program = rules.program
    if not training.groups:
        return Answer(program, "unknown", reasons=("Say which of your workers go: newly hired, or employed before.",))
    per_learners, learners = _per_learners(rules, firm=firm, training=training)
    cost = training.whole_cost_cents
    percent = rules.number("employer_share_percent")
    share = share_rounded_up(cost, percent=percent)
    application = rules.number("most_per_application_cents")
    year = rules.cap("most_per_year_cents", key="year", granted_cents=firm.granted_cents.get(program.code, 0))
    public, caps = _within(min(per_learners, cost - share, application), (year,))
    steps = (
        f"Price: {_price_words(training)}.",
        f"Your share is at least {percent} percent of it, {dollars(share)}, in cash or in kind.",
        f"{learners}: at most {dollars(per_learners)}.",
        f"Most per application: {dollars(application)}. Each request is taken as an application of its own.",
        *(cap_words(cap) for cap in caps),
        f"The program may pay {dollars(public)} and you bring the other {dollars(cost - public)}.",
    )
    if public == 0 and cost > 0:
        return _nothing_left(program, cost=cost, caps=caps, steps=steps)
    opens, closes = season(rules.text("opens_month_day"), rules.text("closes_month_day"), on=rules.on)
    if opens > training.latest_on:
        why = f"Applications open on {day(opens)}, after your latest first day ({day(training.latest_on)})."
        return Answer(program, "may_not", reasons=(why,), steps=steps)
    opening = (Deadline("Applications open.", opens),) if opens > rules.on else ()
    deadlines = (*opening, Deadline("Last day for the college to send the application.", closes))
    return Answer(program, "may_pay", public, cost - public, steps=steps, deadlines=deadlines, caps=caps)


def _per_learners(rules: _Rules, *, firm: Firm, training: Training) -> tuple[int, str]:
    """Return what all learners are worth together, and who they are in words."""
    n_new = sum(group.n_workers for group in training.groups if group.is_new_hire)
    n_before = training.n_workers - n_new
    cents = _micro_extra(rules, firm=firm) * training.n_workers
    cents += n_new * rules.number("new_hire_cents") if n_new else 0
    cents += n_before * rules.number("incumbent_cents") if n_before else 0
    who = [f"{counted(n_new, 'newly hired learner')}"] if n_new else []
    who += [f"{counted(n_before, 'learner')} employed before"] if n_before else []
    return cents, listed(who)


def _micro_extra(rules: _Rules, *, firm: Firm) -> int:
    """Return the addition per learner of a micro-firm, where the rules say who is one."""
    if not (rules.has("micro_most_employees") and rules.has("micro_extra_cents")):
        return 0
    return rules.number("micro_extra_cents") if firm.n_employees <= rules.number("micro_most_employees") else 0


def season(opens: str, closes: str, *, on: date) -> tuple[date, date]:
    """Return the application season that a day lies in, or else the next one; both given as month and day."""
    ahead = [_season_of(year, opens=opens, closes=closes) for year in (on.year - 1, on.year, on.year + 1)]
    return next(each for each in ahead if on <= each[1])


def _season_of(year: int, *, opens: str, closes: str) -> tuple[date, date]:
    last_year = year if closes >= opens else year + 1
    return date.fromisoformat(f"{year}-{opens}"), date.fromisoformat(f"{last_year}-{closes}")
