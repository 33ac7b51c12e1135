"""Commands."""

import click


@click.command()
def match() -> None:
    """Match."""


@click.command()
def rerun() -> None:
    """Rerun."""
