"""Drive hundreds of phones from a few processes: each phone has its own connection, and the crowd costs little itself.

A process per phone would take most of the processor from the server that is measured. Here one process sends bytes that
were written beforehand over many connections and looks at the answers as they come.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.phones import Phone

SPREAD_S = 10.0
WAIT_S = 300.0


@dataclass(frozen=True)
class Cast:
    """One answered ballot: its round, number, receipt (None when refused), and when it began and ended, in seconds."""

    round: str
    ballot_uid: str
    receipt_code: str | None
    began_s: float
    ended_s: float


@dataclass(frozen=True)
class Round:
    """How a crowd votes: how many ballots each phone casts, and over how many seconds the phones begin."""

    name: str
    n_each: int = 1
    spread_s: float = 0.0


@dataclass
class Line:
    """One phone's connection in one round: what it still has to send, and what came back."""

    address: tuple[str, int]
    starts_at_s: float
    #: (ballot number, whole request), last first.
    unsent: list[tuple[str, bytes]]
    wire: socket.socket | None = None
    uid: str = ""
    began_s: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def open(self) -> socket.socket:
        """Connect and send the first ballot, as a phone does that was asleep."""
        self.began_s = time.monotonic()
        self.wire = socket.create_connection(self.address, timeout=WAIT_S)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._send()
        return self.wire

    def send_next(self) -> None:
        """Send the next ballot without a pause."""
        self.began_s = time.monotonic()
        self._send()

    def _send(self) -> None:
        self.uid, request = self.unsent.pop()
        if self.wire is not None:
            self.wire.sendall(request)

    def receive(self) -> str | None:
        """Take what arrived; return the receipt ("" when refused), or None while the answer is not whole."""
        arrived = self.wire.recv(65536) if self.wire is not None else b""
        if not arrived:
            raise ConnectionError("the server hung up")
        self.received += arrived
        head, found, body = bytes(self.received).partition(b"\r\n\r\n")
        lengths = [int(part[15:]) for part in head.lower().split(b"\r\n") if part.startswith(b"content-length:")]
        if not found or len(body) < sum(lengths):
            return None
        self.received.clear()
        is_taken = head[9:12] in {b"200", b"201"}
        return str(json.loads(body)["receipt_code"]) if is_taken else ""


def request_bytes(phone: Phone, ballot: Mapping[str, Any]) -> bytes:
    """Write the request that ballot.js would send, whole."""
    body = json.dumps(ballot, separators=(",", ":")).encode()
    head = (
        f"POST /meet/{phone.join_code}/ballots?round=1 HTTP/1.1\r\nHost: 127.0.0.1:{phone.port}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nX-CSRFToken: {phone.token}\r\n"
        f"Cookie: {phone.cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def voted(lines: Sequence[Line], *, name: str) -> list[Cast]:
    """Let every line send its ballots one after the other and return what was answered."""
    casts: list[Cast] = []
    waiting = sorted(lines, key=lambda line: -line.starts_at_s)
    n_open = 0
    with selectors.DefaultSelector() as ready:
        while waiting or n_open:
            while waiting and waiting[-1].starts_at_s <= time.monotonic():
                line = waiting.pop()
                ready.register(line.open(), selectors.EVENT_READ, line)
                n_open += 1
            pause = max(waiting[-1].starts_at_s - time.monotonic(), 0.0) if waiting else WAIT_S
            for key, _events in ready.select(pause):
                n_open -= _answered(key, ready=ready, casts=casts, name=name)
    return casts


def _answered(key: selectors.SelectorKey, *, ready: selectors.BaseSelector, casts: list[Cast], name: str) -> bool:
    """Take an answer; send the next ballot, or hang up and return True."""
    line: Line = key.data
    receipt = line.receive()
    if receipt is None:
        return False
    casts.append(Cast(name, line.uid, receipt or None, line.began_s, time.monotonic()))
    if line.unsent:
        line.send_next()
        return False
    ready.unregister(key.fileobj)
    if line.wire is not None:
        line.wire.close()
    return True


def crowd(
    numbers: Sequence[int], *, port: int, join_code: str, rounds: Sequence[Round], start: Barrier, told: Any
) -> None:
    """Be some phones: join, vote in every round when all crowds are ready, tell what was answered and what it cost."""
    phones = {number: Phone(port, join_code) for number in numbers}
    for number, phone in phones.items():
        phone.join(f"Firm {number}")
        phone.hang_up()
    for each in rounds:
        requests = {
            number: [
                (uid, request_bytes(phone, phone.ballot(uid)))
                for uid in (f"{each.name}-{number:04}-{turn}" for turn in range(each.n_each))
            ]
            for number, phone in phones.items()
        }
        start.wait(WAIT_S)
        began_s, used_s = time.monotonic(), time.process_time()
        lines = [
            Line(("127.0.0.1", port), began_s + random.Random(-number).uniform(0, each.spread_s), unsent)  # noqa: S311 - no secret
            for number, unsent in requests.items()
        ]
        casts = voted(lines, name=each.name)
        told.put((casts, time.process_time() - used_s))
        start.wait(WAIT_S)


class Crowds:
    """Phones in a few processes that vote round by round."""

    def __init__(self, *, n_phones: int, n_processes: int, port: int, join_code: str, rounds: Sequence[Round]) -> None:
        self._start = multiprocessing.Barrier(n_processes + 1)
        self._told: multiprocessing.Queue[tuple[list[Cast], float]] = multiprocessing.Queue()
        common = {"port": port, "join_code": join_code, "rounds": rounds, "start": self._start, "told": self._told}
        self._processes = [
            multiprocessing.Process(
                target=crowd, args=(range(first, n_phones, n_processes),), kwargs=common, daemon=True
            )
            for first in range(n_processes)
        ]
        for process in self._processes:
            process.start()

    def begin(self) -> None:
        """Let the next round begin."""
        self._start.wait(WAIT_S)

    def answers(self) -> tuple[list[Cast], float]:
        """Return the answers of the round that began, and the seconds of processor time that the phones took."""
        told = [self._told.get(timeout=WAIT_S) for _process in self._processes]
        self._start.wait(WAIT_S)
        return [cast for casts, _used_s in told for cast in casts], sum(used_s for _casts, used_s in told)

    def vote(self) -> tuple[list[Cast], float]:
        """Let the next round be voted from its beginning to its end."""
        self.begin()
        return self.answers()
