"""Writes that arrive together share one commit, and none of them pays for another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from base.database import Database
from base.gathering import GatheredWrites
from base.refusals import Refusal

PATIENCE_S = 20.0


class Notebook:
    """Write words into a table where each word may stand once; hold the first batch until it is told to go on."""

    def __init__(self, database: Database, *, n_most: int = 64) -> None:
        self.database = database
        self.batches: list[int] = []
        self.goes_on = threading.Event()
        self.is_writing = threading.Event()
        self.writes: GatheredWrites[str, str] = GatheredWrites(database, self.write, n_most=n_most)
        with database.writing() as session, session.begin():
            session.execute(text("CREATE TABLE notebook (word TEXT UNIQUE)"))

    def write(self, session: Session, words: Sequence[str]) -> list[str | Refusal]:
        """Write words; one is refused by us, one breaks a rule of the table, one finds the disk full."""
        self.batches.append(len(words))
        self.is_writing.set()
        assert self.goes_on.wait(PATIENCE_S)
        answers: list[str | Refusal] = []
        for word in words:
            if word == "full":
                raise OperationalError("INSERT", {}, Exception("database or disk is full"))
            if word == "rude":
                answers.append(Refusal("Write a kind word."))
                continue
            session.execute(text("INSERT INTO notebook VALUES (:word)"), {"word": word})
            answers.append(word.upper())
        return answers

    def put_while_busy(self, first: str, *others: str) -> list[Future[str]]:
        """Put one word, and the others while that one is being written."""
        with ThreadPoolExecutor(len(others) + 1) as threads:
            put = [threads.submit(self.writes.put, first)]
            assert self.is_writing.wait(PATIENCE_S)
            put += [threads.submit(self.writes.put, word) for word in others]
            while len(self.writes._queue) < len(others):
                threading.Event().wait(0.005)
            self.goes_on.set()
        return put

    @property
    def kept(self) -> set[str]:
        """Return the words that are permanent."""
        with self.database.reading() as session:
            return set(session.scalars(text("SELECT word FROM notebook")))


@pytest.fixture
def notebook(database: Database) -> Notebook:
    """Open an empty notebook."""
    return Notebook(database)


def test_what_arrives_while_the_disk_is_busy_is_written_with_one_commit(notebook: Notebook) -> None:
    put = notebook.put_while_busy("one", "two", "three", "four")
    assert [each.result() for each in put] == ["ONE", "TWO", "THREE", "FOUR"]
    assert notebook.batches == [1, 3]
    assert notebook.kept == {"one", "two", "three", "four"}


def test_a_batch_is_no_larger_than_agreed(database: Database) -> None:
    notebook = Notebook(database, n_most=2)
    put = notebook.put_while_busy("one", "two", "three", "four")
    assert [each.result() for each in put] == ["ONE", "TWO", "THREE", "FOUR"]
    assert notebook.batches == [1, 2, 1]


def test_a_refused_job_keeps_no_other_back(notebook: Notebook) -> None:
    one, rude, two = notebook.put_while_busy("one", "rude", "two")
    assert (one.result(), two.result()) == ("ONE", "TWO")
    assert str(rude.exception()) == "Write a kind word."
    assert notebook.kept == {"one", "two"}


def test_a_job_that_breaks_a_rule_of_the_database_fails_alone(notebook: Notebook) -> None:
    one, two, again, three = notebook.put_while_busy("one", "two", "one", "three")
    assert [each.result() for each in (one, two, three)] == ["ONE", "TWO", "THREE"]
    assert isinstance(again.exception(), IntegrityError)
    assert notebook.kept == {"one", "two", "three"}


def test_on_a_full_disk_nobody_of_the_batch_is_answered_and_the_next_one_is(notebook: Notebook) -> None:
    one, two, full = notebook.put_while_busy("one", "two", "full")
    assert one.result() == "ONE"
    assert isinstance(two.exception(), OperationalError)
    assert isinstance(full.exception(), OperationalError)
    assert notebook.kept == {"one"}
    assert notebook.writes.put("later") == "LATER"
    assert notebook.kept == {"one", "later"}


def test_nothing_to_write_keeps_nobody_from_writing(notebook: Notebook) -> None:
    notebook.goes_on.set()
    assert notebook.writes.put_all([]) == ()
    assert notebook.writes.put("one") == "ONE"
    assert notebook.batches == [1]
