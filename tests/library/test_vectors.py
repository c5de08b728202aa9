"""Chroma's settings follow the size of the index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byline.library import vectors
from byline.library.vectors import ChromaVectors


def settings(index: ChromaVectors) -> tuple[object, object]:
    found = index._collection.configuration_json["hnsw"]
    return found.get("ef_search"), found.get("sync_threshold")


def test_one_opened_again_has_the_settings_of_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_SMALL_PASSAGES", 10)
    small, large = (200, 200), (500, 2000)
    ids = [f"p{i}" for i in range(16)]
    for count, before, after in ((4, large, small), (16, small, large), (16, large, large)):
        index = ChromaVectors(tmp_path / "chroma")
        assert settings(index) == before
        index.add(ids[:count], np.eye(16, dtype=np.float32)[:count])
        index.close()
        again = ChromaVectors(tmp_path / "chroma")
        assert settings(again) == after
        assert again.ids() == set(ids[:count])
        assert again.search(np.eye(16, dtype=np.float32)[3], 1)[0][0] == "p3"
        again.close()
