"""Commands."""

import click


@click.command()
def rank() -> None:
    """Rank."""
