"""Turn plain data and a typst page into a PDF. Knows no noun of the business."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Where the printed pages lie; each reads its data with `json(bytes(sys.inputs.data))`.
PAGES = Path(__file__).resolve().parent.parent / "templates" / "print"


def printed_pdf(page: str, data: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Print one page file with its data as a tagged PDF (PDF/UA-1).

    Data travels as JSON, so nothing that people wrote is read as markup. `pictures` are SVG or PNG files by name, which
    the page reads as `image("/pictures/NAME")`. The compiler's own fonts come first, so that every machine prints the
    same. Where they lack a letter, the accessible standard refuses the whole document: then the machine's fonts are
    asked too, and at last the standard's mark is left out, because a form with one empty box serves people better than
    none.
    """
    import typst  # 81 MB of compiler, loaded by whoever prints

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in PAGES.glob("*.typ"):
            (root / path.name).write_bytes(path.read_bytes())
        (root / "pictures").mkdir()
        for name, content in (pictures or {}).items():
            (root / "pictures" / name).write_bytes(content)
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        for own_fonts_only in (True, False):
            try:
                return bytes(
                    typst.compile(
                        root / page,
                        root=root,
                        sys_inputs=inputs,
                        pdf_standards="ua-1",
                        ignore_system_fonts=own_fonts_only,
                    )
                )
            except typst.TypstError as refused:
                if "could not be displayed" not in str(refused):
                    raise
        return bytes(typst.compile(root / page, root=root, sys_inputs=inputs))
