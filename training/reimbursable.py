"""Keep the lists of credentials that programs pay for, and firms' wishes to have one listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from base.column_mapping import column_spelled
from base.refusals import Refusal, shown
from base.tables import Row, Table, read_table
from training.models import CredentialSubmission, ReimbursableCredential
from training.records import ListedCredential, SubmissionContent, SubmissionRow

#: What stands as the source of a credential that the region's reviewers accepted.
ACCEPTED = "accepted by the region"
MAX_FOUND = 100
MAX_SYLLABUS_BYTES = 2 * 2**20
MAX_SYLLABUS_CHARACTERS = 20_000

#: Fields of a program's list to the headings under which they are found; docs/data.md explains them.
LIST_COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "credential", "credential name", "name"),
    "issuer": ("issuer", "issued by", "credential provider", "organization", "organisation"),
    "program": ("program", "paid by", "funding program"),
    "amount": ("amount", "maximum", "reimbursement", "most per credential"),
    "since": ("since", "listed since", "date added", "listed on"),
}


class ListRefused(Refusal):
    """Say why a file is no list of credentials."""


class SubmissionRefused(Refusal):
    """Say what a wish to have a credential listed still needs, or why it cannot be decided."""


@dataclass(frozen=True)
class ListReading:
    """What a program's list holds."""

    credentials: tuple[ListedCredential, ...]
    #: Place in the file and why the row is left out.
    rejects: tuple[tuple[str, str], ...]


def read_list(content: bytes, *, filename: str, program: str, today: date) -> ListReading:
    """Read a program's list from a CSV or Excel file; what a row does not say is the program's and today's."""
    table = read_table(
        content,
        filename=filename,
        recognised=lambda columns: column_spelled(columns, spellings=LIST_COLUMNS["title"]) is not None,
    )
    columns = _columns(table)
    if "title" not in columns:
        raise ListRefused(f"{table.filename}: no column is called Title or Credential. Name the column of the titles.")
    found: dict[tuple[str, str, str], ListedCredential] = {}
    rejects = []
    for row in table.rows:
        try:
            each = _listed(row, columns=columns, program=program, source=table.filename, today=today)
        except ListRefused as refusal:
            rejects.append((row.place, str(refusal)))
            continue
        key = (each.program.casefold(), each.title.casefold(), each.issuer.casefold())
        if key in found:
            rejects.append((row.place, f"stands in {found[key].place} already"))
        else:
            found[key] = each
    return ListReading(tuple(found.values()), tuple(rejects))


def _columns(table: Table) -> dict[str, str]:
    taken: list[str] = []
    columns = {}
    for name, spellings in LIST_COLUMNS.items():
        column = column_spelled(table.columns, spellings=spellings, taken=taken)
        if column is not None:
            columns[name] = column
            taken.append(column)
    return columns


def _listed(row: Row, *, columns: dict[str, str], program: str, source: str, today: date) -> ListedCredential:
    said = {name: " ".join(row.cells[column].split()) for name, column in columns.items()}
    if not said["title"]:
        raise ListRefused("the title is missing")
    for name, most in (("title", 200), ("issuer", 200), ("program", 120)):
        if len(said.get(name, "")) > most:
            raise ListRefused(f"the {name} is longer than {most} characters")
    return ListedCredential(
        program=said.get("program") or program,
        title=said["title"],
        issuer=said.get("issuer", ""),
        amount_cents=_cents(said.get("amount", "")),
        since_on=_day(said.get("since", ""), today=today),
        source=source[:200],
        place=row.place,
    )


def _cents(text: str) -> int | None:
    """Read dollars: "$2,000", "2000.00"; None when nothing is written."""
    if not text:
        return None
    try:
        cents = Decimal(text.replace("$", "").replace(",", "").strip()) * 100
    except InvalidOperation:
        raise ListRefused(f"the amount {shown(text)} is no number of dollars") from None
    if not cents.is_finite() or cents < 0 or cents != cents.to_integral_value() or cents > 10**9:
        raise ListRefused(f"the amount {shown(text)} is no number of dollars and cents")
    return int(cents)


