"""Courses that are not described in English are flagged and left unknown; English ones never are."""

from __future__ import annotations

import pytest

from matching import Course, Need, Snapshot, decide
from matching.language import function_words, is_other_language

NEED = Need("WE-1", "Weld steel with MIG", level="working", elements=("Set up a MIG welder", "Weld fillet joints"))
SPANISH = (
    "Los estudiantes aprenden a soldar acero con el proceso MIG, a preparar las juntas y a revisar la soldadura. "
    "También se practican las normas de seguridad en el taller."
)
FRENCH = (
    "Le stagiaire apprend à régler le poste de soudage, à préparer les pièces et à contrôler la qualité des joints."
)
GERMAN = (
    "Die Teilnehmenden richten das Schweißgerät ein, bereiten die Nähte vor und prüfen das Ergebnis mit dem Meister."
)
HAITIAN = (
    "Etidyan yo ap aprann soude asye ak machin MIG nan atelye a, epi yo pral fè pratik sou sekirite pou travay la."
)
VIETNAMESE = "Học viên thực hành hàn thép với máy MIG và kiểm tra các mối hàn cho đúng tiêu chuẩn an toàn trong xưởng."
RUSSIAN = "Студенты учатся сваривать сталь и проверять швы."
CHINESE = "学生学习使用焊机焊接钢材并检查焊缝质量。"


def described(text: str, *, outcomes: tuple[str, ...] = ()) -> Course:
    """Return a welding course with this description."""
    return Course("WLD 101", "MIG Welding", description=text, outcomes=outcomes)


@pytest.mark.parametrize("text", [SPANISH, FRENCH, GERMAN, HAITIAN, VIETNAMESE, RUSSIAN, CHINESE])
def test_texts_in_other_languages_are_told(text: str) -> None:
    assert is_other_language(described(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GMAW, FCAW, SMAW, GTAW; AWS D1.1; OSHA 10; PPE; WPS/PQR; fit-up, tack, weld, grind, inspect, PT, MT, UT, RT",
        "PLC I/O, HMI, VFD, RS-485, EtherNet/IP, 4-20 mA, NPN/PNP, E-stop, LOTO, NFPA 70E, NEC 430, CAT III DMM",
        "Sauces, stocks, soups, mise en place, sous vide, hors d'oeuvres, pâte à choux, crème anglaise, jus de viande",
        "Spanish for health care: greet patients with “¿Cómo está usted?” and ask for the history of the illness.",
        "Students weld with MIG at the plant in El Paso, and in La Cruces at Los Lunas and Las Vegas de la Vega yards.",
        "Lecture two hours, lab four hours. Welding, cutting, grinding, brazing, soldering, fitting, layout, safety.",
        "Der Meister.",
    ],
)
def test_english_with_abbreviations_names_or_foreign_words_is_not_flagged(text: str) -> None:
    assert not is_other_language(described(text))


def test_a_text_in_two_languages_is_judged_by_its_english() -> None:
    english = (
        "Students learn to weld steel with the MIG process, to prepare the joints and to check the weld for flaws."
    )
    assert not is_other_language(described(f"{english} {SPANISH}"))


def test_outcomes_alone_tell_the_language() -> None:
    outcomes = (
        "Preparar las juntas de acero para soldar",
        "Revisar la soldadura con el calibrador",
        "Trabajar en el taller",
    )
    assert is_other_language(described("", outcomes=outcomes))


def test_a_course_in_another_language_is_unknown_with_its_reason() -> None:
    decision = decide(Snapshot((NEED,), (described(SPANISH),)), all_pairs=True)
    assert decision.courses[0].verdict == "unknown"
    assert "other_language" in decision.courses[0].reasons
    assert "title_description_mismatch" not in decision.courses[0].reasons
    assert [(pair.verdict, pair.score) for pair in decision.pairs] == [("unknown", 0.0)]
    assert decision.needs[0].verdict == "gap"


def test_a_course_in_another_language_is_flagged_without_any_need() -> None:
    assert "other_language" in decide(Snapshot((), (described(FRENCH),))).courses[0].reasons


def test_no_function_word_of_another_language_is_english() -> None:
    english = function_words()["English"]
    assert not [name for name, words in function_words().items() if name != "English" and words & english]
