"""The whole action table: what each role may do. Every door names one action or says that it is public."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """Name the roles that a signed-in person can have in a partnership."""

    CONVENER = "convener"
    REVIEWER = "reviewer"
    VIEWER = "viewer"
    EMPLOYER = "employer"


#: Roles in the words that pages use.
ROLE_LABELS: Mapping[Role, str] = {
    Role.CONVENER: "Convener",
    Role.REVIEWER: "Curriculum reviewer",
    Role.VIEWER: "Regional viewer",
    Role.EMPLOYER: "Employer",
}


class Action(StrEnum):
    """Name everything that a door can ask permission for."""

    SEE_HOME = "see_home"
    SEE_ACCOUNT = "see_account"
    MANAGE_PEOPLE = "manage_people"
    SEE_ASSESSMENTS = "see_assessments"
    EDIT_ASSESSMENTS = "edit_assessments"
    RUN_MEETINGS = "run_meetings"
    SEE_RESULTS = "see_results"
    SEE_CATALOGS = "see_catalogs"
    IMPORT_CATALOGS = "import_catalogs"
    SEE_RUNS = "see_runs"
    MAKE_RUNS = "make_runs"
    REVIEW_VERDICTS = "review_verdicts"
    SETTLE_DISPUTES = "settle_disputes"
    ACCEPT_MODEL = "accept_model"
    SEE_REGION = "see_region"
    SEE_CREDENTIALS = "see_credentials"
    EDIT_CREDENTIALS = "edit_credentials"
    PLAN_APPRENTICESHIPS = "plan_apprenticeships"
    EDIT_OCCUPATIONS = "edit_occupations"
    SEE_TRAINING = "see_training"
    REQUEST_TRAINING = "request_training"
    FORM_COHORTS = "form_cohorts"
    JUDGE_CREDENTIALS = "judge_credentials"
    IMPORT_CREDENTIALS = "import_credentials"
    SEE_OWN_REPORT = "see_own_report"
    SEE_REPORT_BACK = "see_report_back"


_EVERYONE = frozenset(
    {
        Action.SEE_HOME,
        Action.SEE_ACCOUNT,
        Action.SEE_ASSESSMENTS,
        Action.SEE_RESULTS,
        Action.SEE_CATALOGS,
        Action.SEE_RUNS,
        Action.SEE_REGION,
        Action.SEE_CREDENTIALS,
        Action.SEE_TRAINING,
        Action.SEE_REPORT_BACK,
    }
)

ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.CONVENER: frozenset(Action) - {Action.REVIEW_VERDICTS, Action.SEE_OWN_REPORT},
    Role.REVIEWER: _EVERYONE
    | {
        Action.FORM_COHORTS,
        Action.JUDGE_CREDENTIALS,
        Action.IMPORT_CATALOGS,
        Action.REVIEW_VERDICTS,
        Action.SETTLE_DISPUTES,
        Action.EDIT_CREDENTIALS,
        Action.PLAN_APPRENTICESHIPS,
        Action.EDIT_OCCUPATIONS,
    },
    Role.VIEWER: _EVERYONE,
    Role.EMPLOYER: frozenset(
        {
            Action.SEE_TRAINING,
            Action.REQUEST_TRAINING,
            Action.SEE_HOME,
            Action.SEE_ACCOUNT,
            Action.SEE_CREDENTIALS,
            Action.PLAN_APPRENTICESHIPS,
            Action.SEE_OWN_REPORT,
            Action.SEE_REPORT_BACK,
        }
    ),
}


def may(role: Role, action: Action) -> bool:
    """Say whether a role allows an action."""
    return action in ALLOWED[role]


def roles_that_may(action: Action) -> tuple[Role, ...]:
    """Return the roles that allow an action, for the page that says who can."""
    return tuple(role for role in Role if may(role, action))
