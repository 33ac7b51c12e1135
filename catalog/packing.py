"""Pack several files of one college into one, so that they are kept, digested and read as one catalog."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from catalog.importers.archives import SavedFile, is_archive, unpacked

#: A moment in every entry, so that the same files always make the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


def one_file(files: Sequence[SavedFile]) -> SavedFile:
    """Return a single file as it is, and several as one ZIP whose bytes depend on nothing but names and contents."""
    if len(files) == 1:
        return files[0]
    ordered = sorted(files, key=lambda file: (file.name, file.content))
    return SavedFile(name=f"{ordered[0].name} and {len(files) - 1} more.zip", content=_zipped(_flat(ordered)))


def _flat(files: Iterable[SavedFile]) -> Iterator[SavedFile]:
    """Yield files, and in the place of an archive what it holds."""
    for file in files:
        if is_archive(file.content):
            for part in unpacked(file.content, filename=file.name):
                yield SavedFile(name=f"{file.name}/{part.name}", content=part.content)
        else:
            yield file


def _zipped(files: Iterable[SavedFile]) -> bytes:
    taken: dict[str, int] = {}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            taken[file.name] = taken.get(file.name, 0) + 1
            name = file.name if taken[file.name] == 1 else f"{taken[file.name]} {file.name}"
            archive.writestr(zipfile.ZipInfo(name, MOMENT), file.content)
    return buffer.getvalue()
