"""Carry what a region adapted, its own vocabulary and its own model, inside a snapshot's parameters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matching.version import ENGINE_VERSION


@dataclass(frozen=True)
class Adaptation:
    """Hold what a region changed in the matcher; empty fields stand for what ships with Skillshed.

    `vocabulary` holds lines in the layout of matching/vocabulary.txt that are added to the shipped ones, without
    comments and empty lines. `model` is the JSON of a model as `matching.judge.Model.to_json` writes it.
    """

    vocabulary: tuple[str, ...] = ()
    model: str = ""

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> Adaptation:
        """Read the adaptation that a snapshot carries."""
        return cls(
            vocabulary=tuple(parameters.get("vocabulary", {}).get("lines", ())),
            model=parameters.get("model", {}).get("text", ""),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what a snapshot's parameters keep of it: the texts themselves with their digests."""
        kept: dict[str, Any] = {}
        if self.vocabulary:
            kept["vocabulary"] = {"digest": text_digest("\n".join(self.vocabulary)), "lines": list(self.vocabulary)}
        if self.model:
            kept["model"] = {"digest": text_digest(self.model), "text": self.model}
        return kept

    @property
    def engine_version(self) -> str:
        """Return the version that verdicts are recorded with; a region's own model adds the start of its digest."""
        return f"{ENGINE_VERSION}+{text_digest(self.model)[:8]}" if self.model else ENGINE_VERSION


@lru_cache(maxsize=64)
def text_digest(text: str) -> str:
    """Return the sha256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def vocabulary_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines of a vocabulary that say something: comments and empty lines are left out."""
    stripped = (line.strip() for line in lines)
    return tuple(line for line in stripped if line and not line.startswith("#"))
