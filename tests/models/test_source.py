"""Which model is meant, and which models are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from byline.errors import ModelError
from byline.models.bundled import BUNDLED_WEIGHTS
from byline.models.source import find_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def test_the_bundled_model_is_the_default() -> None:
    assert find_model(None) == find_model("bundled")
    assert BUNDLED_WEIGHTS[:16] in find_model(None).key


def test_a_folder(folder: Path) -> None:
    source = find_model(str(folder))
    assert source.folder == folder
    assert source.files == ("config.json", "model.safetensors")


def test_a_changed_file_is_another_model(folder: Path) -> None:
    before = find_model(str(folder))
    key, digest = before.key, before.digest()
    assert (find_model(str(folder)).key, find_model(str(folder)).digest()) == (key, digest)
    (folder / "config.json").write_text('{"hidden_size": 8}')
    assert find_model(str(folder)).key != key
    assert find_model(str(folder)).digest() != digest


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_pickled_weights_are_refused(folder: Path, name: str) -> None:
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ModelError, match="safetensors"):
        find_model(str(folder))


def test_pickled_weights_of_a_later_module_are_refused(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    (folder / "modules.json").write_text(json.dumps([{"path": ""}, {"path": "2_Dense"}]))
    with pytest.raises(ModelError, match="2_Dense"):
        find_model(str(folder))


@pytest.mark.parametrize("modules", ["[", '{"a": 1}', "[3]"])
def test_a_broken_module_list_is_refused(folder: Path, modules: str) -> None:
    (folder / "modules.json").write_text(modules)
    with pytest.raises(ModelError, match=r"modules\.json"):
        find_model(str(folder))


@pytest.mark.parametrize("name", ["/nowhere/at/all", "./nowhere", "~nobody/model", "a/b/c"])
def test_a_folder_that_is_not_there(name: str) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        find_model(name)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no safetensors"):
        find_model(str(tmp_path))


def test_a_hub_name_is_fetched_once_and_never_as_a_pickle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def snapshot(name: str, *, allow_patterns: list[str], local_files_only: bool = False, **_: Any) -> str:
        asked.append((name, local_files_only))
        assert not any(pattern in allow_patterns for pattern in ("*.bin", "*.pt", "*"))
        if local_files_only:
            raise LocalEntryNotFoundError("not here yet")
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    assert find_model("all-mpnet-base-v2").folder == folder
    name = "sentence-transformers/all-mpnet-base-v2"
    assert asked == [(name, True), (name, False)]


def test_no_network_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def snapshot(*_: Any, **__: Any) -> str:
        raise ConnectionError("no route")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with pytest.raises(ModelError, match="no route") as error:
        find_model("BAAI/bge-small-en-v1.5")
    assert error.value.next_step