def _day(text: str, *, today: date) -> date:
    if not text:
        return today
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ListRefused(f"the day {shown(text)} is not written as 2026-03-31") from None


def store_list(session: Session, *, partnership_id: int, reading: ListReading) -> tuple[int, int]:
    """Add what is new and bring the rest up to date; return how many were new and how many were known."""
    n_new = n_known = 0
    for each in reading.credentials:
        found = _stored(
            session, partnership_id=partnership_id, program=each.program, title=each.title, issuer=each.issuer
        )
        if found is None:
            _store(session, partnership_id=partnership_id, listed=each)
            n_new += 1
        else:
            found.amount_cents, found.source = each.amount_cents, each.source
            n_known += 1
    session.flush()
    return n_new, n_known


def _stored(
    session: Session, *, partnership_id: int, program: str, title: str, issuer: str
) -> ReimbursableCredential | None:
    return session.scalar(
        select(ReimbursableCredential).where(
            ReimbursableCredential.partnership_id == partnership_id,
            func.lower(ReimbursableCredential.program) == program.lower(),
            func.lower(ReimbursableCredential.title) == title.lower(),
            func.lower(ReimbursableCredential.issuer) == issuer.lower(),
        )
    )


def _store(session: Session, *, partnership_id: int, listed: ListedCredential) -> None:
    session.add(
        ReimbursableCredential(
            partnership_id=partnership_id,
            program=listed.program,
            title=listed.title,
            issuer=listed.issuer,
            amount_cents=listed.amount_cents,
            since_on=listed.since_on,
            source=listed.source,
        )
    )
    session.flush()


def listed_credentials(session: Session, *, words: str, partnership_id: int | None = None) -> list[ListedCredential]:
    """Find credentials whose title, issuer or program holds every word, in the order of their titles."""
    wanted: list[ColumnElement[bool]] = [
        or_(
            ReimbursableCredential.title.icontains(word, autoescape=True),
            ReimbursableCredential.issuer.icontains(word, autoescape=True),
            ReimbursableCredential.program.icontains(word, autoescape=True),
        )
        for word in words.split()[:8]
    ]
    if partnership_id is not None:
        wanted.append(ReimbursableCredential.partnership_id == partnership_id)
    rows = session.scalars(
        select(ReimbursableCredential)
        .where(*wanted)
        .order_by(func.lower(ReimbursableCredential.title), ReimbursableCredential.id)
        .limit(MAX_FOUND)
    )
    return [
        ListedCredential(row.program, row.title, row.issuer, row.amount_cents, row.since_on, row.source) for row in rows
    ]


def listed_programs(session: Session, *, partnership_id: int) -> list[str]:
    """Return the programs whose lists are here."""
    chosen = select(ReimbursableCredential.program).where(ReimbursableCredential.partnership_id == partnership_id)
    return list(session.scalars(chosen.distinct().order_by(ReimbursableCredential.program)))


def listed_for(session: Session, *, partnership_id: int, title: str) -> dict[str, int | None]:
    """Return the programs whose list holds a credential of this title, with what they pay for it at most."""
    if not title:
        return {}
    rows = session.scalars(
        select(ReimbursableCredential).where(
            ReimbursableCredential.partnership_id == partnership_id,
            func.lower(ReimbursableCredential.title) == title.lower(),
        )
    )
    return {row.program: row.amount_cents for row in rows}


def submit_credential(
    session: Session,
    *,
    partnership_id: int,
    organisation_id: int,
    content: SubmissionContent,
    by_name: str,
    now: datetime,
) -> int:
    """Take a firm's wish to have a credential listed and return its number."""
    _check(content)
    row = CredentialSubmission(
        partnership_id=partnership_id,
        organisation_id=organisation_id,
        sent_by_name=by_name,
        sent_at=now,
        decided_at=None,
        **{name: getattr(content, name) for name in content.__dataclass_fields__},
    )
    session.add(row)
    session.flush()
    return row.id


