"""The widget's files over HTTP: kept by caches as long as they may be, in the smallest form the browser takes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import re
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient

from byline import __version__
from byline.serve.api import create_app
from tests.browser.desk import Desk

NEWEST, PINNED = "/widget/v1/ask.js", f"/widget/v{__version__}/ask.js"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Desk().engine, chat=False))


@pytest.mark.parametrize("path", [NEWEST, PINNED])
def test_any_site_may_load_it_and_check_its_hash(client: TestClient, path: str) -> None:
    told = client.get(path, headers={"Origin": "https://www.example.org"})
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/javascript; charset=utf-8"
    assert told.headers["access-control-allow-origin"] == "*"
    assert told.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.head(path).headers["content-length"]
    assert client.post(path, headers={"Origin": "https://www.example.org"}).status_code == 403


def test_a_version_is_kept_for_ever_and_the_newest_for_minutes(client: TestClient) -> None:
    assert "immutable" in client.get(PINNED).headers["cache-control"]
    assert "max-age=600" in client.get(NEWEST).headers["cache-control"]
    assert client.get("/widget/v0.0.0/ask.js").status_code == 404
    assert __version__ in client.get("/widget/v0.0.0/ask.js").json()["detail"]


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("identity", None), ("", None)],
)
def test_each_browser_gets_the_smallest_form_it_takes(client: TestClient, accepts: str, coding: str | None) -> None:
    told = client.get(NEWEST, headers={"Accept-Encoding": accepts})
    assert told.headers.get("content-encoding") == coding
    assert told.headers["vary"] == "Accept-Encoding"
    assert told.content == client.get(NEWEST, headers={"Accept-Encoding": "identity"}).content
    again = client.get(NEWEST, headers={"Accept-Encoding": accepts, "If-None-Match": told.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_forms_of_one_file_have_different_tags(client: TestClient) -> None:
    tags = {client.get(NEWEST, headers={"Accept-Encoding": coding}).headers["etag"] for coding in ("br", "gzip", "")}
    assert len(tags) == 3


def test_words_of_eight_languages_and_of_no_other(client: TestClient) -> None:
    for language in ("ar", "de", "en", "es", "fr", "hi", "it", "pt"):
        assert client.get(f"/widget/v1/words/{language}.json").json()["name"]
    assert client.get("/widget/v1/words/xx.json").status_code == 404
    assert client.get("/widget/v1/words/..%2f..%2fchat.css").status_code == 404


def test_the_demo_page_says_what_to_paste(client: TestClient) -> None:
    told = client.get("/widget/demo")
    page = html.unescape(told.text)
    digest = base64.b64encode(hashlib.sha384(client.get(PINNED).content).digest()).decode()
    assert page.count(f'integrity="sha384-{digest}"') == 2
    assert f'<script src="http://testserver{NEWEST}" async></script>' in page
    assert "{{" not in page
    assert "default-src 'none'" in told.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", told.text)


def test_a_hostile_host_is_text_on_the_demo_page(client: TestClient) -> None:
    page = client.get("/widget/demo", headers={"Host": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(("coding", "decompress"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_what_is_committed_is_one_file_in_three_forms(
    client: TestClient, coding: str, decompress: Callable[[bytes], bytes]
) -> None:
    plain = client.get(NEWEST, headers={"Accept-Encoding": "identity"}).content
    with client.stream("GET", NEWEST, headers={"Accept-Encoding": coding}) as told:
        assert decompress(b"".join(told.iter_raw())) == plain
