"""Versions of the matcher: fitted on decisions as a job, compared, accepted by the convener, and gone back from."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from region_builder import NOON, Region, reading

from accounts.queries import Member
from catalog import operations as catalog_operations
from catalog.records import CourseRow
from matching.adaptation import Adaptation
from matching.judge import shipped_model
from matching.learning import learn
from matching.version import ENGINE_VERSION
from page_client import PageClient
from review import jobs, model_operations, model_queries, operations
from review.adapting import AdaptationRefused
from review.cli import rerun
from review.model_operations import FitNotPossible, VersionNotThere, WhyMissing
from review.models import MatcherVersion
from survey import operations as survey_operations
from survey.records import NeedRow

SignIn = Callable[[str], FlaskClient]
SUBJECTS = {
    "Weld steel with MIG": ("Set up a MIG welder", "Weld fillet joints", "Check welds for flaws"),
    "Program PLCs": ("Write ladder logic with timers", "Wire inputs and outputs of a PLC", "Find faults online"),
    "Maintain hydraulic systems": ("Read hydraulic schematics", "Replace pumps and valves", "Find leaks"),
    "Bake bread": ("Mix and knead dough", "Proof and shape loaves", "Bake in a deck oven"),
    "Draw blood": ("Identify the patient", "Puncture a vein", "Label the tubes"),
}


@pytest.fixture(autouse=True)
def _every_page_is_looked_at(app: Flask) -> None:
    app.test_client_class = PageClient


@pytest.fixture
def reviewed(region: Region) -> tuple[Region, Member]:
    """Make a run over five needs and five courses, and decide that each course matches its need and no other."""
    with region.database.writing() as session:
        assessment_id = survey_operations.create_assessment(
            session,
            partnership_id=region.partnership_id,
            title="Five subjects",
            needs=[
                NeedRow(f"N{i}", "Area", title, "working", elements)
                for i, (title, elements) in enumerate(SUBJECTS.items())
            ],
            now=NOON,
        )
        catalog_operations.store_edition(
            session,
            organisation_id=region.college_id,
            label="Five courses",
            filename="five.csv",
            file_digest="five",
            mapping={},
            reading=reading(
                *(
                    CourseRow(f"C{i}", title, f"{elements[0]}, and tidy the room after every lesson.")
                    for i, (title, elements) in enumerate(SUBJECTS.items())
                )
            ),
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()
    lee = region.reviewer()
    run_id = new_run(region, assessment_id)
    with region.database.writing() as session:
        for i in range(5):
            for k in range(5):
                operations.decide_verdict(
                    session,
                    run_id=run_id,
                    need_code=f"N{i}",
                    college_code="TVC",
                    course_code=f"C{k}",
                    verdict="match" if i == k else "unrelated",
                    reason="As its text says.",
                    member=lee,
                    now=NOON,
                )
        session.commit()
    return region, lee


def new_run(region: Region, assessment_id: int, adaptation: Adaptation | None = None) -> int:
    """Make a run and carry it out."""
    with region.database.writing() as session:
        run_id = operations.start_run(
            session,
            partnership_id=region.partnership_id,
            assessment_id=assessment_id,
            meeting_id=None,
            by_name="Dana Ruiz",
            now=NOON,
            adaptation=adaptation,
        )
        operations.carry_out_run(session, run_id=run_id, now=NOON)
        session.commit()
    return run_id


def fitted(region: Region) -> int:
    """Fit a version and return its row number."""
    with region.database.writing() as session:
        version_id = model_operations.start_fit(
            session, partnership_id=region.partnership_id, by_name="Dana Ruiz", now=NOON
        )
        session.commit()
    jobs.fit_version(region.database, version_id=version_id, adaptation=Adaptation())
    return version_id


def use(region: Region, version_id: int | None, reason: str = "We tried it.") -> None:
    """Choose a version."""
    with region.database.writing() as session:
        model_operations.use_version(
            session,
            partnership_id=region.partnership_id,
            version_id=version_id,
            reason=reason,
            by_name="Dana Ruiz",
            now=NOON,
        )
        session.commit()


def in_use(region: Region) -> Adaptation:
    """Return what new runs are made with."""
    with region.database.reading() as session:
        return model_queries.adaptation_in_use(session, partnership_id=region.partnership_id, installation=Adaptation())


def test_a_version_is_what_the_learner_gives_on_the_same_decisions(reviewed: tuple[Region, Member]) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    with region.database.reading() as session:
        material = model_operations.fit_material(session, version_id=version_id)
        model, comparison = learn(material.needs, material.courses, material.decisions, current=shipped_model())
        (version,) = model_queries.versions(session, partnership_id=region.partnership_id)
        found = model_queries.version_content(session, version_id=version_id, partnership_id=region.partnership_id)
    assert (len(material.needs), len(material.courses), len(material.decisions)) == (5, 5, 25)
    assert found == (1, model.to_json())
    assert version.digest == hashlib.sha256(model.to_json().encode()).hexdigest()
    assert version.engine_version == f"{ENGINE_VERSION}+{version.digest[:8]}"
    assert version.comparison is not None
    assert asdict(version.comparison) == asdict(comparison)
    assert (version.state, version.is_in_use, version.n_decisions) == ("fitted", False, 25)


def test_nothing_changes_until_it_is_accepted_and_runs_keep_their_version(
    reviewed: tuple[Region, Member], tmp_path: Path
) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    assert in_use(region) == Adaptation()
    use(region, version_id)
    adaptation = in_use(region)
    assert adaptation.engine_version.startswith(f"{ENGINE_VERSION}+")
    run_id = new_run(region, 2, adaptation)
    use(region, None)
    assert in_use(region) == Adaptation()
    use(region, version_id, "Back again.")
    with region.database.reading() as session:
        runs = model_queries.engine_versions_of_runs(session, partnership_id=region.partnership_id)
        chosen = model_queries.choices(session, partnership_id=region.partnership_id)
    assert runs == {ENGINE_VERSION: [1], adaptation.engine_version: [run_id]}
    assert [choice.version_number for choice in chosen] == [1, None, 1]
    for number in (1, run_id):
        answer = CliRunner().invoke(rerun, [str(number), "--data", str(tmp_path)])
        assert answer.exit_code == 0, answer.output


def test_too_few_needs_are_refused_and_disputes_teach_nothing(region: Region) -> None:
    run_id = region.done_run()
    lee, sam = region.reviewer(), region.reviewer(name="Sam Oduya")
    with region.database.writing() as session:
        for member, verdict in ((lee, "match"), (sam, "unrelated")):
            operations.decide_verdict(
                session,
                run_id=run_id,
                need_code="HY-1",
                college_code="TVC",
                course_code="MEC 130",
                verdict=verdict,
                reason="Why not.",
                member=member,
                now=NOON,
            )
        session.commit()
    with region.database.writing() as session:
        assert model_queries.learnable_decisions(session, partnership_id=region.partnership_id) == []
        with pytest.raises(FitNotPossible, match=r"There are decisions on 0 needs\. At least 5 needs are wanted"):
            model_operations.start_fit(session, partnership_id=region.partnership_id, by_name="Dana", now=NOON)


def test_a_version_of_another_partnership_is_not_there(reviewed: tuple[Region, Member]) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    with region.database.writing() as session, pytest.raises(VersionNotThere):
        model_operations.use_version(
            session, partnership_id=99, version_id=version_id, reason="", by_name="Dana", now=NOON
        )


def test_a_version_that_is_not_better_needs_a_reason_and_a_declined_one_says_why(
    reviewed: tuple[Region, Member],
) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    with region.database.writing() as session:
        version = session.get_one(MatcherVersion, version_id)
        version.comparison = {**version.comparison, "gain_low": -0.1}
        session.commit()
    with pytest.raises(WhyMissing, match="although it is not better"):
        use(region, version_id, " ")
    with region.database.writing() as session:
        arguments = {"partnership_id": region.partnership_id, "version_id": version_id, "by_name": "Dana", "now": NOON}
        with pytest.raises(WhyMissing, match="Say why it is declined"):
            model_operations.decline_version(session, reason="", **arguments)  # type: ignore[arg-type]  # the values are of several kinds
        model_operations.decline_version(session, reason="Too few welders.", **arguments)  # type: ignore[arg-type]  # the values are of several kinds
        session.commit()
        (row,) = model_queries.versions(session, partnership_id=region.partnership_id)
    assert (row.state, row.decline_reason) == ("declined", "Too few welders.")


def test_a_fit_that_a_stopped_server_left_behind_is_closed(reviewed: tuple[Region, Member]) -> None:
    region, _ = reviewed
    with region.database.writing() as session:
        model_operations.start_fit(session, partnership_id=region.partnership_id, by_name="Dana", now=NOON)
        with pytest.raises(FitNotPossible, match="being fitted already"):
            model_operations.start_fit(session, partnership_id=region.partnership_id, by_name="Dana", now=NOON)
        session.commit()
    jobs.mark_interrupted_runs(region.database, now=NOON)
    with region.database.reading() as session:
        (row,) = model_queries.versions(session, partnership_id=region.partnership_id)
    assert (row.state, row.failure) == ("failed", "The server stopped while it was fitted. Fit a new one.")


def test_the_convener_fits_accepts_and_goes_back_in_the_browser(
    reviewed: tuple[Region, Member], sign_in: SignIn
) -> None:
    browser = sign_in("convener")
    page = browser.get("/matcher").text
    assert "New runs use the matcher as it ships" in page
    assert "Reviewers have decided 25 verdicts on 5 needs." in page
    browser.post("/matcher/versions")
    for _ in range(300):
        page = browser.get("/matcher").text
        if "is being fitted" not in page:
            break
        time.sleep(0.1)
    assert "Version 1 waits to be accepted or declined" in page
    assert "95 % interval" in page
    file = browser.get("/matcher/versions/1/model.json")
    assert json.loads(file.data)["version"]
    accepted = browser.post(
        "/matcher/choice", data={"version_id": "1", "reason": "We tried it."}, follow_redirects=True
    )
    assert "New runs use version 1 of the matcher" in accepted.text
    made = browser.post("/runs/new", data={"basis": "2:"})
    for _ in range(300):
        if browser.get(f"{made.location}/progress").get_json()["state"] != "running":
            break
        time.sleep(0.1)
    assert f"matcher {ENGINE_VERSION}+" in browser.get(made.location).text
    back = browser.post("/matcher/choice", data={"version_id": "0"}, follow_redirects=True)
    assert "New runs use the matcher as it ships" in back.text
    assert "Go back to version 1" in back.text
    assert "Test convener chose version 1 on" in back.text


def test_a_version_for_an_earlier_matcher_is_refused_in_words(reviewed: tuple[Region, Member], sign_in: SignIn) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    use(region, version_id)
    with region.database.writing() as session:
        version = session.get_one(MatcherVersion, version_id)
        content = json.loads(version.content)
        content["related"]["coefficients"]["a_feature_of_old"] = 1.0
        version.content = json.dumps(content)
        session.commit()
    with pytest.raises(AdaptationRefused, match="Version 1 of the matcher cannot be used any more"):
        in_use(region)
    browser = sign_in("convener")
    made = browser.post("/runs/new", data={"basis": "2:"})
    assert made.status_code == 422
    assert "Version 1 of the matcher cannot be used any more" in made.text
    refused = browser.post("/matcher/versions", follow_redirects=True)
    assert "The convener can choose another one" in refused.text


def test_others_see_the_matcher_and_change_nothing(reviewed: tuple[Region, Member], sign_in: SignIn) -> None:
    region, _ = reviewed
    version_id = fitted(region)
    for role in ("viewer", "reviewer"):
        browser = sign_in(role)
        page = browser.get("/matcher").text
        assert "waits to be accepted or declined" in page
        assert "Accept version" not in page
        for path in ("/matcher/versions", "/matcher/choice", f"/matcher/versions/{version_id}/decline"):
            assert browser.post(path).status_code == 403
    convener = sign_in("convener")
    assert convener.post(f"/matcher/versions/{version_id}/decline", data={"reason": " "}).status_code == 422
    assert convener.get("/matcher/versions/99/model.json").status_code == 404
    gone = convener.post("/matcher/choice", data={"version_id": "99"}, follow_redirects=True)
    assert "There is no such version here." in gone.text
