"""tantivy on a disk that refuses what its writer wrote; what every lexical index promises is in tests/contract."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from byline.errors import StorageError
from byline.library.lexical import TantivyLexical
from byline.types import ArticleRef

HARBOUR = ("harbour", ["harbour", "bridge"], ArticleRef("harbour", "The harbour"))


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def broken_off(folder: Path) -> TantivyLexical:
    """One passage is committed; another was handed to the writer's thread, which writes it when it is to end."""

    def breaking() -> Iterator[tuple[str, Sequence[str], ArticleRef]]:
        yield ("river", ["river"], ArticleRef("river", "The river"))
        raise ZeroDivisionError("the terms broke")

    lexical = TantivyLexical(folder)
    lexical.add([HARBOUR])
    with pytest.raises(ZeroDivisionError):
        lexical.add(breaking())
    return lexical


def refused(settled: Callable[[], None]) -> str:
    with no_file_may_grow(), pytest.raises(StorageError) as caught:
        settled()
    return str(caught.value)


def test_what_cannot_be_settled_is_said_to_be_of_the_disk(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(broken_off(tmp_path / "lexical").settle)


def test_closing_after_it_broke_does_not_hide_why(tmp_path: Path) -> None:
    lexical = broken_off(tmp_path / "lexical")
    with no_file_may_grow():
        lexical.close()
    again = TantivyLexical(tmp_path / "lexical")
    assert again.ids() == {"harbour"}
