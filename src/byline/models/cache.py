"""The cache of prepared models: one folder per model, written once, checked at every start.

A folder holds manifest.json and, by runtime, model.onnx and tokenizer.json. At load

- the prepared files are hashed and compared with the manifest (23 MB, ~20 CPU-ms): a damaged or altered one is prepared
  anew;
- the original model's files are compared by size and mtime, not read again: a bundled model that differs is verified in
  full, any other model whose files differ has another key and so another folder.

Not detected: originals changed without touching size and mtime, and someone who rewrites a prepared file *and* the
manifest.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from byline.errors import StorageError
from byline.models.bundled import file_sha256, verify_bundled
from byline.models.late import Recipe
from byline.models.source import ModelSource

logger = logging.getLogger(__name__)

FORMAT = 1  # raise when what `export` leaves in a folder changes
REFUSED_BY_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}
TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model ready to run: its files and how to use them; `why` says what kept it from int8 ONNX, if anything did."""

    folder: Path
    recipe: Recipe
    why: str = ""


def default_cache_dir() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))  # the XDG specification: a relative path is to be ignored
    return (base if base.is_absolute() else Path.home() / ".cache") / "byline" / "models"


class ModelCache:
    """`root` holds one folder per model. Two processes may prepare the same model: the first to finish is kept."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, source: ModelSource) -> Path:
        return self.root / f"{source.key}-f{FORMAT}"

    def find(self, source: ModelSource) -> Prepared | None:
        """None when it is not there or not what was prepared. Raises ModelError when the bundled model was altered."""
        folder = self.folder(source)
        try:
            manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
            prepared = Prepared(folder, Recipe(**manifest["recipe"]), manifest["why"])
            signature, files = manifest["signature"], dict(manifest["files"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            logger.warning("The prepared model in %s cannot be read (%r); it is prepared anew.", folder, error)
            return None
        if altered := _altered(folder, files):
            logger.warning("%s is not the file that was prepared; the model is prepared anew.", folder / altered)
            return None
        if signature != _as_json(source):  # reinstalled: the same bytes at another time, or other bytes
            verify_bundled(source.folder)
            with suppress(OSError):
                _write_manifest(folder, source, prepared, files)
        return prepared

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder beside the others to prepare a model in; it goes away at the end."""
        with self._storing():
            self.root.mkdir(parents=True, exist_ok=True)
            staged = Path(tempfile.mkdtemp(prefix=".preparing-", dir=self.root))
            try:
                yield staged
            finally:
                shutil.rmtree(staged, ignore_errors=True)

    def need(self, size: int) -> None:
        """Raises StorageError unless `size` bytes are free."""
        free = shutil.disk_usage(self.root).free
        if free < size:
            message = f"Preparing the model needs {size >> 20} MB in {self.root}; {free >> 20} MB are free."
            raise StorageError(message, "Free some space, or point XDG_CACHE_HOME at another disk.")

    def publish(self, staged: Path, source: ModelSource, recipe: Recipe, why: str) -> Prepared:
        """Moves a prepared folder to its place in one step. If another process was first, its folder is used."""
        files = {path.name: file_sha256(path) for path in staged.iterdir()}
        _write_manifest(staged, source, Prepared(staged, recipe, why), files)
        final = self.folder(source)
        for _ in range(3):
            try:
                staged.rename(final)
                return Prepared(final, recipe, why)
            except OSError as error:
                if error.errno not in TAKEN:
                    raise
            if theirs := self.find(source):
                return theirs
            with suppress(FileNotFoundError), tempfile.TemporaryDirectory(prefix=".broken-", dir=self.root) as trash:
                final.rename(Path(trash) / "model")
        raise StorageError(f"{final} cannot be replaced.", "Delete that folder and start again.")

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in REFUSED_BY_DISK:
                raise
            message = f"The model cannot be prepared in {self.root}: {error.strerror}."
            raise StorageError(message, "Free some space, or point XDG_CACHE_HOME at another disk.") from error


def _altered(folder: Path, files: Mapping[str, str]) -> str | None:
    for name, expected in files.items():
        try:
            found = file_sha256(folder / name)
        except OSError:
            return name
        if found != expected:
            return name
    return None


def _as_json(source: ModelSource) -> list[list[str | int]]:
    return [list(row) for row in source.signature()]


def _write_manifest(folder: Path, source: ModelSource, prepared: Prepared, files: Mapping[str, str]) -> None:
    manifest = {
        "recipe": asdict(prepared.recipe),
        "why": prepared.why,
        "signature": _as_json(source),
        "files": dict(files),
    }
    written = folder / f".manifest-{os.getpid()}"
    written.write_text(json.dumps(manifest, indent=1), "utf-8")
    written.replace(folder / "manifest.json")
