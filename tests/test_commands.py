"""The `skillshed` command and dev.py, as somebody at a terminal meets them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run python with these words and wait."""
    return subprocess.run([sys.executable, *words], cwd=cwd or ROOT, capture_output=True, text=True, check=False)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(*words: str, cwd: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a server and return it with what it printed until it was ready."""
    process = subprocess.Popen(
        [sys.executable, *words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    printed = ""
    assert process.stdout is not None
    while "Stop with Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, f"the server stopped: {printed}"
        printed += line
    return process, printed


def stopped(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, float]:
    """Stop a server and return its exit code and how long it took, in seconds."""
    begun = time.monotonic()
    process.send_signal(how)
    process.communicate(timeout=20)
    return process.returncode, time.monotonic() - begun


@pytest.mark.skipif(os.name == "nt", reason="signals are different there; Ctrl-C is tried by hand")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_empty_server_prints_what_its_convener_needs_and_stops_when_told(
    tmp_path: Path, how: signal.Signals
) -> None:
    port = str(free_port())
    process, printed = started(
        str(ROOT / "app.py"), "serve", "--port", port, "--host", "127.0.0.1", "--data", str(tmp_path), cwd=tmp_path
    )
    assert f"On this computer:  http://127.0.0.1:{port}/" in printed
    assert len(re.findall(r"/sign-in/\S{20,}", printed)) == 1
    assert "closed (it listens on this computer only" in printed
    code, seconds = stopped(process, how)
    assert code == 0
    assert seconds < 10


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = run(
            str(ROOT / "app.py"), "serve", "--port", port, "--host", "127.0.0.1", "--data", str(tmp_path), cwd=tmp_path
        )
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert f"port {port}" in answer.stderr


def test_a_new_sign_in_link_needs_the_right_folder_and_a_known_name(tmp_path: Path) -> None:
    answer = run(str(ROOT / "app.py"), "sign-in-link", "Dana", "--data", str(tmp_path), cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("skillshed: There is no database in")


def test_a_setting_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "skillshed.toml").write_text("colour = 'blue'\n", encoding="utf-8")
    answer = run(str(ROOT / "app.py"), "serve", cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("skillshed: skillshed.toml sets colour, which is no setting.")


def test_dev_says_what_it_can_do() -> None:
    answer = run("dev.py")
    assert answer.returncode == 0
    assert "run [OPTIONS]" in answer.stdout
    assert run("dev.py", "fly").returncode == 2


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
