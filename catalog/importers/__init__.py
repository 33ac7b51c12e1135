"""Read courses from the files that colleges have; one module per source."""

from catalog.importers.archives import SavedFile
from catalog.importers.files import importer_of, read_course_file, read_course_files

__all__ = ["SavedFile", "importer_of", "read_course_file", "read_course_files"]
