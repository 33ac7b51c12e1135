"""Named refusals: what a person reads when something cannot be accepted."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer to a person, not a programming error
    """Say in one plain sentence what was not accepted, where, and what to do.

    Every named refusal of every room derives from this class, so a door can show any of them
    without knowing the room. ``str(refusal)`` is the text that a person reads, on one line.
    """

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        #: Where the trouble is ("row 12", "sheet Courses, row 3"); empty when there is no place.
        self.place = place


class TableRefusal(Refusal):
    """Say why a file cannot be read as a table, naming file, sheet, row and column as far as there are any."""


def shown(text: str, *, limit: int = 60) -> str:
    """Show a piece of somebody's file inside a one-line message: no line breaks, clipped when long."""
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: limit * 4]).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
