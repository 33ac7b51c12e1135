"""Set up, run and test Skillshed with nothing but Python: `python3 dev.py run`, `python3 dev.py test`.

Uses the standard library only. Everything is installed into .venv beside this file, never into the system's Python.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NAME = "py dev.py" if os.name == "nt" else "python3 dev.py"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

HELP = f"""usage: {NAME} COMMAND

  setup            install what running needs into .venv
  run [OPTIONS]    start Skillshed with the sample region (--empty: without it; --port, --host, --data DIR)
  test [OPTIONS]   install what testing needs, then run every check (other options go to pytest)
  lock             write the requirements*.lock files anew (needs uv)
"""


def main(arguments: list[str]) -> int:
    """Do what the first argument names."""
    if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons reach this line, and are told what to do
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"Skillshed needs Python 3.11 or newer; this is {found}. Install a newer one and start dev.py with it.")
        return 2
    os.chdir(HERE)
    commands = {"setup": setup, "run": run, "test": test, "lock": lock}
    if not arguments or arguments[0] not in commands:
        print(HELP, end="")
        return 0 if not arguments or arguments[0] in {"-h", "--help", "help"} else 2
    return commands[arguments[0]](arguments[1:])


def setup(_arguments: list[str]) -> int:
    """Install what running needs."""
    return _install("requirements.lock")


def run(arguments: list[str]) -> int:
    """Install what running needs and start the server in this process's place."""
    code = _install("requirements.lock")
    if code:
        return code
    command = "serve" if "--empty" in arguments else "demo"
    rest = [argument for argument in arguments if argument != "--empty"]
    line = [str(PYTHON), str(HERE / "app.py"), command, *rest]
    if os.name == "nt":  # Windows has no exec that keeps the terminal; Ctrl-C reaches the child by itself
        try:
            return subprocess.call(line)
        except KeyboardInterrupt:
            return 0
    sys.stdout.flush()
    os.execv(line[0], line)
    return 0


def test(arguments: list[str]) -> int:
    """Install what testing needs, then check the style, the types and run the tests."""
    code = _install("requirements-dev.lock") or _find_or_install_chromium()
    if code:
        return code
    rooms = [room for room in _wheel_rooms() if (HERE / room).suffix == ".py" or any((HERE / room).glob("**/*.py"))]
    checks = [
        ("style", [str(PYTHON), "-m", "ruff", "check", "."]),
        ("layout", [str(PYTHON), "-m", "ruff", "format", "--check", "."]),
        ("types", [str(PYTHON), "-m", "mypy", *rooms, "dev.py"]),
    ]
    if arguments:  # somebody looks for one test: the checks can wait
        checks = []
    for label, line in checks:
        print(f"— {label}", flush=True)
        if subprocess.call(line):
            return 1
    print("— tests", flush=True)
    line = [str(PYTHON), "-m", "pytest", *(arguments or ["-n", "auto"])]
    return subprocess.call(line)


def lock(_arguments: list[str]) -> int:
    """Write the lock files anew: hashes for every platform, no addresses."""
    uv = shutil.which("uv")
    if not uv:
        print("Writing lock files needs uv; install it with: pip install uv")
        return 2
    base = [uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"]
    base += ["--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
    return subprocess.call([*base, "-o", "requirements.lock"]) or subprocess.call(
        [*base, "--group", "test", "--group", "lint", "-o", "requirements-dev.lock"]
    )


def _wheel_rooms() -> list[str]:
    import tomllib

    settings = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    return list(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])


def _install(lock_name: str) -> int:
    """Make .venv and install the lock file's exact packages; do nothing when that is done already."""
    lock_file = HERE / lock_name
    wanted = hashlib.sha256(lock_file.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".installed-{lock_name}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return 0
    if not PYTHON.exists() and not _make_venv():
        return 1
    print(f"Installing what Skillshed needs into .venv ({lock_name}); this takes a minute the first time …", flush=True)
    line = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    line += ["--require-hashes", "--only-binary", ":all:", "-r", str(lock_file)]
    code = subprocess.call(line)
    if code:
        print("The installation did not finish. Check the network, then run the same command again.")
        return code
    stamp.write_text(wanted, encoding="ascii")
    return 0


def _make_venv() -> bool:
    """Make the environment; say what to install where the system splits venv off."""
    code = subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if code:
        shutil.rmtree(VENV, ignore_errors=True)
        print("Python could not make an environment. On Debian or Ubuntu, once: sudo apt install python3-venv")
    return code == 0


def _find_or_install_chromium() -> int:
    """Find a Chromium for the browser tests; where the system's packages may be installed, install it.

    Without one the browser tests report themselves as skipped, with the reason.
    """
    if os.environ.get("TEST_CHROMIUM") or any(shutil.which(name) for name in CHROMIUM_NAMES):
        return 0
    may_install = shutil.which("apt-get") and (_is_root() or _may_sudo())
    if not may_install:
        print("No Chromium was found: the browser tests will be skipped. Install the package chromium to run them.")
        return 0
    print("Installing Chromium for the browser tests …", flush=True)
    prefix = [] if _is_root() else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if subprocess.call(prefix + line, env=environment, stdout=subprocess.DEVNULL):
            print("Chromium could not be installed: the browser tests will be skipped.")
            return 0
    return 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _may_sudo() -> bool:
    return bool(shutil.which("sudo")) and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
