"""Tell whoever listens how far the reading of one long file is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

#: Called with the share of the file that has been read, from 0 to 1.
Listener = Callable[[float], object]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
#: Share of the time in which a JSON file is parsed, before its records are read.
SHARE_OF_PARSING = 0.3
#: Somebody is told this often in the course of a file.
N_TOLD = 200

Item = TypeVar("Item")


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a listener how far every file is that is read meanwhile in this thread."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(share: float) -> None:
    """Say how far the file is; nothing happens when nobody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(min(max(share, 0.0), 1.0))


def told(items: Sequence[Item], *, start: float = 0.0) -> Iterator[Item]:
    """Yield the records of a file and tell how far it is; `start` is the share that was read before them."""
    step = max(len(items) // N_TOLD, 1)
    for number, item in enumerate(items):
        if number % step == 0:
            tell(start + (1 - start) * number / len(items))
        yield item
