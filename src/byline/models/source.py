"""Which model is meant: the bundled one, a folder, or a name on the Hugging Face Hub; always a local folder in the end.

Only safetensors weights are accepted (a pickle runs code when it is loaded) and pickles are never downloaded.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from byline.errors import ModelError
from byline.models.bundled import BUNDLED_NAME, BUNDLED_WEIGHTS, PINNED, bundled_folder, file_sha256, verify_bundled

Signature = tuple[tuple[str, int, int], ...]

READ_SUFFIXES = {".safetensors", ".json", ".txt", ".model", ".jinja"}
PICKLE_SUFFIXES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"}
NEXT_STEP = "Give the folder of a sentence-transformers model with safetensors weights, its Hub name, or 'bundled'."


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model's folder and the files in it that decide its vectors (paths relative to the folder)."""

    name: str
    folder: Path
    files: tuple[str, ...]
    bundled: bool = False

    def signature(self) -> Signature:
        """(file, size in bytes, mtime in ns): what is compared on every start instead of reading the weights."""
        try:
            stats = [(name, (self.folder / name).stat()) for name in self.files]
        except OSError as error:
            raise ModelError(f"{error.filename} of the model {self.name} cannot be read.", NEXT_STEP) from error
        return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)

    def digest(self) -> str:
        """SHA-256 of all that decides the vectors, read in full. The bundled model is verified; its weights name it."""
        if self.bundled:
            verify_bundled(self.folder)
            return BUNDLED_WEIGHTS
        hashes = [(name, file_sha256(self.folder / name)) for name in self.files]
        return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()

    @property
    def key(self) -> str:
        """Names the cache entry without reading the weights: any file whose size or mtime differs is another model."""
        known = BUNDLED_WEIGHTS if self.bundled else hashlib.sha256(json.dumps(self.signature()).encode()).hexdigest()
        return f"{re.sub(r'[^A-Za-z0-9.]+', '-', self.name)[-60:].strip('-.')}-{known[:16]}"


def find_model(name: str | None) -> ModelSource:
    """None or "bundled", a folder, or a Hub name; a Hub name is downloaded once. Raises ModelError."""
    if name is None or name == "bundled":
        return ModelSource(BUNDLED_NAME, bundled_folder(), tuple(PINNED), bundled=True)
    path = Path(name).expanduser()
    if path.is_dir():
        return _in_folder(path.name or path.resolve().name, path.resolve())
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(f"There is no model folder {name}.", NEXT_STEP)
    return _in_folder(name, _from_hub(name if "/" in name else f"sentence-transformers/{name}"))


def _in_folder(name: str, folder: Path) -> ModelSource:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in READ_SUFFIXES)
    for part in _module_folders(folder):
        suffixes = {p.suffix for p in part.iterdir()} if part.is_dir() else set()
        if suffixes & PICKLE_SUFFIXES and ".safetensors" not in suffixes:
            raise ModelError(f"{part} has only pickled weights, which can run code when they are loaded.", NEXT_STEP)
    if not any(p.suffix == ".safetensors" for p in files):
        raise ModelError(f"{folder} has no safetensors weights in it.", NEXT_STEP)
    return ModelSource(name, folder, tuple(p.relative_to(folder).as_posix() for p in files))


def _module_folders(folder: Path) -> list[Path]:
    """The folders sentence-transformers will load weights from."""
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        return [folder, *(folder / module["path"] for module in modules)]
    except FileNotFoundError:
        return [folder]
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{folder / 'modules.json'} is not a list of modules: {error!r}.", NEXT_STEP) from error


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    wanted = [f"*{suffix}" for suffix in sorted(READ_SUFFIXES)]
    ignored = ["onnx/*", "openvino/*"]
    try:
        try:
            return Path(snapshot_download(name, allow_patterns=wanted, ignore_patterns=ignored, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(name, allow_patterns=wanted, ignore_patterns=ignored))
    except Exception as error:  # the hub client raises its own, httpx's and the system's errors
        reason = (str(error) or repr(error)).splitlines()[0]
        raise ModelError(
            f"The model {name} could not be fetched from the Hugging Face Hub: {reason}", NEXT_STEP
        ) from error
