"""Read what a region adapted in the matcher from its files, and say where such a file cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from base.refusals import Refusal
from matching.adaptation import Adaptation, vocabulary_lines

if TYPE_CHECKING:
    from matching.judge import Model


class AdaptationRefused(Refusal):
    """Say which file of the region the matcher cannot use, and why."""


def read_adaptation(*, vocabulary_file: str = "", model_file: str = "") -> Adaptation:
    """Read a region's files; an empty name stands for what ships with Skillshed."""
    return Adaptation(
        vocabulary=_vocabulary(Path(vocabulary_file)) if vocabulary_file else (),
        model=_model_text(Path(model_file)) if model_file else "",
    )


def installed_adaptation(*, vocabulary_file: str, model_file: str) -> Adaptation:
    """Read the files that the settings name; a refusal says which setting it is, for people who only see a page."""
    parts = []
    for setting, files in (
        ("vocabulary_file", {"vocabulary_file": vocabulary_file}),
        ("model_file", {"model_file": model_file}),
    ):
        try:
            parts.append(read_adaptation(**files))
        except AdaptationRefused as refusal:
            raise AdaptationRefused(
                f"{refusal} Ask whoever runs this installation: the setting {setting} names that file. Mend the file "
                "or empty the setting, then try again. Earlier runs stay as they are."
            ) from None
    return Adaptation(vocabulary=parts[0].vocabulary, model=parts[1].model)


def reading_cache(folder: Path) -> Path:
    """Name the file, inside a folder, that keeps what the matcher read of course texts."""
    return folder / "readings.sqlite"


def chosen_model(adaptation: Adaptation) -> Model:
    """Return the model of an adaptation, the shipped one when it has none of its own."""
    from matching.trained import model_of

    return model_of(adaptation.model)


def refuse_unfit_model(adaptation: Adaptation, *, name: str) -> None:
    """Refuse a model that this version of the matcher cannot use, such as one that was fitted for an earlier one."""
    from matching.trained import UnfitModel, read_model

    if not adaptation.model:
        return
    try:
        read_model(adaptation.model)
    except UnfitModel as error:
        raise AdaptationRefused(
            f"{name} cannot be used any more: {error} The convener can choose another one on the page “The matcher”."
        ) from None


def _model_text(path: Path) -> str:
    """Return the model in its canonical form, so that its digest does not hang on blanks and line ends."""
    from matching.trained import UnfitModel, read_model

    text = _text(path, kind="model")
    try:
        return read_model(text).to_json()
    except UnfitModel as error:
        raise AdaptationRefused(f"{path}: {error}") from None


def _vocabulary(path: Path) -> tuple[str, ...]:
    from matching.terms import Vocabulary, VocabularyFault  # the matcher's files are read only where they are needed

    lines = _text(path, kind="vocabulary").splitlines()
    try:
        Vocabulary.from_lines(lines, source=str(path))
    except VocabularyFault as fault:
        raise AdaptationRefused(str(fault)) from None
    return vocabulary_lines(lines)


def _text(path: Path, *, kind: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise AdaptationRefused(f"{path}: there is no such {kind} file. Check its name and folder.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AdaptationRefused(f"{path}, line {line}: this is not UTF-8 text. Save the {kind} as UTF-8.") from None
    except OSError as error:
        raise AdaptationRefused(f"{path}: this {kind} file cannot be read: {error.strerror}.") from None
