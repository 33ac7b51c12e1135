"""Prepare the large files that packages ship: copied and compressed once, served with a version in the address."""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import importlib.resources
import tempfile
from contextlib import suppress
from pathlib import Path

#: name in pages -> (package that ships it, path inside the package)
SHIPPED = {"plotly.min.js": ("plotly", "package_data/plotly.min.js")}


#: Our own files that gain from being compressed.
COMPRESSED = {".css", ".js", ".svg"}


def prepare_static(source: Path, folder: Path) -> Path:
    """Copy our own files into `folder` with compressed copies beside them; return where they lie.

    The place is named after what the files say, so that a new version never meets the copies of an old one.
    """
    files = {path.relative_to(source): path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file()}
    digest = hashlib.sha256(b"".join(name.as_posix().encode() + content for name, content in files.items()))
    place = folder / f"static-{digest.hexdigest()[:16]}"
    if place.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    # Another server that starts now does the same: whichever is first gives the copies their name.
    with tempfile.TemporaryDirectory(dir=folder, prefix="preparing-") as prepared:
        for name, content in files.items():
            path = Path(prepared) / "static" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if path.suffix in COMPRESSED:
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
        with suppress(OSError):
            (Path(prepared) / "static").rename(place)
    return place


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
