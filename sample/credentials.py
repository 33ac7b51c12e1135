"""Load the sample region's credentials from their file, and a plan of an apprenticeship, as a convener would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from accounts import queries as accounts_queries
from catalog import credential_operations
from catalog.credential_files import read_credentials
from training import apprenticeship_operations, apprenticeship_queries
from training.apprenticeship_files import shipped_occupations
from training.apprenticeship_records import PlanSettings

FILE = Path(__file__).resolve().parent / "credentials.csv"
#: What each college's courses cost and how far it is from the plant: miles, cents a credit, cents a clock hour.
TERMS = {
    "CRC": (9, 11_400, None),
    "NMT": (31, None, 620),
    "SVC": (24, 9_800, None),
    "HSU": (12, 29_500, None),
}
#: Courses that staff say cover competencies: college, course, codes of the competencies.
LINKED = (
    ("SVC", "MFG-100", ("S1", "S3", "Q2", "Q4", "P1", "P3", "P5", "M1")),
    ("CRC", "MFG 130", ("P1", "P4", "P5")),
    ("CRC", "EMT 101", ("S1",)),
    ("NMT", "NM-1440", ("M1", "M2", "M3")),
    ("CRC", "EMT 161", ("M1",)),
)
#: Credentials that somebody has looked at; the others show how an unconfirmed one looks.
CONFIRMED = ("CPT", "CPT-S", "CPT-Q", "CRC-IM", "TR-READY", "TR-IMT")


def load_credentials(session: Session, *, partnership_id: int, by_name: str, now: datetime) -> None:
    """Store every credential of the file."""
    rows, problems = read_credentials(FILE.read_bytes(), filename=FILE.name)
    if problems:
        raise ValueError(f"the sample's credentials cannot be read: {problems[0]}")
    ids = credential_operations.store_credentials(session, partnership_id=partnership_id, rows=rows, now=now)
    for row, credential_id in zip(rows, ids, strict=True):
        if row.code in CONFIRMED:
            credential_operations.confirm_credential(session, credential_id=credential_id, by_name=by_name, now=now)


def _link_courses(session: Session, *, partnership_id: int, occupation_id: int, by_name: str) -> None:
    """Note what the colleges' staff know: courses that prepare for the technician's certificate cover its parts."""
    occupation = apprenticeship_queries.occupation(session, partnership_id=partnership_id, occupation_id=occupation_id)
    colleges = {row.code: row.id for row in accounts_queries.colleges(session, partnership_id=partnership_id)}
    for competency in occupation.competencies if occupation else ():
        for college_code, course_code, codes in LINKED:
            if competency.code in codes:
                apprenticeship_operations.link_course(
                    session,
                    competency_id=competency.id,
                    organisation_id=colleges[college_code],
                    course_code=course_code,
                    by_name=by_name,
                )


def load_apprenticeship(session: Session, *, partnership_id: int, firm_id: int, by_name: str, now: datetime) -> None:
    """Plan an apprenticeship for one firm: an evening plan for operators who have shown two competencies."""
    occupation_id = apprenticeship_operations.add_occupation(
        session, partnership_id=partnership_id, row=shipped_occupations()[0]
    )
    _link_courses(session, partnership_id=partnership_id, occupation_id=occupation_id, by_name=by_name)
    settings = PlanSettings(
        title="Line operators of the second shift",
        apprentices="Three line operators, second shift",
        starts_on=date(2027, 1, 18),
        max_per_competency=2,
        term="3,000 hours, about eighteen months",
        ratio="One journeyworker to one apprentice",
    )
    plan_id = apprenticeship_operations.add_plan(
        session,
        partnership_id=partnership_id,
        occupation_id=occupation_id,
        organisation_id=firm_id,
        settings=settings,
        by_name=by_name,
        now=now,
    )
    plan = apprenticeship_queries.plan(session, partnership_id=partnership_id, plan_id=plan_id)
    if plan is None:
        raise LookupError("the sample's plan is gone")
    terms = [
        replace(each, miles=TERMS[each.code][0], credit_cents=TERMS[each.code][1], hour_cents=TERMS[each.code][2])
        for each in plan.terms
    ]
    mastered = {"S4": "Forklift licence, seen 2026-10-12", "P3": "Two years of shift logs, checked by the shift leader"}
    apprenticeship_operations.change_plan(session, plan=plan, settings=settings, terms=terms, mastered=mastered)
    changed = apprenticeship_queries.plan(session, partnership_id=partnership_id, plan_id=plan_id)
    if changed is not None:
        apprenticeship_operations.choose_courses(session, partnership_id=partnership_id, plan=changed, now=now)
