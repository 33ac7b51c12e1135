"""Read long uploads in the background, one at a time, so that a page can say how far it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from catalog.importers.progress import listening
from catalog.previews import is_read, read_ahead

#: Files smaller than this are read while their page is asked for; a PDF takes longer than others.
LONG_FROM_BYTES = 6_000_000
LONG_PDF_FROM_BYTES = 1_500_000
#: Readings that are remembered; an upload that is asked for again is read again.
MAX_REMEMBERED = 8

#: Two readings at once would only slow each other, and everybody else, down.
_one_at_a_time = threading.Lock()
_remembering = threading.Lock()


@dataclass
class Reading:
    """Hold how far the reading of an upload is."""

    #: From 0 to 1.
    share: float = 0.0
    is_done: bool = False
    _ended: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float) -> bool:
        """Wait until the reading has ended; say whether it has."""
        return self._ended.wait(seconds)


_readings: OrderedDict[int, Reading] = OrderedDict()


def is_long(content: bytes) -> bool:
    """Tell whether reading a file takes so long that people want to see how far it is."""
    limit = LONG_PDF_FROM_BYTES if content[:1024].find(b"%PDF-") >= 0 else LONG_FROM_BYTES
    return len(content) >= limit


def reading_of(content: bytes, *, filename: str, pending_id: int) -> Reading:
    """Return how far the reading of an upload is; begin it when nobody did."""
    with _remembering:
        known = _readings.get(pending_id)
        if known is not None and (not known.is_done or is_read(content, filename=filename)):
            return known
        started = _readings[pending_id] = Reading()
        while len(_readings) > MAX_REMEMBERED:
            _readings.popitem(last=False)
    name = f"upload {pending_id}"
    threading.Thread(target=_read, args=(started, content, filename), name=name, daemon=True).start()
    return started


def _read(reading: Reading, content: bytes, filename: str) -> None:
    """Read a file and keep what it says for the page that asks for it."""

    def tell(share: float) -> None:
        reading.share = share

    try:
        with _one_at_a_time, listening(tell):
            read_ahead(content, filename=filename)
    finally:
        reading.is_done = True
        reading._ended.set()
