"""The scene of a visit: the figures on its background, what stands in front of them, and the workspace of the picture.

An arrangement is what the browser sends and a reload finds again::

    {"figures": [{"figure": 3, "position": [x, y], "top": [x, y], "bottom": [x, y], "flip": false, "rotate": 0,
                  "called": 1, "finish": {"light": 0.6}}, … back to front],
     "selected": 0, "horizon": null, "drawn": false, "perspective": false, "occluder": null}

``figure`` is the number of a fit, ``called`` the one that the page names the figure by; ``rotate``, ``called`` and
``finish`` may be missing; ``drawn``: the hand has drawn the horizon or taken it away, so that none that is found takes
its place; ``occluder`` is the name of a file beside the visit's previews.

Arrangements overtake one another on their way, and a figure may be dressed otherwise meanwhile. Each therefore has a
stamp, greater than that of the one before, and says which fit was known when it was made (:class:`Sent`): one that is
older than what is there is let go, and figures are followed through the fits since. Where another background takes the
place of theirs, the figures go along (:func:`components.grounds.carried`), also from an arrangement that comes late.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from components import fits
from components.arrangement import Arrangement, Entry, Placed
from components.placement import as_entry, as_placement, standard
from components.previews import Figure
from components.visit import Dressing, Fit, Visit
from vton_core.errors import InputError, PlacementError, WorkspaceError
from vton_core.images import write_png
from vton_core.scenes import SceneFigure, SceneText
from vton_core.storage import write_bytes
from vton_core.types import Finish
from vton_core.workspace import Workspace

__all__ = [
    "NAME",
    "Sent",
    "alone",
    "arranged",
    "current",
    "finished",
    "forget_occluders",
    "keep_mask",
    "kept_occluder",
    "needs_rendering",
    "refitted",
    "summary",
    "write",
]

NAME: Final = "picture"
"""The name of the scene file and of what it gives."""

_MOST: Final = 12
_HIGHEST: Final = 9999
"""Number by which the page names a figure."""
_LARGEST_MASK: Final = 16 << 20
_LONGEST_SIDE: Final = 4096
_FARTHEST: Final = 1e9
_BACKGROUND: Final = "background"


@dataclass(frozen=True)
class Sent:
    """What a browser knew when it sent an arrangement.

    Attributes:
        scene: the :attr:`Visit.scene` that it was made for; ``None`` for whichever there is.
        fit: the number of the last fit that was known; ``None`` for the last there is.
        stamp: what the browser calls the arrangement; ``None`` for the next.
        number: of the message.
    """

    scene: str | None = None
    fit: int | None = None
    stamp: int | None = None
    number: int = 0

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Sent:
        """What an event of the page says: ``{"id", "fit", "stamp", "number"}``."""
        return cls(data.get("id"), int(data.get("fit", 0)), int(data["stamp"]), int(data.get("number", 0)))


def finished(sent: Any) -> dict[str, Any]:
    """The finish among what a browser or an API client sent; only what differs from leaving the figure as it comes.

    Raises:
        InputError: a value out of its range, or none at all.
    """
    if not sent:
        return {}
    plain = Finish()
    try:
        values = {name: None if sent[name] is None else float(sent[name]) for name in Finish.LIMITS if name in sent}
        finish = Finish(**{name: getattr(plain, name) if v is None else v for name, v in values.items()})
    except (TypeError, ValueError, OverflowError, KeyError):
        raise InputError("The finish is not made of numbers. Choose it again.") from None
    return {name: getattr(finish, name) for name in Finish.LIMITS if getattr(finish, name) != getattr(plain, name)}


def _entry(number: int, placed: Placed) -> Entry:
    return cast(Entry, {"figure": number, **placed})


def _figure(visit: Visit, sent: Mapping[str, Any]) -> Entry:
    known = visit.known_fits
    placed = as_entry(as_placement(sent))
    try:
        number = int(sent.get("figure", visit.fit.number if visit.fit else 0))
    except (TypeError, ValueError, OverflowError):
        number = 0
    if number not in known:
        raise InputError("This figure is not there any more. Add it again.")
    entry = _entry(number, placed)
    called = sent.get("called")
    if isinstance(called, int) and 0 < called <= _HIGHEST:
        entry["called"] = int(called)
    if finish := finished(sent.get("finish")):
        entry["finish"] = finish
    return entry


def arranged(visit: Visit, sent: Mapping[str, Any], since: int | None = None) -> Arrangement:
    """The arrangement that a browser or an API client sent; a single placement is one of the last fit's figure.

    ``occluder``, a data address of a PNG, is not looked at here, see :func:`kept_occluder`.

    Args:
        visit: whose.
        sent: the arrangement.
        since: the number of the last fit that was known to who sent it; figures are followed through those after it.

    Raises:
        PlacementError: a placement cannot be used.
        InputError: a figure is not there, there are too many, or a finish is out of range.
    """
    if not isinstance(sent, Mapping):
        raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.")
    figures = sent.get("figures", [sent])
    if not isinstance(figures, list) or not 0 < len(figures) <= _MOST:
        raise InputError("A picture takes from one to {most} figures. Remove some.", most=_MOST)
    if since is not None:
        figures = _followed(visit, figures, since)
    horizon = sent.get("horizon")
    usable = isinstance(horizon, int | float) and not isinstance(horizon, bool) and abs(horizon) < _FARTHEST
    selected = sent.get("selected", len(figures) - 1)
    return {
        "figures": [_figure(visit, entry) for entry in figures],
        "selected": selected if isinstance(selected, int) and 0 <= selected < len(figures) else 0,
        "horizon": horizon if usable else None,
        "drawn": bool(sent.get("drawn", False)),
        "perspective": bool(sent.get("perspective", False)),
        "occluder": None,
    }


def kept_occluder(visit: Visit, sent: Mapping[str, Any], ground: str) -> str | None:
    """The file of the mask in ``sent["occluder"]``, a data address of a PNG, white where something stands in front.

    Without that key, the one of the arrangement on that ``ground`` (:attr:`Visit.ground`); ``None``: nothing stands in
    front.

    Raises:
        InputError: it is no such picture.
    """
    if "occluder" not in sent:
        there = visit.arrangement if visit.placed_on == ground else None
        return there["occluder"] if there else None
    address = sent["occluder"]
    if address is None:
        return None
    try:
        head, _, body = str(address).partition(",")
        if head != "data:image/png;base64" or len(body) > _LARGEST_MASK:
            raise ValueError
        content = base64.b64decode(body, validate=True)
        with Pillow.open(io.BytesIO(content), formats=["PNG"]) as opened:
            if max(opened.size) > _LONGEST_SIDE:
                raise ValueError
            mask = opened.convert("L")
    except (ValueError, OSError, binascii.Error, SyntaxError, Pillow.DecompressionBombError):
        raise InputError("What was painted in front could not be read. Paint it again.") from None
    return keep_mask(visit, np.asarray(mask))


def keep_mask(visit: Visit, mask: NDArray[np.uint8]) -> str | None:
    """Keep a mask, ``uint8 (H, W)``, white where something stands in front, beside the visit's previews; its name, or
    ``None`` where nothing does."""
    if not mask.any():
        return None
    stream = io.BytesIO()
    Pillow.fromarray(mask).save(stream, "PNG")
    name = f"occluder-{hashlib.sha256(stream.getvalue()).hexdigest()[:16]}.png"
    write_bytes(visit.preview_file(name), stream.getvalue())
    return name


def forget_occluders(visit: Visit) -> None:
    """Remove the masks that were painted before the one of the arrangement that is there."""
    used = visit.arrangement and visit.arrangement["occluder"]
    for file in (visit.root / "previews").glob("occluder-*.png"):
        if file.name != used:
            file.unlink(missing_ok=True)


def alone(figure: Figure, number: int, size: tuple[int, int]) -> Arrangement:
    """The arrangement offered at first: one figure at its standard place on a background of ``size``."""
    return {
        "figures": [_entry(number, as_entry(standard(figure, size)))],
        "selected": 0,
        "horizon": None,
        "drawn": False,
        "perspective": False,
        "occluder": None,
    }


def current(visit: Visit) -> Arrangement | None:
    """The arrangement to show: what the hand has set on this background, else the standard; ``None`` without a fit or a
    background."""
    background = visit.uploads.get("background")
    if visit.fit is None or background is None:
        return None
    return visit.here or alone(visit.fit.figure, visit.fit.number, background.size)


def refitted(visit: Visit, before: Fit | None, now: Fit) -> Arrangement | None:
    """The arrangement after another fit; ``None`` for the standard one.

    The same person, dressed otherwise, stands where they stood, and so does another one; who is cut by the photo's
    border where the one before was not, or the other way round, has the standard place. The figures of earlier fits,
    the horizon and what stands in front stay.
    """
    arrangement, background = visit.here, visit.uploads.get("background")
    if arrangement is None or before is None or background is None:
        return None
    dressing = Dressing(before.number, now.number, before.model == now.model)
    (offered,) = alone(now.figure, now.number, background.size)["figures"]
    stays = _stays(dressing, before, now)
    figures = _dressed(arrangement["figures"], dressing, offered, stays=stays)
    selected = arrangement["selected"] if stays else len(figures) - 1
    return {**arrangement, "figures": figures, "selected": selected}


def _dressed(figures: Sequence[Any], dressing: Dressing, offered: Mapping[str, Any], *, stays: bool) -> list[Any]:
    def there(entry: Any) -> bool:
        return isinstance(entry, Mapping) and entry.get("figure") == dressing.before

    if stays:
        return [{**entry, "figure": dressing.now} if there(entry) else entry for entry in figures]
    finishes = [entry["finish"] for entry in figures if there(entry) and entry.get("finish")]
    finish = {"finish": finishes[-1]} if finishes else {}
    return [*(entry for entry in figures if not there(entry)), {**offered, **finish, "figure": dressing.now}]


def _followed(visit: Visit, figures: Sequence[Any], since: int) -> list[Any]:
    """The figures of an arrangement that was made when the fit ``since`` was the last, as they are dressed now.

    Raises:
        InputError: none of them is there any more.
    """
    background = visit.uploads.get("background")
    if visit.fit is None or background is None:
        return list(figures)
    (offered,) = alone(visit.fit.figure, visit.fit.number, background.size)["figures"]
    found = list(figures)
    for dressing in visit.dressings:
        if dressing.now > since:
            before, now = (visit.known_fits.get(number) for number in (dressing.before, dressing.now))
            found = _dressed(found, dressing, offered, stays=_stays(dressing, before, now))
    if found == [offered] != list(figures):
        raise InputError("This figure is not there any more. Add it again.")
    return found


def _stays(dressing: Dressing, before: Fit | None, now: Fit | None) -> bool:
    """Whether a figure takes the place of the one before: the same person's, or one that its photo's border cuts off
    where it cut the other off, too."""
    alike = before is not None and now is not None and before.figure.cropped == now.figure.cropped
    return dressing.same or alike


def needs_rendering(arrangement: Arrangement) -> bool:
    """The browser alone cannot show it as it will be: light and shadow are the server's."""
    return bool(arrangement["occluder"]) or any("finish" in entry for entry in arrangement["figures"])


