"""Hold a file of skill needs while the importers tell whose it is: its header rows, its JSON, its archive members."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from base.delimited import delimited_grid
from base.json_lists import EXPLANATIONS, JsonRefusal, is_json
from base.refusals import TableRefusal, shown
from base.tables import Row, Table, read_table
from base.text_files import cleaned, decoded, is_workbook, refuse_foreign
from base.workbooks import Grid, workbook_grids
from survey.importers.archives import Archive, opened_archive
from survey.importers.reading import NeedReader

#: A header is looked for in this many rows.
N_HEADER_ROWS = 20
#: JSON nested deeper than this is no framework.
MAX_DEPTH = 60

NOT_WORD = re.compile(r"[^0-9a-z]+")


def bare(header: str) -> str:
    """Fold a header to its letters and digits: "O*NET-SOC Code" and "onetsoc_code" are one."""
    return NOT_WORD.sub("", header.casefold())


class NeedFile:
    """Hold the bytes of a file and what importers ask about them, each found out once."""

    def __init__(self, content: bytes, *, filename: str) -> None:
        self.content = content
        self.full_name = filename
        #: The name as messages show it.
        self.filename = shown(filename)

    @cached_property
    def archive(self) -> Archive | None:
        """Return the members of a ZIP that is no workbook; None for every other file."""
        return opened_archive(self.content, filename=self.filename)

    @property
    def is_json(self) -> bool:
        """Tell whether the file is to be read as JSON."""
        return is_json(self.content, filename=self.full_name)

    @cached_property
    def document(self) -> Any:
        """Parse the file as JSON, or refuse it with the line and column of the trouble."""
        return read_document(self.content, filename=self.filename)

    @cached_property
    def headers(self) -> tuple[frozenset[str], ...]:
        """Return the first rows of the table, or of every sheet, as bare texts; () when there is no table."""
        if self.is_json or self.archive is not None:
            return ()
        rows = [row for grid in self._grids() for row in grid.rows[:N_HEADER_ROWS]]
        return tuple(frozenset(bare(cell) for cell in row if len(cell) < 200) - {""} for row in rows)

    def _grids(self) -> tuple[Grid, ...]:
        """Read the first rows; a file that is no table has none, and the reader that tries it says why."""
        try:
            refuse_foreign(self.content, filename=self.filename)
            if is_workbook(self.content):
                return workbook_grids(
                    self.content, filename=self.filename, sheet=None, row_limit=N_HEADER_ROWS, cell_limit=300
                )
            text = decoded(self.content, filename=self.filename)
            return (delimited_grid(text, filename=self.filename, row_limit=N_HEADER_ROWS),)
        except TableRefusal:
            return ()

    def has_columns(self, *names: str) -> bool:
        """Tell whether one row names all of these columns, written bare."""
        return any(set(names) <= header for header in self.headers)

    def table(self, *names: str) -> Table:
        """Read the table whose header names all of these columns, written bare."""
        return read_table(
            self.content,
            filename=self.full_name,
            recognised=lambda columns: set(names) <= {bare(column) for column in columns},
        )


def cells_of(row: Row) -> dict[str, str]:
    """Return a row's texts by bare header."""
    return {bare(column): text for column, text in row.cells.items()}


def first_of(cells: Mapping[str, str], *names: str) -> str:
    """Return the first text that is not blank among the columns of these names."""
    return next((cells[name] for name in names if cells.get(name)), "")


def note_unread(table: Table, *, read: Collection[str], reader: NeedReader) -> None:
    """List the columns of a table that no need holds although a row holds something in them."""
    for column in table.columns:
        if bare(column) not in read and any(row.cells[column] for row in table.rows):
            reader.doubt(place=f"column {shown(column)}", reason="This column was not read.", raw=column)


def read_document(content: bytes, *, filename: str) -> Any:
    """Parse a JSON file, or refuse it with the line and column of the trouble."""
    refuse_foreign(content, filename=filename)
    text = decoded(content, filename=filename).lstrip("\ufeff")

    def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            doubled = next(name for name in names if names.count(name) > 1)
            raise JsonRefusal(f'{filename}: an entry names "{shown(doubled)}" twice. Keep one of the two.')
        return found

    try:
        document = json.loads(text, parse_constant=lambda name: None, object_pairs_hook=object_of)
    except json.JSONDecodeError as trouble:
        place = f"line {trouble.lineno}, column {trouble.colno}"
        explanation = EXPLANATIONS.get(trouble.msg, "this is not written as JSON needs it")
        raise JsonRefusal(f"{filename}, {place}: {explanation}.", place=place) from None
    except RecursionError:
        raise JsonRefusal(f"{filename}: brackets are nested too deeply for a framework.") from None
    except ValueError:  # Python refuses to read numbers of several thousand digits
        raise JsonRefusal(f"{filename}: a number has more digits than can be read.") from None
    if _is_too_deep(document):
        raise JsonRefusal(f"{filename}: brackets are nested too deeply for a framework.")
    return document


def _is_too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [part for value in level for part in _parts(value)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Collection[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def plain(value: Any) -> str:
    """Return a JSON value as a text: a text cleaned, a number as written, anything else ""."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return cleaned(value) if isinstance(value, str) else ""


def plain_list(value: Any, *keys: str) -> tuple[str, ...]:
    """Return a JSON value as texts: a text, or a list of texts or of objects that hold one under a key."""
    found = []
    for part in value if isinstance(value, list) else [value]:
        text = next((plain(part[key]) for key in keys if plain(part.get(key))), "") if isinstance(part, dict) else ""
        found.append(text or plain(part))
    return tuple(text for text in found if text)
