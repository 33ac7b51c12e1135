"""Read courses from the files that colleges have; one module per source."""

from catalog.importers.files import read_course_file

__all__ = ["read_course_file"]
