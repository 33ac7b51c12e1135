"""What every command needs: a refusal told on one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from base.refusals import Refusal


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Tell a refusal on one line and leave with exit code 2."""
    try:
        yield
    except Refusal as refusal:
        click.echo(f"skillshed: {' '.join(str(refusal).split())}", err=True)
        sys.exit(2)
