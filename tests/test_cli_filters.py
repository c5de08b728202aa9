"""`byline search` with a publisher and a range of days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from byline.cli import main
from byline.testing import HashEmbedder


def test_only_what_the_options_ask_for_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("byline.wiring.load_embedder", lambda *_, **__: HashEmbedder())
    stories = [("a", "Wire", "2026-01-11"), ("b", "Wire", "2026-01-12"), ("c", "Review", "2026-01-12")]
    source, index = tmp_path / "articles.jsonl", str(tmp_path / "index")
    source.write_text(
        "".join(
            json.dumps(
                {"id": key, "title": f"Bridge {key}", "publisher": name, "date": day, "text": f"Bridge {key} open."}
            )
            + "\n"
            for key, name, day in stories
        )
    )

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--index", index])
        captured = capsys.readouterr()
        assert not ended.value.code, captured.err
        return captured.out

    def found(*options: str) -> set[str]:
        return {hit["article_id"] for hit in json.loads(run("search", "bridge", "--json", *options))["hits"]}

    run("sync", str(source))
    assert found() == {"a", "b", "c"}
    assert found("--publisher", "Wire") == {"a", "b"}
    assert found("--from", "2026-01-12") == {"b", "c"}
    assert found("--until", "2026-01-12") == {"a"}
    assert found("--publisher", "Wire", "--publisher", "Review", "--from", "2026-01-12") == {"b", "c"}
    assert found("--publisher", "Nobody") == set()
