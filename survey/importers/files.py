"""Read a file of skill needs, whichever of the known kinds it is."""

from __future__ import annotations

from base.json_lists import is_json
from base.tables import read_table
from survey.importers import json_list, spreadsheet
from survey.records import NeedReading


def read_need_file(content: bytes, *, filename: str, strict: bool = False) -> NeedReading:
    """Read a file of skill needs, JSON or a table, by its content; columns are recognised by their names.

    When `strict`, the first entry that cannot be taken is raised as a refusal.
    """
    if is_json(content, filename=filename):
        return json_list.read_needs(content, filename=filename, strict=strict)
    table = read_table(content, filename=filename, recognised=spreadsheet.has_need_columns)
    return spreadsheet.read_needs(table, mapping=spreadsheet.guess_mapping(table.columns), strict=strict)
