"""What a figure was measured on, as one digest."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


def digest_of(*paths: Path) -> str:
    """SHA-256 over the names and bytes of files, and of those directly in folders."""
    digest = sha256()
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(file.name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return digest.hexdigest()
