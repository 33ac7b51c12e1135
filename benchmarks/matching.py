"""Measure the matcher's speed as ratios within one run: a college, one edited course, a state, the similarity step.

usage: python benchmarks/matching.py [--courses 1000] [--needs 60] [--state-courses 60000] [--state-needs 500]
                                      [--stock-python PYTHON]

The catalog is made up (benchmarks/speed.py). The stock pipeline is a neural sentence encoder over whole texts and their
cosines; it needs an environment of its own (benchmarks/stock_encoder.py), whose Python --stock-python names. Without it
that one ratio is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.speed import made_up_courses, made_up_needs, phrases
from matching import Course, Need, Snapshot, decide
from matching.cache import cached_readings
from matching.encoder import cosines
from matching.prepare import prepare_courses, prepare_needs

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "import sys; sys.path.insert(0, sys.argv.pop(1)); from app import main; main()"
N_EDITS = 15
N_PRODUCTS = 20


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(label: str, figure: str) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"{label:<64} {figure}\n")
    sys.stdout.flush()


def written_files(folder: Path, *, needs: tuple[Need, ...], courses: tuple[Course, ...]) -> list[str]:
    """Write the files that `skillshed match` reads and return its options."""
    options = []
    for name, rows in (("needs", needs), ("courses", courses)):
        kept = ("code", "title", "area", "level", "elements", "description", "outcomes", "topics")
        content = [{key: value for key, value in asdict(row).items() if key in kept} for row in rows]
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        options += [f"--{name}", str(folder / f"{name}.json")]
    return options


def _processor_seconds() -> float:
    """Return the processor time of the processes that have ended; unlike the clock it leaves other work out."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measure_college(*, needs: tuple[Need, ...], courses: tuple[Course, ...]) -> None:
    """Time whole processes, from the start of Python to the verdict file: without a cache, filling it, and with it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = written_files(folder, needs=needs, courses=courses)
        outputs = []
        for label, more in (
            ("cold process to verdict file", []),
            ("the same, filling an empty cache", ["--cache", str(folder / "cache")]),
            ("re-run with cached readings", ["--cache", str(folder / "cache")]),
        ):
            out = folder / "verdicts.json"
            command = [sys.executable, "-c", COMMAND, str(ROOT), "match", *options, "--out", str(out), *more]
            before = _processor_seconds()
            run = partial(subprocess.run, command, check=True, capture_output=True)
            seconds = seconds_of(run)
            outputs.append(out.read_bytes())
            spent = _processor_seconds() - before
            say(
                f"{len(courses):,} courses × {len(needs)} needs, {label}",
                f"{seconds:.2f} s ({spent:.2f} s of processor)",
            )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        say("  peak memory of these processes", f"{peak:.0f} MB")
        say("  the three files are the same to the byte", "yes" if len(set(outputs)) == 1 else "NO")
        say("  cache file", f"{(folder / 'cache' / 'readings.sqlite').stat().st_size / 1e6:.1f} MB")


def measure_edits(*, needs: tuple[Need, ...], courses: tuple[Course, ...]) -> None:
    """Time one edited course against all needs, in a process that has judged before."""
    decide(Snapshot(needs, courses[:1]))
    times = []
    for i in range(N_EDITS):
        edited = replace(courses[i], outcomes=(*courses[i].outcomes, f"Explain change {i} to the supervisor."))
        snapshot = Snapshot(needs, (edited,))
        times.append(seconds_of(partial(decide, snapshot)))
    say(f"one edited course × {len(needs)} needs, median of {N_EDITS}", f"{1000 * statistics.median(times):.0f} ms")


def measure_state(*, needs: tuple[Need, ...], courses: tuple[Course, ...], stock_python: str, n_jobs: int) -> None:
    """Compare pairs per second with the stock pipeline, which is timed before and after, for computers slow down."""
    n_pairs, fewer = len(needs) * len(courses), courses[:N_COURSES_OF_ONE_PROCESS]
    one = len(needs) * len(fewer) / seconds_of(lambda: decide(Snapshot(needs, fewer)))
    say(f"{len(fewer):,} courses × {len(needs)} needs: verdicts with evidence, one process", f"{one:,.0f} pairs/s")
    with tempfile.TemporaryDirectory() as name:
        path, some = Path(name) / "readings.sqlite", courses[:N_CACHED_COURSES]
        cached_readings(some, path=path)
        kept = len(needs) * len(some) / seconds_of(lambda: decide(Snapshot(needs, some), cache_path=path))
        say(f"  one process with cached readings, {len(some):,} courses", f"{kept:,.0f} pairs/s")
        stock = partial(stock_seconds, needs, courses, python=stock_python, folder=Path(name), n_jobs=n_jobs)
        stock_took = [stock()] if stock_python else []
        before, start = _processor_seconds(), time.process_time()
        own = n_pairs / seconds_of(lambda: decide(Snapshot(needs, courses), n_jobs=n_jobs))
        spent = _processor_seconds() - before + time.process_time() - start
        label = f"{len(courses):,} courses in {n_jobs} processes, their start included"
        say(label, f"{own:,.0f} pairs/s ({spent:.1f} s of processor)")
        if stock_python:
            stock_took.append(stock())
            rates = [n_pairs / seconds for seconds in stock_took]
            said = " and ".join(f"{rate:,.0f}" for rate in rates)
            say("  stock pipeline (MiniLM sentence encoder, one cosine a pair)", f"{said} pairs/s")
            say(f"  ratio of {n_jobs} processes to it", f"{own / statistics.mean(rates):.1f}")


#: Courses that one process judges.
N_COURSES_OF_ONE_PROCESS = 8000
#: Courses whose readings are kept to time a run with them; the file holds about 25 kB a course.
N_CACHED_COURSES = 2000
#: Courses that the stock pipeline encodes; encoding takes the same time for every further one.
N_STOCK_COURSES = 300


def stock_seconds(
    needs: tuple[Need, ...], courses: tuple[Course, ...], *, python: str, folder: Path, n_jobs: int
) -> float:
    """Return how long the stock pipeline takes for all courses: measured on some, needs and cosines included."""
    sample = courses[:N_STOCK_COURSES]
    texts = {
        "courses": [" ".join([c.title, c.description, *c.outcomes, *c.topics]) for c in sample],
        "needs": [" ".join([n.title, *n.elements]) for n in needs],
    }
    path = folder / "texts.json"
    path.write_text(json.dumps(texts), encoding="utf-8")
    # It gets as many threads as we have processes, whatever this run was told about threads.
    environment = {**os.environ, "OMP_NUM_THREADS": str(n_jobs), "MKL_NUM_THREADS": str(n_jobs)}
    done = subprocess.run(  # noqa: S603 - starts the interpreter that whoever measures names
        [python, str(ROOT / "benchmarks" / "stock_encoder.py"), str(path)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    n_times = len(courses) / len(sample)
    return float(n_times * (figures["courses"] + figures["cosines"]) + figures["needs"])


def measure_similarity(*, needs: tuple[Need, ...], courses: tuple[Course, ...]) -> None:
    """Compare the similarity step with the bare matrix product of the same shapes, by their medians."""
    prepared_needs = prepare_needs(needs)
    left = prepare_courses(courses[:200], columns=prepared_needs.columns).clause_vectors
    right = prepared_needs.element_vectors
    step = statistics.median(seconds_of(lambda: cosines(left, right)) for _ in range(N_PRODUCTS))
    bare = statistics.median(seconds_of(lambda: np.matmul(left, right.T)) for _ in range(N_PRODUCTS))
    shape = f"{left.shape[0]:,} × {left.shape[1]} by {right.shape[1]} × {right.shape[0]}"
    say(f"similarity step, {shape}", f"{1000 * step:.1f} ms")
    say("  bare matrix product of the same shapes", f"{1000 * bare:.1f} ms")
    say("  ratio", f"{step / bare:.2f}")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--courses", type=int, default=1000)
    parser.add_argument("--needs", type=int, default=60)
    parser.add_argument("--state-courses", type=int, default=60000)
    parser.add_argument("--state-needs", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stock-python", default="")
    arguments = parser.parse_args()
    rng, words = random.Random(0), phrases()  # noqa: S311 - made-up texts, no secret
    needs = made_up_needs(arguments.needs, words=words, rng=rng)
    courses = made_up_courses(arguments.courses, words=words, rng=rng)
    measure_college(needs=needs, courses=courses)
    measure_edits(needs=needs, courses=courses)
    measure_similarity(needs=needs, courses=courses)
    measure_state(
        needs=made_up_needs(arguments.state_needs, words=words, rng=rng),
        courses=made_up_courses(arguments.state_courses, words=words, rng=rng),
        stock_python=arguments.stock_python,
        n_jobs=arguments.jobs,
    )


if __name__ == "__main__":
    main()
