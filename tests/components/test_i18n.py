"""Every word of the page stands in both catalogues, and every sentence of the server has its Korean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import i18n
from vton_core import errors

ROOT = Path(__file__).parent.parent.parent
SOURCES = [file for folder in ("vton_core", "components") for file in sorted((ROOT / folder).rglob("*.py"))] + [
    ROOT / "app.py"
]
ASSETS = [*sorted((ROOT / "assets").glob("*.html")), *sorted((ROOT / "assets").glob("*.js"))]
FIELD = re.compile(r"\{(\w+)[^}]*\}")
KINDS = {*errors.__all__}


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def sentences(source: str, name: str) -> Iterator[tuple[str, str]]:
    """(where, template) of each error and each ``sentence(...)`` that the source makes; no template is a finding."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in KINDS or called == "sentence":
            template = literal(node.args[0])
            if template is None and ast.unparse(node.args[0]) == "said['template']":
                continue  # said again, as it came
            yield f"{name}:{node.lineno}", template or ""


def all_sentences() -> list[tuple[str, str]]:
    found = [entry for file in SOURCES for entry in sentences(file.read_text("utf-8"), str(file.relative_to(ROOT)))]
    for file in ASSETS:
        found += [(file.name, text) for text in re.findall(r'template: "([^"]+)"', file.read_text("utf-8"))]
    return found


def test_the_walk_sees_raised_passed_and_computed_templates() -> None:
    source = 'raise ImageError("a {b}", b=1)\nFailed.of(JobTimeoutError("c"))\nraise errors.InputError(f"{d}")'
    assert sorted(template for _, template in sentences(source, "x")) == ["", "a {b}", "c"]


def test_every_sentence_has_its_korean() -> None:
    korean = i18n.catalogue("ko")["sentences"]
    missing = [
        f"{where}: {template or '(not a literal)'}" for where, template in all_sentences() if template not in korean
    ]
    assert not missing, "\n".join(missing)


def test_no_korean_sentence_is_left_over() -> None:
    said = {template for _, template in all_sentences()} | progress_sentences()
    assert set(i18n.catalogue("ko")["sentences"]) <= said


def progress_sentences() -> set[str]:
    """What the steps say while they work: literals that stand in the source of the core."""
    return {
        node.value
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_what_the_steps_say_while_they_work_has_its_korean() -> None:
    said = {
        node.value
        for file in (ROOT / "vton_core" / "steps").glob("*.py")
        for work in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(work, ast.FunctionDef) and work.name == "run"
        for statement in work.body[1:]
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".")
    }
    assert {"Removing the background.", "Composing the picture."} <= said
    assert said <= set(i18n.catalogue("ko")["sentences"])


def test_both_languages_have_the_same_words() -> None:
    english, korean = i18n.catalogue("en")["page"], i18n.catalogue("ko")["page"]
    assert list(english) == list(korean)
    for key, text in english.items():
        assert sorted(FIELD.findall(text)) == sorted(FIELD.findall(korean[key])), key


def test_translations_keep_the_fields() -> None:
    for template, text in i18n.catalogue("ko")["sentences"].items():
        assert sorted(FIELD.findall(template)) == sorted(FIELD.findall(text)), template


def test_every_key_that_the_assets_name_exists() -> None:
    keys = i18n.catalogue("en")["page"]
    for file in ASSETS:
        text = file.read_text("utf-8")
        named = re.findall(r'data-t(?:-label)?="([\w.]+)"', text) + re.findall(r'vton\.t\("([\w.]+)"[,)]', text)
        assert not [key for key in named if key not in keys], file.name


def test_every_key_is_used() -> None:
    text = "\n".join(file.read_text("utf-8") for file in ASSETS)
    stems = set(re.findall(r'"([\w.]+\.)" \+', text)) | set(re.findall(r'data-t(?:-label)?="([\w.]+\.)\'', text))
    for key in i18n.catalogue("en")["page"]:
        assert f'"{key}"' in text or any(key.startswith(stem) for stem in stems), key


def test_no_words_stand_in_the_panels_themselves() -> None:
    for file in (ROOT / "assets").glob("*.html"):
        visible = re.sub(r"<[^>]*>", " ", file.read_text("utf-8"))
        left = set(re.findall(r"[A-Za-z가-힣]{2,}", visible)) - {"English", "한국어", "VirtualTryOn"}
        assert not left, (file.name, left)


def test_recognise_finds_the_template_and_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_patterns", lambda: (("{count} people.", re.compile(r"(?P<count>.+?)\ people\.")),))
    assert i18n.recognise("3 people.") == {"template": "{count} people.", "values": {"count": "3"}}
    assert i18n.recognise("A {b}.") == {"template": "A (b).", "values": {}}


def test_the_script_cannot_be_broken_out_of() -> None:
    assert "</" not in i18n.script()
