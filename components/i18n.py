"""The page's words: one catalogue a language under ``assets/i18n``, handed to the browser, which does the choosing.

A catalogue has two parts: ``page`` (the page's own words by key) and ``sentences`` (what the server says: the English
sentence, with its ``{name}`` fields, is the key).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypedDict

from vton_core.errors import VtonError

__all__ = ["LANGUAGES", "Message", "catalogue", "message", "recognise", "script", "sendable", "sentence", "told"]

LANGUAGES: Final = ("en", "ko")
_FOLDER: Final = Path(__file__).parent.parent / "assets" / "i18n"
_FIELD: Final = re.compile(r"\{(\w+)[^}]*\}")


class Message(TypedDict):
    """A sentence for the visitor: its English template and what stands in the template's fields."""

    template: str
    values: dict[str, str]


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """The catalogue of ``language``: ``{"page": {key: text}, "sentences": {template: text}}``."""
    parts: dict[str, dict[str, str]] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return parts


def sendable(text: str) -> str:
    """``text``, with a question mark for every half of a character: alone, such a half can be sent to no browser."""
    return text.encode("utf-8", "replace").decode("utf-8")


def message(error: VtonError) -> Message:
    """What an error says, in a form that the browser can translate."""
    return told(error.template, error.values)


def sentence(template: str, **values: object) -> Message:
    """A message of the page's own."""
    return told(template, values)


def told(template: str, values: Mapping[str, object]) -> Message:
    """The message of a template and what stands in its fields."""
    return {"template": template, "values": {name: sendable(str(value)) for name, value in values.items()}}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(template: str) -> re.Pattern[str]:
        parts: list[str] = []
        end = 0
        for field in _FIELD.finditer(template):
            parts += [re.escape(template[end : field.start()]), f"(?P<{field[1]}>.+?)"]
            end = field.end()
        return re.compile("".join([*parts, re.escape(template[end:])]), re.DOTALL)

    templates = {template for language in LANGUAGES for template in catalogue(language)["sentences"]}
    return tuple((template, pattern(template)) for template in sorted(templates, key=len, reverse=True))


def recognise(text: str) -> Message:
    """Find the template that a finished English sentence was made from; an unknown one is its own template."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return told(template, found.groupdict())
    return told(sendable(text).replace("{", "(").replace("}", ")"), {})


def script() -> str:
    """JavaScript that sets ``window.vtonCatalogue``; safe inside a ``<script>`` tag."""
    everything: dict[str, Any] = {language: catalogue(language) for language in LANGUAGES}
    text = json.dumps(everything, ensure_ascii=False).replace("</", "<\\/")
    return f"window.vtonCatalogue = {text};"