def summary(arrangement: Arrangement) -> dict[str, Any]:
    """An arrangement as the history and the API tell it: one figure by its placement alone."""
    figures = arrangement["figures"]
    if len(figures) == 1:
        return {name: value for name, value in figures[0].items() if name not in ("figure", "called")}
    return {"figures": [{name: value for name, value in entry.items() if name != "called"} for entry in figures]}


def _figure_name(number: int) -> str:
    return f"figure-{number:04d}"


def write(visit: Visit, arrangement: Arrangement, root: Path) -> Workspace:
    """Lay out the workspace of a picture: the background, the figures, what stands in front, and the scene file.

    Raises:
        WorkspaceError: a figure's file is gone.
        StorageError: the disk is full.
    """
    workspace = Workspace(root)
    pictures = workspace.inputs / "bg_images"
    background = fits.put(visit.upload_file("background"), pictures, _BACKGROUND)
    wanted = {entry["figure"] for entry in arrangement["figures"]}
    for number in sorted(wanted):
        source = visit.figure_file(number)
        if not source.is_file():
            raise WorkspaceError("A figure of this picture is gone. Remove it, or dress the model again.")
        fits.put(source, workspace.output / "figure", _figure_name(number))
    for file in (workspace.output / "figure").iterdir():
        if file.stem not in {_figure_name(number) for number in wanted}:
            file.unlink(missing_ok=True)
    figures = tuple(
        SceneFigure(_figure_name(entry["figure"]), as_placement(entry), Finish(**entry.get("finish", {})))
        for entry in arrangement["figures"]
    )
    occluder = arrangement["occluder"] and _occluder(visit, arrangement["occluder"], pictures)
    workspace.write_scene(NAME, SceneText(f"bg_images/{background.name}", figures, occluder))
    return workspace


def _occluder(visit: Visit, name: str, folder: Path) -> str:
    """Bring the mask to the background's size; it is made once."""
    size = visit.uploads["background"].size
    target = folder / f"{Path(name).stem}-{size[0]}x{size[1]}.png"
    if not target.is_file():
        for old in folder.glob("occluder-*.png"):
            old.unlink()
        with Pillow.open(visit.preview_file(name)) as opened:
            mask = opened.convert("L").resize(size, Pillow.Resampling.BICUBIC)
        write_png(target, np.asarray(mask))
    return f"bg_images/{target.name}"
