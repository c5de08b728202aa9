"""How the page looks and what its script does: one palette for Gradio's theme and our stylesheet alike."""

from __future__ import annotations

from importlib.resources import files

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")

# name: (light, dark). Text on paper and on tint keeps 4.5:1 in both; tests/browser holds it with axe.
PALETTE = {
    "paper": ("#fdfcf9", "#15171a"),
    "raised": ("#ffffff", "#1d2024"),
    "ink": ("#1b1b19", "#ebe8e1"),
    "quiet": ("#5b5a55", "#aeaba3"),
    "rule": ("#dcd8cf", "#35383d"),
    "edge": ("#85827a", "#7d7f83"),
    "accent": ("#14506e", "#93c9ea"),
    "on-accent": ("#ffffff", "#10222d"),
    "mark": ("#fdf3c7", "#4a4217"),
    "mark-on": ("#ffe07a", "#75620f"),
    "amber": ("#b45309", "#e9a23b"),
    "amber-tint": ("#fdf5e6", "#2a2216"),
    "red": ("#b3261e", "#f08a82"),
    "red-tint": ("#fdf0ee", "#2d1c1b"),
}
# Gradio's own names for the same colours; `_dark` is added for the second of each pair.
GRADIO_COLOURS = {
    "body_background_fill": "paper",
    "body_text_color": "ink",
    "body_text_color_subdued": "quiet",
    "background_fill_primary": "paper",
    "background_fill_secondary": "paper",
    "block_background_fill": "paper",
    "block_label_text_color": "quiet",
    "border_color_primary": "rule",
    "link_text_color": "accent",
    "link_text_color_hover": "ink",
    "link_text_color_visited": "accent",
    "input_background_fill": "raised",
    "input_placeholder_color": "quiet",
    "button_secondary_background_fill": "paper",
    "button_secondary_background_fill_hover": "raised",
    "button_secondary_text_color": "ink",
}


def gradio_colours() -> dict[str, str]:
    """Arguments for a Gradio theme's `set`."""
    light = {name: PALETTE[colour][0] for name, colour in GRADIO_COLOURS.items()}
    return light | {f"{name}_dark": PALETTE[colour][1] for name, colour in GRADIO_COLOURS.items()}


def head() -> str:
    """Inline, so that it needs no route. Gradio's own `css=` would rewrite the selectors."""
    static = files("byline.serve").joinpath("static")
    css = static.joinpath("chat.css").read_text(encoding="utf-8")
    script = static.joinpath("chat.js").read_text(encoding="utf-8")
    return f"<style>{_variables()}{css}</style><script>{script}</script>"


def share_css() -> str:
    """The whole style sheet of the pages without a script: the system says whether it is dark."""
    light, dark = _colours()
    css = files("byline.serve").joinpath("static", "share.css").read_text(encoding="utf-8")
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}{css}"


def _variables() -> str:
    light, dark = _colours()
    return f":root{{{light}}}.dark{{{dark}}}"


def _colours() -> tuple[str, str]:
    light = "".join(f"--{name}:{pair[0]};" for name, pair in PALETTE.items())
    return light, "".join(f"--{name}:{pair[1]};" for name, pair in PALETTE.items())
