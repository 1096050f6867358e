"""The page's functions by name, for ``gradio_client``: the same wishes, without the page.

::

    client = gradio_client.Client("http://127.0.0.1:7860")
    session = client.predict(api_name="/session")
    client.predict(session, handle_file("model.jpg"), handle_file("shirt.jpg"), api_name="/fit")
    picture = client.predict(session, [900, 1100], [900, 300], [900, 1100], False, handle_file("place.jpg"),
                             api_name="/place")
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from gradio import FileData
from gradio.events import api as endpoint

from components.answers import Asked, begun, lost, sentences, status
from components.served import PREFIX
from components.studio import Studio
from components.visit import Visit

__all__ = ["Api", "add"]


class Api:
    """Every public endpoint is a method; its docstring is what ``client.view_api()`` shows.

    Args:
        studio: what a visitor can do.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def session(self) -> str:
        """Begin a session and return its name, which every other call takes; who holds the name holds the session."""
        return sentences(lambda: self._studio.enter(None).name)

    def choose(self, session: str, slot: str, picture: FileData) -> dict[str, Any]:
        """Choose the picture of a slot: model, garment, second (worn with the first) or background. Returns the
        session's status."""
        visit = sentences(self._studio.visit, session)
        sentences(self._choose, visit, slot, picture)
        return self._status(visit)

    async def fit(
        self,
        session: str,
        model: FileData | None = None,
        garment: FileData | None = None,
        tuck: str | None = None,
        sleeves: float | None = None,
        length: float | None = None,
        width: float | None = None,
        neck: float | None = None,
        kind: str | None = None,
        second: FileData | None = None,
        second_kind: str | None = None,
    ) -> dict[str, Any]:
        """Dress the model: cutout, pose, body and clothes, try-on. Without pictures, those chosen before are used.
        tuck (auto, in or out), sleeves, length, width and neck (-0.5 to 0.5; 0 is as it comes out) say how the garment
        is worn, kind (auto, upper, lower or dress) as what; second is another garment, worn with the first, second_kind
        as what. What is left out stays as it was. Returns the session's status once all stages are done."""
        visit, asked = await asyncio.to_thread(self._asked, session)
        for slot, picture in (("model", model), ("garment", garment), ("second", second)):
            if picture:
                await asyncio.to_thread(sentences, self._choose, visit, slot, picture)
        if garment or second:
            # One that lies on its side is turned before it is put on.
            await asked.settled()
        kinds = {"garment": kind, "second": second_kind}
        wishes = {"tuck": tuck, "sleeves": sleeves, "length": length, "width": width, "neck": neck, **kinds}
        await asyncio.to_thread(sentences, self._studio.wear, visit, wishes)
        await asyncio.to_thread(sentences, begun, lambda: self._studio.fit(visit))
        await asked.settled()
        return await asyncio.to_thread(self._status, visit)

    async def open(self, session: str, project: FileData) -> dict[str, Any]:
        """Open a project file: its pictures, settings, corrections and scene take the place of the session's. Returns
        the session's status."""
        visit, asked = await asyncio.to_thread(self._asked, session)
        await asyncio.to_thread(sentences, self._open, visit, project)
        await asked.settled()
        return await asyncio.to_thread(self._status, visit)

    def clear(self, session: str, slot: str) -> dict[str, Any]:
        """Take the picture of a slot away again: second, for one garment alone. Returns the session's status."""
        visit = sentences(self._studio.visit, session)
        sentences(self._studio.clear, visit, slot)
        return self._status(visit)

    def turn(self, session: str, slot: str) -> dict[str, Any]:
        """Turn the picture of a slot clockwise by a quarter. Returns the session's status."""
        visit = sentences(self._studio.visit, session)
        sentences(self._studio.turn, visit, slot)
        return self._status(visit)

    def corrections(self, session: str) -> dict[str, Any]:
        """What can be corrected by hand in the fit that is there: cutout, joints, parts, garment.mask, garment.points,
        and the second garment's. Of each its kind (mask, parts or points), the size of the picture in whose pixels it
        is, of points where they are and where they were found, of parts their names and colours."""
        visit = sentences(self._studio.visit, session)
        sentences(self._studio.inspect, visit)
        told = ("kind", "size", "points", "found", "paints")
        return {
            subject["id"]: {name: value for name, value in subject.items() if name in told}
            for subject in visit.subjects[1]
        }

    async def correct(
        self,
        session: str,
        subject: str,
        points: dict[str, list[float] | None] | None = None,
        mask: FileData | None = None,
    ) -> dict[str, Any]:
        """Correct by hand one of what /corrections tells, and do again what depends on it. points are all that are
        moved, {name: [x, y]}, null for a joint that is not in the picture; mask is a picture of the subject's size,
        white on black, or, for parts, a PNG in their colours, transparent where they stay. With neither, it is as it
        was found. Returns the session's status once all stages are done."""
        visit, asked = await asyncio.to_thread(self._asked, session)
        await asyncio.to_thread(sentences, begun, lambda: self._correct(visit, subject, points, mask))
        await asked.settled()
        return await asyncio.to_thread(self._status, visit)

    async def place(
        self,
        session: str,
        position: list[float],
        top: list[float],
        bottom: list[float],
        flip: bool = False,
        background: FileData | None = None,
        rotate: float = 0.0,
        finish: dict[str, float | None] | None = None,
    ) -> FileData:
        """Put the dressed model on the background and return the finished PNG. position is where the feet stand, top
        and bottom are two points as far apart as the model is tall, all [x, y] in background pixels; rotate turns the
        model by degrees, clockwise. finish says how the model is made to belong there: light, contact, shadow,
        sharpness, grain and wrap from 0 to 1, shadow_angle, shadow_length and shadow_softness."""
        entry = {"position": position, "top": top, "bottom": bottom, "flip": flip, "rotate": rotate, "finish": finish}
        return await self.arrange(session, entry, background)

    async def arrange(self, session: str, scene: dict[str, Any], background: FileData | None = None) -> FileData:
        """Put several figures on the background and return the finished PNG. scene is {"figures": [{"figure": number,
        "position": [x, y], "top": [x, y], "bottom": [x, y], "flip": false, "rotate": 0, "finish": {}}, ...]}, back to
        front; the numbers are those of the status' figures. "occluder" may be a PNG as a data address, white where the
        background stands in front."""
        visit = await asyncio.to_thread(sentences, self._studio.visit, session)
        if background:
            await asyncio.to_thread(sentences, self._choose, visit, "background", background)
        before, asked = visit.shown, await asyncio.to_thread(Asked, visit)
        await asyncio.to_thread(sentences, begun, lambda: self._studio.compose(visit, scene))
        await asked.settled()
        if visit.shown == before:
            raise lost()
        return await asyncio.to_thread(sentences, self._file, visit, "composite", None)

    def engine(self, session: str, step: str, name: str) -> dict[str, Any]:
        """Let an engine do a step (background, pose, parsing or tryon) from the next fit on. Returns the session's
        status, which says the engine of each step."""
        visit = sentences(self._studio.visit, session)
        sentences(self._studio.use, visit, step, name)
        return self._status(visit)

    def cancel(self, session: str) -> dict[str, Any]:
        """Stop the fit that is under way. Returns the session's status."""
        visit = sentences(self._studio.visit, session)
        sentences(self._studio.cancel, visit)
        return self._status(visit)

    def status(self, session: str) -> dict[str, Any]:
        """What the session has: its pictures, the stages of its fit with their seconds, its composites."""
        return self._status(sentences(self._studio.visit, session))

    async def download(
        self, session: str, what: str, number: int | None = None, format: str = "png", quality: int | None = None
    ) -> FileData:
        """A file: composite (by its number, else the last shown; format png, jpeg, webp, tiff or ora, with layers;
        quality from 1 to 100), placed (its figures alone, where they stand), figure or cutout (transparent PNG), or
        project."""
        visit, asked = await asyncio.to_thread(self._asked, session)
        await asyncio.to_thread(sentences, begun, lambda: self._studio.offer(visit, what, number, format, quality))
        await asked.settled()
        if not visit.download:
            raise lost()
        path = unquote(visit.download["url"].removeprefix(PREFIX))
        return FileData(path=path, orig_name=visit.download["name"])

    def _asked(self, session: str) -> tuple[Visit, Asked]:
        visit = sentences(self._studio.visit, session)
        return visit, Asked(visit)

    def _status(self, visit: Visit) -> dict[str, Any]:
        wearing = self._studio.wearing(visit)
        wearing["kind"], wearing["second_kind"] = wearing.pop("garment"), wearing.pop("second")
        return {**status(visit), "engines": self._studio.engines(visit), "wearing": wearing}

    def _choose(self, visit: Visit, slot: str, picture: Any) -> None:
        file = self._received(picture)
        self._studio.choose(visit, slot, file, file.name)

    def _open(self, visit: Visit, project: Any) -> None:
        self._studio.open(visit, self._received(project))

    def _received(self, picture: Any) -> Path:
        path = picture.get("path", "") if isinstance(picture, dict) else picture.path
        return self._studio.served.received(str(path))

    def _correct(self, visit: Visit, subject: str, points: dict[str, Any] | None, mask: Any) -> bool:
        if mask is None and not subject.endswith(("cutout", ".mask")):
            return self._studio.correct(visit, {subject: points or {}}, {})
        return self._studio.correct(visit, {}, {subject: self._received(mask) if mask else None}, whole=True)

    def _file(self, visit: Visit, what: str, number: int | None) -> FileData:
        file, name = self._studio.file(visit, what, number)
        return FileData(path=str(self._studio.served.publish(visit.name, Path(file))), orig_name=name)


def add(studio: Studio) -> None:
    """Add the endpoints to the page that is being built."""
    api = Api(studio)
    for name in (
        "session",
        "choose",
        "clear",
        "turn",
        "open",
        "engine",
        "fit",
        "corrections",
        "correct",
        "place",
        "arrange",
        "cancel",
        "status",
        "download",
    ):
        endpoint(getattr(api, name), api_name=name, concurrency_limit=None)
