"""Say where a course stands in a saved web page: which one it is, and in which line of the file it begins."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from itertools import accumulate

from catalog.importers.html_pages import markup

#: What a reader of a page does not see: scripts, styles, comments and tags.
UNSEEN = re.compile(
    r"<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>", re.DOTALL | re.IGNORECASE
)
#: So many letters and digits of a course's text are looked for; fewer when they stand nowhere in a row.
N_SOUGHT = (60, 24)
N_RAW_CHARACTERS = 400
#: Takes away every ASCII character that is neither a letter nor a digit.
NO_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}


class PagePlaces:
    """Find the courses of one page in the lines of its file, in the order of the page."""

    def __init__(self, content: bytes) -> None:
        shown = UNSEEN.sub(lambda part: "\n" * part[0].count("\n"), markup(content))
        lines = [_signs(html.unescape(line)) for line in shown.split("\n")]
        self._text = "".join(lines)
        self._starts = [0, *accumulate(map(len, lines))][:-1]
        self._from = 0

    def place(self, number: int, *, raw: str) -> str:
        """Name the place of a course by its number on the page and, where its text is found, the line."""
        line = self._line_of(raw)
        return f"course {number}, line {line}" if line else f"course {number}"

    def _line_of(self, raw: str) -> int:
        """Return the line in which a text begins; 0 when it stands nowhere behind the one before."""
        signs = _signs(raw[:N_RAW_CHARACTERS])
        for n_sought in N_SOUGHT:
            found = self._text.find(signs[:n_sought], self._from) if signs else -1
            if found >= 0:
                self._from = found + 1
                return bisect_right(self._starts, found)
        return 0


def _signs(text: str) -> str:
    """Keep the letters and digits of a text, in small letters; the quick way first, for a page holds millions."""
    plain = text.replace("\xa0", " ")
    if plain.isascii():
        return plain.lower().translate(NO_SIGNS)
    return "".join(filter(str.isalnum, text.casefold()))
