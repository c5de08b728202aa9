"""Which other sites' pages may ask, and that no other page reads or sends anything."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import SettingsError
from byline.serve.api import create_app
from byline.serve.origins import NOBODY, read_origins
from byline.settings import read_settings
from tests.browser.desk import QUESTION, Desk

ALLOWED = ("https://www.example.org", "https://*.news.example", "http://localhost:8000", "https://münchen.example")
ASK = {"question": QUESTION, "stream": False}
CORS = "access-control-"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Desk().engine, chat=False, allowed=read_origins(ALLOWED)))


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.example.org",
        "https://WWW.example.org:443",
        "https://a.news.example",
        "https://b.a.news.example",
        "http://localhost:8000",
        "https://xn--mnchen-3ya.example",
    ],
)
def test_a_listed_site_may_ask_and_read_the_answer(client: TestClient, origin: str) -> None:
    answered = client.post("/v1/ask", json=ASK, headers={"Origin": origin})
    assert answered.status_code == 200
    assert answered.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in answered.headers
    assert "Origin" in answered.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://www.example.org",
        "https://www.example.org:8443",
        "https://example.org",
        "https://news.example",
        "https://a.b.news.example.evil.example",
        "https://anews.example",
        "https://www.example.org.evil.example",
        "https://www.example.org@evil.example",
        "https://www.example.org/",
        "https://*.news.example",
        "https://.news.example",
        "http://localhost:8001",
        "http://[",
        "",
        "https://a.news.example, https://evil.example",
    ],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/suggestions", "/readyz"])
def test_any_other_page_gets_403_and_may_read_nothing(client: TestClient, origin: str, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        refused = client.request(method, path, json=ASK, headers=asks)
        assert refused.status_code == 403
        assert not [name for name in refused.headers if name.startswith(CORS)]


def test_a_browser_is_told_before_it_sends_json(client: TestClient) -> None:
    asks = {"Origin": "https://www.example.org", "Access-Control-Request-Method": "POST"}
    told = client.options("/v1/ask", headers=asks)
    assert told.status_code == 204
    assert told.headers["access-control-allow-origin"] == "https://www.example.org"
    assert told.headers["access-control-allow-headers"] == "Content-Type"
    assert "POST" in told.headers["access-control-allow-methods"]


def test_a_listed_site_reaches_nothing_but_the_interface(client: TestClient) -> None:
    for path in ("/", "/healthz", "/gradio_api/queue/join", "/ask", "/v1"):
        assert client.get(path, headers={"Origin": "https://www.example.org"}).status_code == 403


def test_a_page_of_our_own_and_a_program_need_no_leave(client: TestClient) -> None:
    assert client.post("/v1/ask", json=ASK).status_code == 200
    assert client.post("/v1/ask", json=ASK, headers={"Origin": "http://testserver"}).status_code == 200
    assert not any(name.startswith(CORS) for name in client.post("/v1/ask", json=ASK).headers)


def test_an_error_is_readable_by_the_site_that_asked(client: TestClient) -> None:
    told = client.post("/v1/ask", json={}, headers={"Origin": "https://www.example.org"})
    assert told.status_code == 422
    assert told.headers["access-control-allow-origin"] == "https://www.example.org"
    assert told.headers["access-control-expose-headers"] == "Retry-After"


@pytest.mark.parametrize(
    "text",
    ["*", "https://*", "https://*.org", "example.org", "https://example.org/", "ftp://a.example", "https://a.*.example",
     "https://*.*.example.org", "https://a.example/path", "https://user@a.example", "null", "https://a.example:x"],
)  # fmt: skip
def test_what_is_no_origin_is_named_with_what_to_write(text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_origins(["https://www.example.org", text])
    assert repr(text) in raised.value.message
    assert "https://*.example.org" in raised.value.next_step


def test_origins_are_written_with_spaces_or_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_ALLOWED_ORIGINS", " https://a.example, https://*.b.example\n")
    assert read_settings().allowed_origins == ("https://a.example", "https://*.b.example")
    monkeypatch.setenv("BYLINE_ALLOWED_ORIGINS", "")
    assert read_settings().allowed_origins == ()


@given(st.text(max_size=40) | st.from_regex(r"https?://[a-z.*@/:\[\]]{0,20}(:\d{0,6})?"))
def test_no_origin_is_admitted_by_nobody_and_none_breaks_the_guard(origin: str) -> None:
    assert not NOBODY.admit(origin)
    assert not read_origins(ALLOWED).admit(origin) or origin.startswith("http")
