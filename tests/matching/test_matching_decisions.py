"""Decisions on small regions, and the laws that every decision keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import REASON_CODES, Course, Decision, Evidence, Need, PairVerdict, Snapshot, decide
from matching.deciding import DoubledCode

WELD = Need(
    code="WE-1",
    area="Welding",
    title="Weld steel with GMAW",
    level="working",
    elements=(
        "Set up gas metal arc welding equipment",
        "Make fillet and groove welds in several positions",
        "Inspect a weld visually for defects",
    ),
)
PLC = Need(
    code="AU-1",
    area="Automation",
    title="Program and troubleshoot PLCs",
    level="advanced",
    elements=(
        "Write ladder logic with timers and counters",
        "Wire and address digital and analog inputs and outputs",
        "Go online to monitor and force points",
        "Back up and document controller programs",
    ),
)
LOCKOUT = Need(
    code="SW-1",
    area="Safety",
    title="Follow lockout/tagout practice",
    level="basic",
    elements=("Isolate and verify zero energy", "Apply locks and tags", "Report hazards"),
)
NEEDS = (WELD, PLC, LOCKOUT)

MIG = Course(
    code="WLD 110",
    college="A",
    title="MIG Welding",
    description="Students set up MIG equipment, choose wire and shielding gas, and weld mild steel. Lab fee: $40.",
    outcomes=(
        "Set up and adjust GMAW equipment",
        "Make fillet and groove welds in the flat, horizontal and vertical positions",
        "Inspect finished welds visually for porosity, undercut and other defects",
    ),
)
LADDER = Course(
    code="AUT 210",
    college="A",
    title="Programmable Controllers",
    description="Learners write and edit relay ladder logic with timers, counters and comparisons. They wire digital "
    "and analog I/O modules and go online with the controller to monitor and force bits.",
)
LOTO = Course(
    code="SAF 101",
    college="B",
    title="Control of Hazardous Energy",
    description="A one-day LOTO course. Each participant isolates a machine, applies lock and tag, "
    "and verifies zero energy.",
    clock_hours=8.0,
    is_noncredit=True,
)
POETRY = Course(
    code="ENG 240",
    college="B",
    title="Modern Poetry",
    description="Close reading of twentieth-century poems, with short essays on rhyme, image and voice.",
)
THIN = Course(code="WLD 299", college="A", title="Special Welding Projects", description="Special Welding Projects")
COURSES = (MIG, LADDER, LOTO, POETRY, THIN)


def pair(decision: Decision, need: Need, course: Course) -> PairVerdict:
    return next(p for p in decision.pairs if (p.need, p.college, p.course) == (need.code, course.college, course.code))


@pytest.fixture(scope="module")
def decision() -> Decision:
    return decide(Snapshot(NEEDS, COURSES), all_pairs=True)


def test_a_course_that_states_every_element_is_a_match_across_acronyms(decision: Decision) -> None:
    found = pair(decision, WELD, MIG)
    assert (found.verdict, found.covered, found.missing) == ("match", (0, 1, 2), ())


def test_each_element_is_proved_by_the_outcome_that_states_it(decision: Decision) -> None:
    evidence = {e.element: e for e in pair(decision, WELD, MIG).evidence}
    assert sorted(evidence) == [0, 1, 2]
    assert [(evidence[k].field, evidence[k].item, evidence[k].quote) for k in (1, 2)] == [
        ("outcomes", 1, MIG.outcomes[1]),
        ("outcomes", 2, MIG.outcomes[2]),
    ]


def test_a_course_with_another_subject_is_unrelated_to_everything(decision: Decision) -> None:
    assert {p.verdict for p in decision.pairs if p.course == POETRY.code} == {"unrelated"}
    verdict = next(c for c in decision.courses if c.course == POETRY.code)
    assert (verdict.verdict, verdict.need, verdict.needs) == ("unrelated", None, ())


def test_a_related_course_names_what_is_missing_and_the_nearest_statement(decision: Decision) -> None:
    found = pair(decision, PLC, LADDER)
    assert found.verdict in ("match", "revise")
    assert {0, 1} <= set(found.covered)
    assert 3 in found.missing
    assert "missing_elements" in found.reasons
    assert [e.element for e in found.nearest] == list(found.missing)


def test_thin_text_is_unknown_and_never_unrelated(decision: Decision) -> None:
    pairs = [p for p in decision.pairs if p.course == THIN.code]
    assert {(p.verdict, p.score, p.covered) for p in pairs} == {("unknown", 0.0, ())}
    assert all("text_too_thin" in p.reasons for p in pairs)
    verdict = next(c for c in decision.courses if c.course == THIN.code)
    assert verdict.verdict == "unknown"
    assert "text_too_thin" in verdict.reasons


def test_without_all_pairs_only_the_unrelated_are_left_out(decision: Decision) -> None:
    kept = tuple(p for p in decision.pairs if p.verdict != "unrelated")
    assert decide(Snapshot(NEEDS, COURSES)).pairs == kept


def test_pairs_come_by_need_then_best_first(decision: Decision) -> None:
    keys = [(p.need, -p.score, p.college, p.course) for p in decision.pairs]
    assert keys == sorted(keys)


def test_reasons_are_published_codes(decision: Decision) -> None:
    assert {code for p in decision.pairs for code in p.reasons} <= set(REASON_CODES)


def test_a_course_without_outcomes_says_so(decision: Decision) -> None:
    assert "no_outcomes_stated" in pair(decision, PLC, LADDER).reasons
    assert "no_outcomes_stated" not in pair(decision, WELD, MIG).reasons


def test_a_stated_level_below_the_needed_one_is_a_reason() -> None:
    basic = replace(LADDER, level="basic")
    found = decide(Snapshot((PLC,), (basic,)), all_pairs=True).pairs[0]
    assert "level_below" in found.reasons
    advanced = replace(LADDER, level="advanced")
    assert "level_below" not in decide(Snapshot((PLC,), (advanced,)), all_pairs=True).pairs[0].reasons


def test_an_introductory_title_is_below_an_advanced_need() -> None:
    intro = replace(LADDER, title="Introduction to Programmable Controllers")
    assert "level_below" in decide(Snapshot((PLC,), (intro,)), all_pairs=True).pairs[0].reasons


def test_attributes_are_held_against_what_the_ballots_asked_for() -> None:
    course = replace(LOTO, delivery=("online",), credentials=("OSHA 10",))
    parameters = {
        "hours_wanted": {"SW-1": 10},
        "delivery_wanted": {"SW-1": ["at the plant"]},
        "credentials_wanted": {"SW-1": ["First aid"]},
        "not_offered": ["B/SAF 101"],
    }
    found = pair(decide(Snapshot(NEEDS, (course,), parameters)), LOCKOUT, course)
    assert {"hours_short", "delivery_mismatch", "credential_missing", "not_offered"} <= set(found.reasons)


def test_what_a_college_does_not_state_is_not_held_against_the_course() -> None:
    course = replace(LOTO, clock_hours=None)
    parameters = {"hours_wanted": {"SW-1": 10}, "delivery_wanted": {"SW-1": ["online"]}}
    found = pair(decide(Snapshot(NEEDS, (course,), parameters)), LOCKOUT, course)
    assert not {"hours_short", "delivery_mismatch"} & set(found.reasons)


def test_a_description_of_another_subject_than_the_title_is_flagged() -> None:
    swapped = replace(
        LADDER,
        title="Diesel Fuel Injection",
        description="Painting in watercolour and oil, with weekly drawing from nature, the history of landscape art, "
        "colour mixing, and a portfolio of finished pictures shown to the public each spring.",
    )
    verdict = decide(Snapshot(NEEDS, (swapped,))).courses[0]
    assert "title_description_mismatch" in verdict.reasons


def test_fitting_titles_are_not_flagged(decision: Decision) -> None:
    assert not [c.course for c in decision.courses if "title_description_mismatch" in c.reasons]


def test_a_need_with_a_match_is_covered_and_one_without_any_course_is_a_gap() -> None:
    verdicts = {n.need: (n.verdict, n.kind) for n in decide(Snapshot(NEEDS, (MIG, POETRY))).needs}
    assert verdicts["WE-1"] == ("covered", "")
    assert verdicts["SW-1"] == ("gap", "nowhere")


def test_a_match_that_gives_no_credit_leaves_a_gap_of_that_kind() -> None:
    found = decide(Snapshot((WELD,), (replace(MIG, is_noncredit=True),))).needs[0]
    assert (found.verdict, found.kind) == ("gap", "only_noncredit")


def test_a_match_with_too_few_hours_leaves_a_gap_of_that_kind() -> None:
    snapshot = Snapshot((WELD,), (replace(MIG, clock_hours=20.0),), {"hours_wanted": {"WE-1": 40}})
    found = decide(snapshot).needs[0]
    assert (found.verdict, found.kind) == ("gap", "hours_short")


def test_only_upper_tiers_decide_what_a_course_is_worth() -> None:
    low = tuple(replace(n, tier=4 if n is WELD else 1) for n in NEEDS)
    verdict = next(c for c in decide(Snapshot(low, COURSES)).courses if c.course == MIG.code)
    assert (verdict.verdict, verdict.need, verdict.needs) == ("unrelated", None, ("WE-1",))
    high = tuple(replace(n, tier=1) for n in NEEDS)
    verdict = next(c for c in decide(Snapshot(high, COURSES)).courses if c.course == MIG.code)
    assert (verdict.verdict, verdict.need) == ("match", "WE-1")


def test_a_need_without_elements_is_judged_by_its_title() -> None:
    found = pair(decide(Snapshot((replace(WELD, elements=()),), (MIG,)), all_pairs=True), WELD, MIG)
    assert found.verdict in ("match", "revise")
    assert found.covered == (0,)


def test_no_needs_and_no_courses_have_an_empty_answer() -> None:
    assert decide(Snapshot((), ())).pairs == ()
    assert [n.verdict for n in decide(Snapshot(NEEDS, ())).needs] == ["gap"] * 3


def test_courses_without_needs_are_unrelated_or_unknown() -> None:
    assert [(c.course, c.verdict) for c in decide(Snapshot((), (MIG, THIN))).courses] == [
        ("WLD 110", "unrelated"),
        ("WLD 299", "unknown"),
    ]


def test_doubled_codes_are_refused_by_name() -> None:
    with pytest.raises(DoubledCode, match="WE-1"):
        decide(Snapshot((WELD, WELD), ()))
    with pytest.raises(DoubledCode, match="WLD 110 of college A"):
        decide(Snapshot((), (MIG, MIG)))
    assert len(decide(Snapshot((), (MIG, replace(MIG, college="B")))).courses) == 2


def test_a_very_long_description_is_judged() -> None:
    endless = replace(POETRY, description=POETRY.description * 5000)
    assert decide(Snapshot(NEEDS, (endless,))).pairs == ()


def test_progress_ends_with_all_courses() -> None:
    seen: list[tuple[int, int]] = []
    decide(Snapshot(NEEDS, COURSES), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5, 5)


def test_workers_and_chunks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    one = decide(Snapshot(NEEDS, COURSES), all_pairs=True)
    monkeypatch.setattr("matching.deciding.N_COURSES_A_CHUNK", 2)
    assert decide(Snapshot(NEEDS, COURSES), all_pairs=True) == one
    assert decide(Snapshot(NEEDS, COURSES), all_pairs=True, n_jobs=2) == one


def test_a_snapshot_survives_its_json() -> None:
    snapshot = Snapshot(NEEDS, COURSES, {"hours_wanted": {"SW-1": 10}})
    again = Snapshot.from_json(snapshot.to_json())
    assert again.digest == snapshot.digest
    assert decide(again) == decide(snapshot)


def test_the_digest_ignores_row_order_and_sees_every_change() -> None:
    digest = Snapshot(NEEDS, COURSES).digest
    assert Snapshot(NEEDS[::-1], COURSES[::-1]).digest == digest
    assert Snapshot(NEEDS, (*COURSES[:-1], replace(THIN, credits=1.0))).digest != digest
    assert Snapshot(NEEDS, COURSES, {"hours_wanted": {}}).digest != digest


def test_importing_the_package_loads_no_numeric_library() -> None:
    code = "import sys, matching; print([m for m in ('numpy', 'scipy', 'sklearn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def as_bytes(decision: Decision) -> bytes:
    return json.dumps(asdict(decision), sort_keys=True).encode()


def of_course(decision: Decision, course: Course) -> tuple[object, ...]:
    key = (course.college, course.code)
    return (
        tuple(p for p in decision.pairs if (p.college, p.course) == key),
        next(c for c in decision.courses if (c.college, c.course) == key),
    )


@settings(max_examples=15, deadline=None)
@given(st.permutations(NEEDS), st.permutations(COURSES))
def test_row_order_leaves_no_trace_to_the_byte(needs: list[Need], courses: list[Course]) -> None:
    assert as_bytes(decide(Snapshot(tuple(needs), tuple(courses)))) == as_bytes(decide(Snapshot(NEEDS, COURSES)))


TRADES = ["weld", "pump", "ladder", "logic", "safety", "torque", "lathe", "timers", "lockout", "GMAW", "introduction"]
OTHERS = ["poem", "piano", "nurse", "invoice", "and", "of", "the,", ".", ";"]
WORDS = st.sampled_from([*TRADES, *OTHERS])
TEXTS = st.lists(WORDS, max_size=25).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(title=TEXTS, description=TEXTS, outcomes=st.lists(TEXTS, max_size=3))
def test_an_added_course_changes_no_other_courses_verdict(title: str, description: str, outcomes: list[str]) -> None:
    added = Course(code="NEW 1", college="C", title=title, description=description, outcomes=tuple(outcomes))
    before = decide(Snapshot(NEEDS, COURSES), all_pairs=True)
    after = decide(Snapshot(NEEDS, (*COURSES, added)), all_pairs=True)
    assert all(of_course(before, c) == of_course(after, c) for c in COURSES)


@settings(max_examples=25, deadline=None)
@given(title=TEXTS, description=st.text(max_size=200), topics=st.lists(st.text(max_size=40), max_size=3))
def test_every_quote_stands_verbatim_at_its_place(title: str, description: str, topics: list[str]) -> None:
    course = Course(code="NEW 1", title=title, description=description, topics=tuple(topics))
    for found in decide(Snapshot(NEEDS, (course,)), all_pairs=True).pairs:
        for entry in (*found.evidence, *found.nearest):
            assert published(course, entry)[entry.offset :].startswith(entry.quote)


def test_a_sentence_is_quoted_before_a_title_that_says_the_same() -> None:
    said = Course(
        "T 1",
        "Gas Metal Arc Welding Equipment",
        description="Students weld with gas metal arc welding equipment. Keep a log of the week in ink.",
    )
    named = replace(said, code="T 2", description="Keep a log of the week in ink. Meet with the class each Monday.")
    found = {pair.course: pair for pair in decide(Snapshot((WELD,), (said, named)), all_pairs=True).pairs}
    set_up = {code: next(e for e in (*pair.evidence, *pair.nearest) if e.element == 0) for code, pair in found.items()}
    assert (set_up["T 1"].field, set_up["T 1"].quote) == (
        "description",
        "Students weld with gas metal arc welding equipment.",
    )
    assert (set_up["T 2"].field, set_up["T 2"].quote) == ("title", "Gas Metal Arc Welding Equipment")


def published(course: Course, entry: Evidence) -> str:
    text = getattr(course, entry.field)
    return str(text if entry.item is None else text[entry.item])
