"""Prepare the large files that packages ship: copied and compressed once, served with a version in the address."""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.resources
from pathlib import Path

#: name in pages -> (package that ships it, path inside the package)
SHIPPED = {"plotly.min.js": ("plotly", "package_data/plotly.min.js")}


def prepare_assets(folder: Path) -> dict[str, str]:
    """Copy and compress shipped assets into `folder`; return for each name its path below the assets address."""
    paths = {}
    for name, (package, inside) in SHIPPED.items():
        path = f"{package}-{importlib.metadata.version(package)}/{name}"
        paths[name] = path
        compressed = folder / f"{path}.gz"
        if not compressed.exists():
            content = importlib.resources.files(package).joinpath(inside).read_bytes()
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            compressed.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    return paths
