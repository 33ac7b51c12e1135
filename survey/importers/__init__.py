"""Read skill needs and ballots from the files that people have; one module per source."""

from survey.importers.files import read_need_file

__all__ = ["read_need_file"]
