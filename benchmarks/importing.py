"""Time the reading of made-up catalogs: CSV, with peak memory in a process of its own, web pages and a PDF.

usage: python benchmarks/importing.py [--courses 50000] [--description-words 60]
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import typst  # noqa: E402 - beside the import that needs the line above

from catalog.importers import read_course_file  # noqa: E402 - found by the line above

WORDS = (
    "weld", "plate", "pipe", "pump", "valve", "motor", "circuit", "sensor", "drawing", "gauge", "bearing", "shaft",
    "robot", "program", "cell", "press", "tool", "panel", "relay", "schedule", "budget", "patient", "record", "lesson",
    "essay", "recipe", "engine", "brake", "survey", "sample", "theory", "history",
)  # fmt: skip
#: What the child process does: its name, and its program.
CHILDREN = {
    "reading alone (read_course_file)": "from catalog.importers import read_course_file\n"
    "from pathlib import Path\n"
    "path = Path(sys.argv[1])\n"
    "n_courses = len(read_course_file(path.read_bytes(), filename=path.name).courses)\n",
    "skillshed import-catalog": "from pathlib import Path\n"
    "folder = Path(sys.argv[2] + '-data')\n"
    "from catalog.cli import import_catalog\n"
    "import_catalog.main([sys.argv[1], '--college', 'BIG', '--data', str(folder)], standalone_mode=False)\n",
    "skillshed read-catalog": "from catalog.cli import read_catalog\n"
    "read_catalog.main([sys.argv[1], '--json', sys.argv[2]], standalone_mode=False)\n",
}
START = "import sys, resource\nsys.path.insert(0, sys.argv[3])\n"
END = (
    "used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "sys.stderr.write(f' {used.ru_maxrss // 1024} {used.ru_utime + used.ru_stime:.1f}')\n"
)
#: Courses that fill 400 pages of a made-up PDF.
N_PDF_COURSES = 1_870
#: Bytes of a made-up page, and what one course of it looks like on two systems.
PAGE_BYTES = 3_000_000
#: Readings of each page; the first one also loads the code that reads it.
N_READINGS = 3
COURSE_ON_PAGE = {
    "CourseLeaf": (
        '<html><head><link href="/css/courseleaf.css"></head><body>',
        '<div class="courseblock"><p class="courseblocktitle noindent"><strong>WELD&nbsp;{}. {} 3 Credits.</strong></p>'
        '<p class="courseblockdesc noindent">{}</p><p class="courseblockextra"><strong>Prerequisite(s):</strong>'
        ' <a href="/search/?P=WELD" title="WELD 90" class="bubblelink code">WELD 90</a> with a C.</p></div>\n',
    ),
    "Acalog": (
        "<html><head><title>Courses - Acalog ACMS</title></head><body>",
        '<table class="table_default"><tr><td class="width"><h3>WELD {} - {}</h3><hr><strong>Credits:</strong> 3<br>'
        "<br>{}<br><br><strong>Prerequisite(s):</strong> WELD 90<br><strong>Learning Outcomes</strong><br>1. Weld a "
        "plate.<br>2. Read a drawing.<hr></td></tr></table>\n",
    ),
}


def write_catalog(path: Path, *, n_courses: int, n_words: int, rng: random.Random) -> None:
    """Write courses with a description and three outcomes."""

    def sentence(length: int) -> str:
        return " ".join(rng.choices(WORDS, k=length)).capitalize() + "."

    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("code", "title", "description", "outcomes", "credits", "clock_hours", "program"))
        for number in range(n_courses):
            outcomes = "|".join(sentence(8) for _ in range(3))
            code, title = f"S{number // 100:03} {number % 100 + 100}", sentence(4)
            rows.writerow((code, title, sentence(n_words), outcomes, 3, 45, "Program"))


def pages() -> dict[str, bytes]:
    """Return a page of three megabytes for each of two systems."""
    rng = random.Random(1)  # noqa: S311 - made-up texts, no secret
    found = {}
    for system, (head, course) in COURSE_ON_PAGE.items():
        pieces, n_bytes = [head], 0
        while n_bytes < PAGE_BYTES:
            title = " ".join(rng.choices(WORDS, k=4)).capitalize()
            pieces.append(course.format(len(pieces) + 99, title, " ".join(rng.choices(WORDS, k=60)).capitalize() + "."))
            n_bytes += len(pieces[-1])
        found[system] = "".join([*pieces, "</body></html>"]).encode()
    return found


def pdf_catalog() -> bytes:
    """Return a PDF catalog of about 400 pages."""
    rng = random.Random(2)  # noqa: S311 - made-up texts, no secret
    lines = ['#set page(paper: "us-letter")', "#set text(size: 11pt)"]
    for number in range(N_PDF_COURSES):
        title = " ".join(rng.choices(WORDS, k=3)).capitalize()
        text = " ".join(rng.choices(WORDS, k=90)).capitalize()
        lines += [f"*WELD {number + 1000} {title} (3)*", "", f"{text}.", "", "*Prerequisite:* WELD 90", ""]
    return bytes(typst.compile("\n".join(lines).encode()))


def make_college(folder: Path) -> None:
    """Make an empty database with one college, BIG."""
    sys.path.insert(0, str(ROOT))
    from accounts import operations as accounts
    from app import base_database, create_app, migrate
    from base.settings import Settings

    app = create_app(Settings(data_dir=folder))
    migrate(app)
    moment = datetime(2026, 9, 15, tzinfo=UTC)
    with base_database(app).writing() as session:
        partnership_id = accounts.add_partnership(session, name="Big", now=moment)
        accounts.add_organisation(
            session, partnership_id=partnership_id, name="Big", kind="college", code="BIG", now=moment
        )
        session.commit()
    base_database(app).engine.dispose()


def main() -> None:
    """Print seconds and peak memory of each way to read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=50_000)
    parser.add_argument("--description-words", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog, out = Path(folder) / "catalog.csv", Path(folder) / "out.json"
        rng = random.Random(0)  # noqa: S311 - made-up texts, no secret
        write_catalog(catalog, n_courses=arguments.courses, n_words=arguments.description_words, rng=rng)
        make_college(Path(f"{out}-data"))
        sys.stdout.write(f"{arguments.courses:,} courses, {catalog.stat().st_size / 1e6:.1f} MB\n")
        for name, program in CHILDREN.items():
            words = [sys.executable, "-c", START + program + END, str(catalog), str(out), str(ROOT)]
            started = time.perf_counter()
            child = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
            seconds = time.perf_counter() - started
            peak, processor = child.stderr.split()[-2:]
            sys.stdout.write(f"{name}: {seconds:.1f} s ({processor} s of processor time), peak memory {peak} MB\n")
        files = {**{f"{name} page": page for name, page in pages().items()}, "PDF catalog": pdf_catalog()}
        for name, content in files.items():
            times = []
            for _ in range(N_READINGS):
                started = time.perf_counter()
                n_courses = len(read_course_file(content, filename="file").courses)
                times.append(time.perf_counter() - started)
            told = f"{n_courses:,} courses, {len(content) / 1e6:.1f} MB"
            first, *later = times
            sys.stdout.write(
                f"{name}, {told}: {min(later):.2f} s (the first time, loading its reader: {first:.2f} s)\n"
            )


if __name__ == "__main__":
    main()