def _check(content: SubmissionContent) -> None:
    if not content.syllabus and content.syllabus_file is None:
        raise SubmissionRefused("Write the syllabus, or choose its file.")
    if len(content.syllabus) > MAX_SYLLABUS_CHARACTERS:
        raise SubmissionRefused(
            f"The syllabus is longer than {MAX_SYLLABUS_CHARACTERS:,} characters. Send it as a file."
        )
    if content.syllabus_file is not None and len(content.syllabus_file) > MAX_SYLLABUS_BYTES:
        raise SubmissionRefused(
            f"The syllabus file is larger than {MAX_SYLLABUS_BYTES // 2**20} MB. Send a smaller one."
        )


def accept_credential(
    session: Session,
    *,
    submission_id: int,
    listed: ListedCredential,
    reason: str,
    by_name: str,
    now: datetime,
) -> None:
    """List a credential that a firm asked for, in the words of who decides."""
    row = _waiting(session, submission_id=submission_id)
    if not (listed.title and listed.program):
        raise SubmissionRefused("Write the title and the program under which it is listed.")
    known = _stored(
        session, partnership_id=row.partnership_id, program=listed.program, title=listed.title, issuer=listed.issuer
    )
    if known is None:
        _store(session, partnership_id=row.partnership_id, listed=listed)
    _decide(row, state="accepted", reason=reason, by_name=by_name, now=now)


def decline_credential(session: Session, *, submission_id: int, reason: str, by_name: str, now: datetime) -> None:
    """Decline a firm's wish with a reason that it reads."""
    row = _waiting(session, submission_id=submission_id)
    if not reason.strip():
        raise SubmissionRefused("Write why it is declined; the firm reads it.")
    _decide(row, state="declined", reason=reason, by_name=by_name, now=now)


def _waiting(session: Session, *, submission_id: int) -> CredentialSubmission:
    row = session.get_one(CredentialSubmission, submission_id)
    if row.state != "waiting":
        raise SubmissionRefused(f"This was {row.state} already.")
    return row


def _decide(row: CredentialSubmission, *, state: str, reason: str, by_name: str, now: datetime) -> None:
    row.state, row.reason = state, " ".join(reason.split())
    row.decided_by_name, row.decided_at = by_name, now


def submissions(session: Session, *, partnership_id: int, organisation_id: int | None = None) -> list[SubmissionRow]:
    """Return the wishes of a partnership or of one of its firms; what waits comes first, then the newest."""
    own = [] if organisation_id is None else [CredentialSubmission.organisation_id == organisation_id]
    rows = _submissions(session, CredentialSubmission.partnership_id == partnership_id, *own)
    return sorted(rows, key=lambda row: (row.state != "waiting", -row.id))


def submission(
    session: Session, *, submission_id: int, partnership_id: int, organisation_id: int | None = None
) -> SubmissionRow | None:
    """Return one wish, or None when it is not the partnership's (or not the firm's)."""
    own = [] if organisation_id is None else [CredentialSubmission.organisation_id == organisation_id]
    rows = _submissions(
        session,
        CredentialSubmission.id == submission_id,
        CredentialSubmission.partnership_id == partnership_id,
        *own,
    )
    return rows[0] if rows else None


def _submissions(session: Session, *wanted: ColumnElement[bool]) -> list[SubmissionRow]:
    rows: Sequence[CredentialSubmission] = session.scalars(select(CredentialSubmission).where(*wanted)).all()
    firms = accounts_queries.organisations_by_id(session, {row.organisation_id for row in rows})
    return [
        SubmissionRow(
            id=row.id,
            organisation_id=row.organisation_id,
            firm_name=firms[row.organisation_id].name,
            content=SubmissionContent(**{name: getattr(row, name) for name in SubmissionContent.__dataclass_fields__}),
            state=row.state,
            reason=row.reason,
            sent_by_name=row.sent_by_name,
            sent_at=row.sent_at,
            decided_by_name=row.decided_by_name,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
