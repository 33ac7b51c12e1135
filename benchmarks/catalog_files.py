"""Read a folder of catalog files and say what each became, or compare it with what an earlier run wrote.

usage: python benchmarks/catalog_files.py FOLDER [--write FILE.json] [--against FILE.json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

#: Courses named where two runs differ.
N_NAMED = 5


def what_became(path: Path) -> dict[str, Any]:
    """Read one file as `skillshed read-catalog` does; a refusal is told, not raised."""
    from base.refusals import Refusal
    from catalog.importers import read_course_file
    from catalog.reading_files import course_json

    started = time.perf_counter()
    try:
        reading = read_course_file(path.read_bytes(), filename=path.name)
    except Refusal as refusal:
        return {"refusal": str(refusal), "seconds": time.perf_counter() - started}
    return {
        "format": reading.format,
        "n_seen": reading.n_seen,
        "n_duplicates": len(reading.duplicates),
        "courses": {course.code: course_json(course) for course in reading.courses},
        "rejects": [f"{note.place}: {note.reason}" for note in reading.rejects],
        "doubts": [f"{note.place}: {note.reason}" for note in reading.doubts],
        "seconds": time.perf_counter() - started,
    }


def told(name: str, found: dict[str, Any]) -> str:
    """Say in one line what a file became."""
    if "refusal" in found:
        return f"{name}: refused in {found['seconds']:.2f} s: {found['refusal'][:300]}"
    return (
        f"{name}: {found['format']}, {found['n_seen']:,} seen = {len(found['courses']):,} courses + "
        f"{len(found['rejects']):,} rejects + {found['n_duplicates']:,} duplicates; {len(found['doubts']):,} doubts; "
        f"{found['seconds']:.2f} s"
    )


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Say in which courses two runs differ."""
    if "refusal" in before or "refusal" in after:
        told_before, told_after = before.get("refusal"), after.get("refusal")
        return [] if told_before == told_after else [f"{told_before} -> {told_after}"]
    old, new = before["courses"], after["courses"]
    lines = [f"lost {code}" for code in old if code not in new] + [f"new {code}" for code in new if code not in old]
    for code in old.keys() & new.keys():
        lines += [
            f"{code} {field}: {old[code].get(field)!r} -> {value!r}"
            for field, value in new[code].items()
            if value != old[code].get(field) and (field in old[code] or value)
        ]
    return lines


def main() -> None:
    """Print a line for every file, and the differences from an earlier run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--named", type=int, default=N_NAMED)
    arguments = parser.parse_args()
    earlier = json.loads(arguments.against.read_text()) if arguments.against else {}
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(arguments.folder)): what_became(path) for path in paths}
    for name, one in found.items():
        sys.stdout.write(told(name, one) + "\n")
        lines = differences(earlier[name], one) if name in earlier else []
        sys.stdout.writelines(f"    {line[:400]}\n" for line in lines[: arguments.named])
        if len(lines) > arguments.named:
            sys.stdout.write(f"    and {len(lines) - arguments.named:,} more\n")
    if arguments.write:
        arguments.write.write_text(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
