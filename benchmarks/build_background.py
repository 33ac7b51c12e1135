"""Count in how many O*NET texts each term stands, and write the table that the matcher weighs terms with.

usage: python benchmarks/build_background.py PATH_TO_ONET_XLSX

PATH_TO_ONET_XLSX is a folder with “Task Statements.xlsx”, “DWA Reference.xlsx” and “Occupation Data.xlsx” of the O*NET
database (U.S. Department of Labor, CC BY 4.0). Only counts are written, no sentence. Run it again whenever the
vocabulary or the stemming changes, because the table counts their terms.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_calamine import CalamineWorkbook

from matching.background import BACKGROUND_FILE
from matching.terms import term_shares

SOURCES = (
    ("Task Statements.xlsx", "Task"),
    ("DWA Reference.xlsx", "DWA Title"),
    ("Occupation Data.xlsx", "Description"),
)


def onet_texts(folder: Path) -> Iterator[str]:
    """Yield every task, detailed work activity and occupation description, each different text once."""
    seen: set[str] = set()
    for filename, column in SOURCES:
        header, *rows = CalamineWorkbook.from_path(folder / filename).get_sheet_by_index(0).to_python()
        for row in rows:
            text = str(row[header.index(column)]).strip()
            if text and text not in seen:
                seen.add(text)
                yield text


def main() -> None:
    """Write the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    n_texts = 0
    n_with: Counter[str] = Counter()
    for text in onet_texts(Path(sys.argv[1])):
        n_texts += 1
        n_with.update(term_shares(text).keys())
    lines = [f"{n_texts}\t", *(f"{count}\t{term}" for term, count in sorted(n_with.items()) if count > 1)]
    BACKGROUND_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{n_texts} texts, {len(lines) - 1} terms -> {BACKGROUND_FILE.name}\n")


if __name__ == "__main__":
    main()
