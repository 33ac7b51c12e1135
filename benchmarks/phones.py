"""Phones and a server for trials over real HTTP: phones join, fetch the ballot and cast it as ballot.js does.

Only the standard library, so that two hundred of these phones fit into one computer.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 30.0
#: Not the generator that tests may set: two of them would get the same ports.
PORTS = random.SystemRandom()


@dataclass(frozen=True)
class Answer:
    """What the server answered: status, body and headers (names in small letters)."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def receipt_code(self) -> str | None:
        """Return the receipt that the answer acknowledges a ballot with, None when it acknowledges none."""
        if self.status not in {200, 201}:
            return None
        receipt: str | None = json.loads(self.text).get("receipt_code")
        return receipt


@dataclass
class Phone:
    """One phone in the room: a cookie, a seat and the token of its ballot page."""

    port: int
    join_code: str
    cookie: str = ""
    token: str = ""
    seat: str = ""
    codes: tuple[str, ...] = ()
    _line: http.client.HTTPConnection | None = field(default=None, repr=False)

    def join(self, name: str) -> None:
        """Take a seat for an employer and fetch the ballot page."""
        page = self.ask("GET", f"/meet/{self.join_code}")
        fields = {"csrf_token": found(r'name="csrf_token"[^>]* value="([^"]+)"', page.text), "voice": "employer"}
        body = urllib.parse.urlencode({**fields, "employer_name": name})
        form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}/meet"}
        answer = self.ask("POST", f"/meet/{self.join_code}/join", body=body, headers=form)
        if answer.status != 302:
            raise RuntimeError(f"{name} could not join: {answer.status} {answer.text[:500]}")
        page = self.ask("GET", f"/meet/{self.join_code}")
        self.token = found(r'data-csrf="([^"]+)"', page.text)
        self.seat = found(r'name="seat" value="([^"]+)"', page.text)
        self.codes = tuple(found(r'name="shown_order" value="([^"]+)"', page.text).split(","))

    def ballot(self, ballot_uid: str, *, n_placed: int = 3) -> dict[str, Any]:
        """Write a ballot that sorts every need and puts the first few shown in order."""
        entries = [
            {"need": code, "sort": "must", "position": place}
            if place <= n_placed
            else {"need": code, "sort": "useful" if place % 2 else "not_needed", "position": None}
            for place, code in enumerate(self.codes, start=1)
        ]
        return {"ballot_uid": ballot_uid, "seat": self.seat, "shown_order": list(self.codes), "entries": entries}

    def cast(self, ballot: Mapping[str, Any]) -> Answer:
        """Send a ballot once; OSError or HTTPException when no whole answer comes back."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        return self.ask("POST", f"/meet/{self.join_code}/ballots", body=json.dumps(ballot), headers=headers)

    def ask(self, method: str, path: str, *, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request over the phone's own connection and read the whole answer."""
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            self._line.request(method, path, body=body.encode() or None, headers={**(headers or {}), **self._cookies()})
            answer = self._line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        for kept in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = kept.split(";")[0]
        return Answer(answer.status, content.decode(), {name.lower(): value for name, value in answer.headers.items()})

    def hang_up(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def _cookies(self) -> dict[str, str]:
        return {"Cookie": self.cookie} if self.cookie else {}


def found(pattern: str, text: str) -> str:
    """Return what a page holds at a place, or say what is missing."""
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"the page holds no {pattern}: {text[:500]}")
    return match.group(1)


def free_port() -> int:
    """Return a port nobody listens on.

    It lies below those that systems hand out for outgoing connections: a server that is killed finds it free again.
    """
    while True:
        port = PORTS.randrange(11_000, 32_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def started_server(data_dir: Path, *, port: int) -> subprocess.Popen[bytes]:
    """Start `skillshed serve` on a folder and return it once it answers; its words go to server.log in the folder."""
    environment = {**os.environ, "SKILLSHED_JOINS_PER_MINUTE": "100000"}
    line = [sys.executable, str(ROOT / "app.py"), "serve", "--data", str(data_dir), "--host", "127.0.0.1"]
    with (data_dir / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command with fixed words
            [*line, "--port", str(port)], cwd=data_dir, stdout=log, stderr=log, env=environment
        )
    deadline = time.monotonic() + 120
    while not answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the server did not start:\n{(data_dir / 'server.log').read_text(encoding='utf-8')}")
        time.sleep(0.05)
    return process


def answers(port: int) -> bool:
    """Say whether a server answers on this port."""
    phone = Phone(port, "")
    try:
        return phone.ask("GET", "/meet").status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        phone.hang_up()
