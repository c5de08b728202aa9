"""Preparing any sentence-transformers model: int8 ONNX when it keeps what the model finds, torch otherwise, once."""

from __future__ import annotations

import errno
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from byline.errors import ModelError, StorageError
from byline.models import export
from byline.models.bundled import PINNED
from byline.models.cache import ModelCache, default_cache_dir
from byline.models.embed import load_embedder
from byline.models.export import prepare
from byline.models.late import LateEmbedder, Recipe
from byline.models.source import ModelSource, find_model
from byline.models.torch_runtime import load_sentence_transformer, quiet
from byline.protocols import PassageInput
from byline.types import Span

TinyModel = Callable[..., Path]
TEXT = "The ferry sank at noon. Nobody was hurt."
PASSAGE = PassageInput("Ferry sinks", TEXT, (Span(0, 23), Span(24, 40)))


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    return ModelCache(tmp_path / "cache")


def source_of(folder: Path) -> ModelSource:
    return find_model(str(folder))


def leftovers(cache: ModelCache) -> list[str]:
    return [path.name for path in cache.root.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_an_exported_model_gives_its_own_vectors(pooling: str, tiny_model: TinyModel, cache: ModelCache) -> None:
    folder = tiny_model(pooling=pooling, prompts={"query": "ask: ", "document": "read: "})
    prepared = prepare(source_of(folder), cache)
    assert (prepared.recipe.runtime, prepared.recipe.pooling, prepared.why) == ("int8-onnx", pooling, "")
    assert leftovers(cache) == []
    embedder = load_embedder(str(folder), cache_dir=cache.root)
    assert embedder.dimension == 32
    with quiet():
        model = load_sentence_transformer(folder)
        query = model.encode_query("Who sank?", normalize_embeddings=True)
        document = model.encode_document(f"Ferry sinks\n{TEXT}", normalize_embeddings=True)
    assert embedder.embed_query("Who sank?") @ query > 0.98
    assert embedder.embed_passages([PASSAGE])[0].passage @ document > 0.98


@pytest.mark.parametrize(("pooling", "runtime"), [("mean", "torch"), ("cls", "torch"), ("max", "encode")])
def test_a_model_that_fails_the_check_stays_on_torch_and_is_not_tried_again(
    pooling: str,
    runtime: str,
    tiny_model: TinyModel,
    cache: ModelCache,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tiny_model(pooling=pooling)
    with caplog.at_level(logging.WARNING):
        prepared = prepare(source_of(folder), cache, min_cosine=1.5)
    assert "stays on torch" in caplog.text
    assert (prepared.recipe.runtime, prepared.recipe.pooling) == (runtime, pooling if runtime == "torch" else "own")
    assert prepared.why
    monkeypatch.setattr(export, "prepare", pytest.fail)
    embedder = load_embedder(str(folder), cache_dir=cache.root)
    found = embedder.embed_passages([PASSAGE])[0]
    with quiet():
        expected = load_sentence_transformer(folder).encode(f"Ferry sinks\n{TEXT}", normalize_embeddings=True)
    assert found.passage == pytest.approx(expected, abs=1e-5)
    assert found.sentences.shape == (2, 32)


def test_an_export_that_breaks_leaves_the_model_on_torch(
    tiny_model: TinyModel, cache: ModelCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("an operator nobody exports")

    monkeypatch.setattr(export, "_export", broken)
    prepared = prepare(source_of(tiny_model()), cache)
    assert prepared.recipe.runtime == "torch"
    assert "operator nobody exports" in prepared.why


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["altered", "gone", "cut"])
def test_a_damaged_preparation_is_never_used(
    name: str, damage: str, prepared_once: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, root = prepared_once
    cache = ModelCache(shutil.copytree(root, tmp_path / "copy"))
    source = source_of(folder)
    assert cache.find(source)
    file = cache.folder(source) / name
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\0" + content[1:])
    assert cache.find(source) is None


@pytest.fixture(scope="module")
def prepared_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder posing as a model and a cache that holds it: what the cache checks needs no real model."""
    root = tmp_path_factory.mktemp("prepared")
    folder = root / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    publish(ModelCache(root / "cache"), source_of(folder))
    return folder, root / "cache"


def publish(cache: ModelCache, source: ModelSource, onnx: bytes = b"onnx") -> None:
    with cache.staging() as staged:
        (staged / "model.onnx").write_bytes(onnx)
        (staged / "tokenizer.json").write_text("{}")
        recipe = Recipe("tiny", source.digest(), "int8-onnx", "mean", 64, 32)
        cache.publish(staged, source, recipe, "")


def test_of_two_processes_the_first_is_kept(prepared_once: tuple[Path, Path], tmp_path: Path) -> None:
    cache, source = ModelCache(tmp_path), source_of(prepared_once[0])
    publish(cache, source, b"first")
    publish(cache, source, b"second")
    assert (cache.folder(source) / "model.onnx").read_bytes() == b"first"
    assert leftovers(cache) == []


def test_a_damaged_preparation_is_replaced(prepared_once: tuple[Path, Path], tmp_path: Path) -> None:
    cache, source = ModelCache(tmp_path), source_of(prepared_once[0])
    publish(cache, source)
    (cache.folder(source) / "model.onnx").write_bytes(b"damaged")
    publish(cache, source, b"new")
    assert cache.find(source)
    assert (cache.folder(source) / "model.onnx").read_bytes() == b"new"
    assert leftovers(cache) == []


def test_a_full_disk_is_a_storage_error_and_leaves_nothing(
    tiny_model: TinyModel, cache: ModelCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source = source_of(tiny_model())
    monkeypatch.setattr(export, "_export", full)
    with pytest.raises(StorageError, match="No space left") as error:
        prepare(source, cache)
    assert error.value.retryable
    assert list(cache.root.iterdir()) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(StorageError, match="MB"):
        prepare(source, cache)


def test_a_model_that_cannot_be_loaded_says_what_to_do(prepared_once: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as error:
        load_embedder(str(prepared_once[0]), cache_dir=tmp_path)
    assert error.value.next_step


def test_code_in_a_models_folder_is_not_run(tiny_model: TinyModel, cache: ModelCache, tmp_path: Path) -> None:
    folder = tiny_model()
    (folder / "custom.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Net: ...\n")
    modules = json.loads((folder / "modules.json").read_text())
    (folder / "modules.json").write_text(json.dumps([{**modules[0], "type": "custom.Net"}, *modules[1:]]))
    with pytest.raises(ModelError):
        load_embedder(str(folder), cache_dir=cache.root)
    assert not (tmp_path / "ran").exists()


def test_the_bundled_model_in_int8_finds_what_the_original_finds() -> None:
    embedder = load_embedder()
    assert isinstance(embedder, LateEmbedder)
    assert embedder.fingerprint == "all-MiniLM-L6-v2:53aa51172d14:int8-onnx:256:p1"
    with quiet():
        expected = load_sentence_transformer(find_model(None).folder).encode(TEXT, normalize_embeddings=True)
    found = embedder.embed_query(TEXT)
    assert found.dtype == np.float32
    assert found @ expected > 0.98


def test_a_reinstalled_bundled_model_is_verified_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_embedder()
    cache = ModelCache(shutil.copytree(default_cache_dir(), tmp_path / "cache", ignore=shutil.ignore_patterns(".*")))
    source = find_model(None)
    manifest = cache.folder(source) / "manifest.json"
    written = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**written, "signature": []}))
    assert cache.find(source)
    assert json.loads(manifest.read_text()) == written
    manifest.write_text(json.dumps({**written, "signature": []}))
    monkeypatch.setitem(PINNED, "config.json", "0")
    with pytest.raises(ModelError, match=r"config\.json"):
        cache.find(source)


def test_the_cache_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "byline" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_cache_dir() == Path.home() / ".cache" / "byline" / "models"
