"""The page: the panels in their order, what they show, and the handlers of their events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

import gradio as gr

from components import api, correct, engines, history, inputs, placement, result, scene, stages, theme, wearing, wishes
from components.i18n import Message, message
from components.jobs import LOST
from components.records import SLOTS, Place, clock
from components.studio import Studio
from components.visit import Visit
from components.wishes import Grant, Wish
from vton_core.errors import StorageError, VtonError

__all__ = ["PANELS", "Page", "build"]

_LOG: Final = logging.getLogger(__name__)
_POLL_SECONDS: Final = 0.03
"""The page is told of changes at most as often, and looks as often whether all is done."""
_PATIENCE_SECONDS: Final = 0.25
"""So long the answer to a move waits for the move's rendering: two answers cost the time of a small rendering."""
PANELS: Final = ("head", "inputs", "engines", "stages", "correct", "wearing", "placement", "result", "history")
Values = tuple[dict[str, Any], ...]
Handler = Callable[..., AsyncIterator[list[Any]]]


class Page:
    """The handlers behind the page's events: plain functions of the visitor's name and what the browser sent.

    Args:
        studio: what a visitor can do.
    """

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._samples = inputs.samples()

    def _url(self, visit: Visit, name: str) -> str:
        """The address of a preview; the page draws an empty frame where it has none."""
        try:
            return self.studio.served.url(visit.name, visit.preview_file(name))
        except FileNotFoundError:  # swept between a change and its showing
            return ""
        except StorageError as error:
            visit.errors["page"] = [message(error)]
            return ""

    def values(self, visit: Visit) -> Values:
        """The values of all panels, in the order of ``PANELS``."""

        url = partial(self._url, visit)
        with visit.lock:
            shown = (
                inputs.view(visit, url, self._samples, self.studio.fitted(visit)),
                engines.view(visit, self.studio.engines(visit)),
                stages.view(visit, url, self.studio.made(visit)),
                correct.view(visit, url, self.studio.made(visit)),
                wearing.view(visit, self.studio.wearing(visit), self.studio.behind(visit)),
                placement.view(visit, url, scene.current(visit)),
                result.view(visit, url),
                history.view(visit, url),
            )
            # Last: it says what was wrong with showing the others.
            head = {"entered": bool(visit.name or visit.errors), "errors": visit.errors.get("page", [])}
            return tuple(visit.revised(name, value) for name, value in zip(PANELS, (head, *shown), strict=True))

    def lost(self, said: Message) -> Values:
        """The values of a page whose visit cannot be found."""
        blank = Visit()
        blank.version = clock()
        blank.errors["page"] = [said]
        return self.values(blank)

    async def watch(self, visit: Visit, patience: float = 0.0) -> AsyncIterator[Values]:
        """Every new state of ``visit``, until no job of it is under way.

        Args:
            visit: whose.
            patience: seconds that the first state waits for a rendering of the scene, to come along with it.
        """
        seen, loop, news = -1, asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the server ends
                loop.call_soon_threadsafe(news.set)

        with visit.watched(wake):
            if visit.rendering:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), patience)
            while True:
                news.clear()
                busy, version, began = visit.busy, visit.version, loop.time()
                if version != seen:
                    seen = version
                    yield await asyncio.to_thread(self.values, visit)
                if not busy and visit.version == version:
                    return
                with suppress(TimeoutError):  # the end of a job need not be a change
                    await asyncio.wait_for(news.wait(), _POLL_SECONDS)
                await asyncio.sleep(began + _POLL_SECONDS - loop.time())

    def enter(self, name: str | None) -> Visit | Message:
        """The visit of ``name``, or a new one; a message where there can be neither."""
        try:
            return self.studio.enter(name)
        except VtonError as error:
            return message(error)
        except Exception:
            _LOG.exception("a visit could not be entered")
            return LOST

    def do(self, name: str | None, place: Place, grant: Grant, data: Mapping[str, Any]) -> Visit | Message:
        """Grant a wish, or put the reason why not near ``place``; a message where there is no visit."""
        try:
            visit = self.studio.visit(name or "")
        except VtonError as error:
            return message(error)
        try:
            grant(self.studio, visit, data)
        except VtonError as error:
            _refuse(visit, place, message(error))
        except Exception:
            _LOG.exception("a wish of the page could not be granted")
            _refuse(visit, place, LOST)
        return visit


def _refuse(visit: Visit, place: Place, said: Message) -> None:
    """Say why a wish is not granted; a slot's picture is answered by it, in one."""
    with visit.lock:
        if place in visit.stamps:
            visit.stamps[place] += 1
        visit.fail(place, said)


# How the page's own events run: unseen, beside one another, not for gradio_client.
_LIVE: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}


def _skip_unchanged(last: Values | None, now: Values) -> list[Any]:
    return [gr.skip() if last and old == new else new for old, new in zip(last or now, now, strict=True)]


def _shown_by(event: str) -> tuple[str, ...]:
    """The panels that an event can change. Gradio's page copies the values of all that are named at every step of an
    event, and a strength that is changed is to be seen at once."""
    return ("head", "placement") if event == "place" else PANELS


def _of(values: Sequence[Any], panels: tuple[str, ...]) -> list[Any]:
    return [value for name, value in zip(PANELS, values, strict=True) if name in panels]


def _entering(page: Page) -> Handler:
    """The handler of a page that has just been loaded: whose it is, and what it shows."""

    async def enter(name: str | None) -> AsyncIterator[list[Any]]:
        visit = await asyncio.to_thread(page.enter, name)
        if not isinstance(visit, Visit):
            yield [gr.skip(), *page.lost(visit)]
            return
        last = None
        async for now in page.watch(visit):
            yield [visit.name, *_skip_unchanged(last, now)]
            last = now

    return enter


def _granting(page: Page, wish: Wish) -> Handler:
    """The handler of a wish: what it changed, and where that is followed, all that comes of it."""
    shown = _shown_by(wish.event)

    async def grant(name: str | None, sent: gr.EventData) -> AsyncIterator[list[Any]]:
        data = sent._data if isinstance(sent._data, dict) else {}
        at: Place = data["slot"] if wish.event in ("choose", "turn") and data.get("slot") in SLOTS else wish.place
        visit = await asyncio.to_thread(page.do, name, at, wish.grant, data)
        if not isinstance(visit, Visit):
            yield _of(page.lost(visit), shown)
            return
        last = None
        async for now in page.watch(visit, _PATIENCE_SECONDS if wish.event == "place" else 0.0):
            yield _of(_skip_unchanged(last, now), shown)
            last = now
            if not wish.follow:
                return

    return grant


def build(studio: Studio) -> gr.Blocks:
    """The page, ready to launch."""
    page = Page(studio)
    blocks: gr.Blocks
    with gr.Blocks(title="VirtualTryOn", analytics_enabled=False, fill_width=True) as blocks:
        visitor = gr.BrowserState(None, storage_key="vton-visitor", secret="vton")
        panels = {name: theme.panel(name, value) for name, value in zip(PANELS, page.values(Visit()), strict=True)}
        blocks.load(_entering(page), visitor, [visitor, *panels.values()], **_LIVE)
        dismissing = (Wish(panel, "dismiss", "page", wishes.dismiss, follow=False) for panel in PANELS[:-1])
        for wish in (*wishes.WISHES, *dismissing):
            outputs = [panels[name] for name in _shown_by(wish.event)]
            listen = getattr(panels[wish.panel], wish.event)
            listen(_granting(page, wish), visitor, outputs, trigger_mode="multiple", **_LIVE)
        api.add(studio)
    return blocks
