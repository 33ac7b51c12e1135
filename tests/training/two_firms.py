"""Two firms of one partnership, and people of any role to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask.testing import FlaskClient

from accounts.permissions import Role
from base.database import Database


@dataclass(frozen=True)
class Firms:
    """Two firms and a way to sign their people, and people of any role, in."""

    database: Database
    partnership_id: int
    college_id: int
    first_id: int
    second_id: int
    person: Callable[..., FlaskClient]

    def first(self) -> FlaskClient:
        """Sign someone of the first firm in."""
        return self.person(Role.EMPLOYER, organisation_id=self.first_id)

    def second(self) -> FlaskClient:
        """Sign someone of the second firm in."""
        return self.person(Role.EMPLOYER, organisation_id=self.second_id)

    def convener(self) -> FlaskClient:
        """Sign a convener in."""
        return self.person(Role.CONVENER)

    def reviewer(self) -> FlaskClient:
        """Sign a reviewer of the college in."""
        return self.person(Role.REVIEWER, organisation_id=self.college_id)
