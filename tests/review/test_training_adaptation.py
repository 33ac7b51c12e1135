"""A region's own vocabulary on its way from the file into a run, a command and a rerun."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from region_builder import NOON, Region

from matching.adaptation import Adaptation
from review import jobs, operations
from review.adapting import AdaptationRefused, read_adaptation
from review.cli import match, rerun

WORDS = "# our words\n\nzorbing = zb, orb rolling\n"


def test_a_vocabulary_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    for encoding in ("utf-8", "utf-8-sig"):
        file.write_text(WORDS, encoding=encoding)
        assert read_adaptation(vocabulary_file=str(file)) == Adaptation(vocabulary=("zorbing = zb, orb rolling",))
    assert read_adaptation() == Adaptation()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"zorbing = zb\nonly a name\n", r"words.txt, line 2: write “name"),
        ("zorbing = zb\ncafé = cafe\n".encode("cp1252"), r"words.txt, line 2: this is not UTF-8 text"),
        (None, "there is no such vocabulary file"),
    ],
)
def test_a_vocabulary_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AdaptationRefused, match=words):
        read_adaptation(vocabulary_file=str(file))


def test_a_run_keeps_the_lines_and_is_repeated_with_them(region: Region, tmp_path: Path) -> None:
    with region.database.writing() as session:
        run_id = operations.start_run(
            session,
            partnership_id=region.partnership_id,
            assessment_id=region.assessment_id,
            meeting_id=region.meeting_id,
            by_name="Dana Ruiz",
            now=NOON,
            adaptation=Adaptation(vocabulary=("ladder logic = rungs and coils",)),
        )
        operations.carry_out_run(session, run_id=run_id, now=NOON)
        session.commit()
    with region.database.reading() as session:
        kept = operations.frozen_snapshot(session, run_id=run_id).parameters["vocabulary"]["lines"]
    assert kept == ["ladder logic = rungs and coils"]
    answer = CliRunner().invoke(rerun, [str(run_id), "--data", str(tmp_path)])
    assert answer.exit_code == 0, answer.output


def test_the_match_command_takes_a_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "needs.json").write_text(
        json.dumps([{"code": "Z", "title": "Zorbing", "elements": ["Zorbing safely"]}])
    )
    course = {
        "code": "ZO 1",
        "title": "Orb Rolling",
        "description": "Orb rolling on steep slopes, with safe harnesses.",
    }
    (tmp_path / "courses.json").write_text(json.dumps([course]))
    words = tmp_path / "words.txt"
    words.write_text(WORDS, encoding="utf-8")
    files = ["--needs", str(tmp_path / "needs.json"), "--courses", str(tmp_path / "courses.json"), "--all-pairs"]

    def score(*options: str) -> float:
        out = tmp_path / "verdicts.json"
        answer = CliRunner().invoke(match, [*files, "--out", str(out), *options])
        assert answer.exit_code == 0, answer.output
        return float(json.loads(out.read_text(encoding="utf-8"))[0]["score"])

    assert score("--vocabulary", str(words)) > score()
    words.write_text("only a name\n", encoding="utf-8")
    refused = CliRunner().invoke(match, [*files, "--out", str(tmp_path / "no.json"), "--vocabulary", str(words)])
    assert refused.exit_code == 2
    assert "words.txt, line 1" in refused.stderr
    assert not (tmp_path / "no.json").exists()


def test_the_match_command_writes_the_same_file_with_a_cache(tmp_path: Path) -> None:
    (tmp_path / "needs.json").write_text(
        json.dumps([{"code": "Z", "title": "Zorbing", "elements": ["Zorbing safely"]}])
    )
    course = {"code": "ZO 1", "title": "Zorbing", "description": "Zorbing on steep slopes, with safe harnesses."}
    (tmp_path / "courses.json").write_text(json.dumps([course]))
    files = ["--needs", str(tmp_path / "needs.json"), "--courses", str(tmp_path / "courses.json"), "--all-pairs"]
    written = []
    for options in ([], ["--cache", str(tmp_path / "kept")], ["--cache", str(tmp_path / "kept")]):
        answer = CliRunner().invoke(match, [*files, "--out", str(tmp_path / "verdicts.json"), *options])
        assert answer.exit_code == 0, answer.output
        written.append((tmp_path / "verdicts.json").read_bytes())
    assert written[0] == written[1] == written[2]
    assert (tmp_path / "kept" / "readings.sqlite").is_file()


def test_a_job_keeps_what_it_read(region: Region, tmp_path: Path) -> None:
    cache_path = tmp_path / "cache" / "readings.sqlite"
    digests = []
    for path in (None, cache_path, cache_path):
        run_id = region.start_run()
        jobs.carry_out(region.database, run_id=run_id, cache_path=path)
        with region.database.reading() as session:
            digests.append(operations.recorded_digest(session, run_id=run_id)[0])
    assert digests[0] == digests[1] == digests[2]
    assert cache_path.is_file()
