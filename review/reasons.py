"""Say each reason code of the matcher in one plain sentence."""

from __future__ import annotations

from collections.abc import Iterable

#: Reason code to what a curriculum reviewer reads.
REASON_WORDS = {
    "missing_elements": "The text does not show every element of the need.",
    "level_below": "The course stays below the level that the need states or that most employers asked for.",
    "no_outcomes_stated": "The catalog states no course outcomes, so the verdict rests on the description alone.",
    "hours_short": "The course has fewer hours than employers ask for.",
    "delivery_mismatch": "The course is offered at no time or place that employers asked for on their ballots.",
    "credential_missing": "The course does not lead to the credential that employers ask for.",
    "not_offered": "The course has not been offered for three years.",
    "text_too_thin": "The catalog says too little about the course to judge it.",
    "other_language": "The course is described in another language than English, which the matcher does not read.",
    "title_description_mismatch": "The title and the description speak of different subjects; check both.",
}


def reason_words(code: str) -> str:
    """Return the sentence of a reason code."""
    return REASON_WORDS.get(code, f"The matcher gave the reason {code}.")


def reason_sentences(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences of reason codes, in their order."""
    return tuple(reason_words(code) for code in codes)
