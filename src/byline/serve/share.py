"""An answer as a page without JavaScript: shared at `/a/{id}`, asked at `/ask?q=`. Pure: wire JSON in, HTML out.

What a reader was once shown may have been corrected or withdrawn since: a notice stands at each such quote, and words
of an article that readers may no longer see are not on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from byline.answer.reasons import REASONS
from byline.serve.cards import day
from byline.serve.markup import escape, link, safe_url, url_at
from byline.types import LABELLED_KINDS

Shown = Mapping[str, Any]

STYLE_PATH = "/share.css"
GONE = {
    "withdrawn": "This article was withdrawn",
    "expired": "This article is no longer shown",
    "embargoed": "This article is not shown yet",
    "removed": "This article is no longer available",
}
EMPTY = "Ask the articles a question. Every sentence of the answer shows the words it rests on."


@dataclass(frozen=True, slots=True)
class Around:
    """The words of the article before and after a quote, and the digest of the revision they are from."""

    before: str = ""
    after: str = ""
    revision: str = ""


Surroundings = Mapping[tuple[str, int, int], Around]
"""(article id, start, end) of a quote → what stands around it."""


def answer_page(shown: Shown, around: Surroundings) -> str:
    """`shown` is `wire.answer_json`, or `wire.saved_json` of an answer that was saved."""
    sources = {source["article_id"]: source for source in shown["sources"]}
    body = _Body(sources, around, iter(shown.get("notices", ())))
    said = body.sentences(shown["sentences"]) if shown["answered"] else _not_answered(shown)
    parts = [
        f"<h1>{escape(shown['question'])}</h1>",
        _saved(shown),
        f'<p class="warning">{escape(shown["warning"])}</p>' if shown.get("warning") else "",
        f'<p class="warning">{escape(shown["fallback"])}</p>' if shown.get("fallback") else "",
        body.premise(shown.get("premise")),
        said,
        "".join(body.disagreement(found) for found in shown.get("disagreements", ())),
        body.nearest(shown.get("nearest", ())),
        _newer(shown.get("newer", ())),
        _closest(shown) if not shown["answered"] else "",
        _prints(shown),
    ]
    return _page(shown["question"], f"<article>{''.join(parts)}</article>", asked=shown["question"])


def asking_page() -> str:
    """The form alone."""
    return _page("Ask the articles", f'<p class="quiet">{EMPTY}</p>')


def failing_page(question: str, message: str) -> str:
    """`message` is for the reader."""
    told = f'<div class="state broken"><p><strong>This question was not answered.</strong> {escape(message)}</p></div>'
    return _page(question or "Ask the articles", told, asked=question)


class _Body:
    """What quotes are shown in; a saved answer has one notice for each quote of its sentences, in order."""

    def __init__(self, sources: Mapping[str, Shown], around: Surroundings, notices: Iterator[Shown]) -> None:
        self._sources = sources
        self._around = around
        self._notices = notices

    def sentences(self, sentences: Sequence[Shown]) -> str:
        return "".join(self._sentence(sentence) for sentence in sentences)

    def _sentence(self, sentence: Shown) -> str:
        leads = " ".join(escape(lead["text"]) for lead in sentence.get("leads") or () if lead["text"])
        lead = f'<span class="lead">{leads}</span> ' if leads else ""
        speaker = f' <span class="quiet">— {escape(sentence["speaker"])}</span>' if sentence.get("speaker") else ""
        words = escape(sentence["text"]) if sentence["text"] else "These words are no longer shown."
        quotes = "".join(self.quote(quote, next(self._notices, None)) for quote in sentence["quotes"])
        correction = sentence.get("correction")
        later = f'<p class="notice">Corrected by a later article:</p>{self.quote(correction)}' if correction else ""
        return f'<section class="sentence"><p class="said">{lead}{words}{speaker}</p>{quotes}{later}</section>'

    def quote(self, quote: Shown, notice: Shown | None = None) -> str:
        source = self._sources.get(quote["article_id"])
        told = _notice(notice) if notice else ""
        if quote["text"] is None:
            return f'<div class="quote">{told or _told("removed", None, None)}</div>'
        key = (quote["article_id"], quote["start"], quote["end"])
        around = self._around.get(key, Around())
        words = f"{escape_kept(around.before)}<mark>{escape(quote['text'])}</mark>{escape_kept(around.after)}"
        credited = _credit(source, quote["text"]) if source else ""
        revision = f' <span class="print">revision {around.revision[:12]}</span>' if around.revision else ""
        return (
            f'<div class="quote"><blockquote>{words}</blockquote><p class="credit">{credited}{revision}</p>{told}</div>'
        )

    def premise(self, premise: Shown | None) -> str:
        if not premise:
            return ""
        told = f"The question has “{escape(premise['asserted'])}”, the articles have “{escape(premise['said'])}”."
        said = f"<p><strong>The articles say otherwise.</strong> {told}</p>"
        return f'<section class="beside">{said}{self.quote(premise["quote"])}</section>'

    def disagreement(self, found: Shown) -> str:
        sides = zip(found["values"], found["quotes"], strict=True)
        shown = "".join(f"<li><p><strong>{escape(value or '')}</strong></p>{self.quote(q)}</li>" for value, q in sides)
        return f'<section class="beside"><p><strong>The articles differ.</strong></p><ul>{shown}</ul></section>'

    def nearest(self, quotes: Sequence[Shown]) -> str:
        shown = "".join(self.quote(quote) for quote in quotes)
        return f'<section class="beside"><h2>The nearest sentences</h2>{shown}</section>' if shown else ""


def escape_kept(text: str) -> str:
    """Escaped, with a blank kept at either end: these words stand next to others."""
    body = escape(text)
    return f"{' ' if text[:1].isspace() else ''}{body}{' ' if body and text[-1:].isspace() else ''}"


def _credit(source: Shown, words: str) -> str:
    kind = (source.get("kind") or "").lower()
    label = f'<span class="kind">{escape(kind.capitalize())}</span> ' if kind in LABELLED_KINDS else ""
    about = [escape(part) for part in (source["publisher"], " and ".join(source["authors"])) if part]
    if source["published"]:
        about.append(_day(source["published"]))
    title = source["title"] or "An article that readers may no longer see"
    return " · ".join([label + link(url_at(source["url"], words), title), *about])


def _notice(notice: Shown) -> str:
    if notice["state"] in GONE:
        return _told(notice["state"], notice["since"], notice["why"])
    if notice["state"] != "corrected":
        return ""
    since = f" on {_day(notice['since'])}" if notice["since"] else ""
    pieces = {"kept": "{}", "old": "<del>{}</del>", "new": "<ins>{}</ins>"}
    words = "".join(pieces[change["kind"]].format(escape_kept(change["text"])) for change in notice["changes"])
    now = words if notice["new"] is not None else "These words were taken out of the article."
    return f'<div class="notice"><p><strong>Corrected{since}.</strong></p><p>{now}</p></div>'


def _told(state: str, since: str | None, why: str | None) -> str:
    when = f" on {_day(since)}" if since else ""
    return f'<div class="notice"><p><strong>{GONE[state]}{when}.</strong> {escape(why or "")}</p></div>'


def _not_answered(shown: Shown) -> str:
    reason = REASONS.get(shown["reason"], REASONS["not_in_articles"])
    return f'<div class="state silent"><p><strong>Not answered in the articles.</strong> {escape(reason)}</p></div>'


def _closest(shown: Shown) -> str:
    quoted = {quote["article_id"] for quote in shown.get("nearest", ())}
    others = [source for source in shown["sources"] if source["article_id"] not in quoted and source["title"]]
    listed = "".join(f"<li>{_credit(source, '')}</li>" for source in others)
    return f'<section class="beside"><h2>The closest articles</h2><ul>{listed}</ul></section>' if listed else ""


def _newer(newer: Sequence[Shown]) -> str:
    links = ", ".join(link(safe_url(source["url"]), source["title"]) for source in newer if source["title"])
    return f'<p class="quiet">Newer articles on this: {links}</p>' if links else ""


def _saved(shown: Shown) -> str:
    parts = [
        f"Answered on {_day(shown['saved_at'])}" if shown.get("saved_at") else "",
        f"as of {_day(shown['as_of'])}" if shown.get("as_of") else "",
        f"written by {escape(shown['model'])}, each sentence checked against its quotes" if shown.get("model") else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f'<p class="quiet">{told[:1].upper()}{told[1:]}.</p>' if told else ""


def _prints(shown: Shown) -> str:
    prints = shown.get("fingerprints") or {}
    named = [f"{escape(name)} {escape(str(value)[:16])}" for name, value in prints.items() if value]
    answer = ""
    if shown.get("saved_at"):
        receipt = f'<a href="/a/{escape(shown["id"])}/receipt.json">receipt</a>'
        answer = f"answer {escape(shown['id'])} · {receipt}"
    told = " · ".join(part for part in (answer, *named) if part)
    return f'<p class="print">{told}</p>' if told else ""


def _day(moment: str) -> str:
    return day(datetime.fromisoformat(moment))


def _page(title: str, body: str, *, asked: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        f'<title>{escape(title)} · Byline</title><link rel="stylesheet" href="{STYLE_PATH}"></head><body>'
        '<header><p class="name"><a href="/">Byline</a></p><p class="quiet">Every sentence shows the words it rests on.'
        f'</p></header><main>{body}<form action="/ask" method="get" role="search"><label for="q">Ask the articles'
        f'</label><input id="q" name="q" maxlength="2000" required value="{escape(asked)}"><button>Ask</button></form>'
        '</main><footer><p class="quiet">What the articles do not say, Byline does not say.</p></footer></body></html>'
    )
