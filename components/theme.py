"""What the page looks like: its assets, the quiet Gradio theme under them, and the one way to build a panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import gradio as gr

from components import i18n

__all__ = ["ASSETS", "asset", "base_theme", "head", "panel"]

ASSETS: Final = Path(__file__).parent.parent / "assets"
_STYLES: Final = ("theme.css", "panels.css", "correct.css", "placement.css")
_SCRIPTS: Final = (
    "page.js",
    "frame.js",
    "undo.js",
    "zoom.js",
    "hands.js",
    "stroke.js",
    "correct-mask.js",
    "correct-parts.js",
    "correct-painter.js",
    "correct-work.js",
    "correct-points.js",
    "correct-tools.js",
    "correct-hands.js",
    "placement-geometry.js",
    "placement-store.js",
    "placement-view.js",
    "placement-figures.js",
    "placement-brush.js",
    "placement-finish.js",
    "placement-guides.js",
    "placement-sync.js",
    "placement-gestures.js",
)
_FONTS: Final = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans KR", "Malgun Gothic", "sans-serif")


def asset(name: str) -> str:
    """The text of a file under ``assets/``."""
    return (ASSETS / name).read_text("utf-8")


def base_theme() -> gr.themes.Base:
    """Gradio's plainest theme on the system's own fonts: nothing is fetched from anywhere."""
    return gr.themes.Base(font=_FONTS, font_mono=("ui-monospace", "Menlo", "Consolas", "monospace"))


def head() -> str:
    """What stands in the page's head: words, shared script, styles."""
    styles = "\n".join(asset(name) for name in _STYLES)
    scripts = "\n".join(asset(name) for name in _SCRIPTS)
    return f"<script>{i18n.script()}\n{scripts}</script>\n<style>{styles}</style>"


def panel(name: str, value: dict[str, Any]) -> gr.HTML:
    """A panel of the page: ``assets/<name>.html`` and ``.js``, drawn in the browser from ``value``."""
    return gr.HTML(
        value=value,
        html_template=asset(f"{name}.html"),
        js_on_load=asset(f"{name}.js"),
        apply_default_css=False,
        elem_id=name,
        elem_classes="vton",
        padding=False,
    )
