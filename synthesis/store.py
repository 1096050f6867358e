"""One file a simulation: a header in JSON, then every plane, filtered and compressed.

``WARDROBE`` · version (uint16) · length of the header (uint32) · header · planes. Numbers are little-endian. A plane is
cut to the box of what is seen, then each pixel is replaced by its difference from what its left (or left, upper and
upper left) neighbours say, and all of that by LZMA; whichever filter gives the smaller result is named in the header.
"""

from __future__ import annotations

import json
import lzma
import os
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from synthesis.errors import StoreError
from synthesis.views import Sheet, Simulation, View

__all__ = ["SUFFIX", "VERSION", "files", "load", "save"]

VERSION: Final = 2
"""Rises whenever the same plan gives other files, not only when their format changes."""
SUFFIX: Final = ".wardrobe"
_MAGIC: Final = b"WARDROBE"
_HEAD: Final = struct.Struct("<HI")
_LZMA: Final = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 0, "lp": 0, "pb": 0}]


def save(path: Path, simulation: Simulation) -> None:
    """Write a simulation; an earlier file of that name is replaced at once or not at all."""
    chunks: list[bytes] = []
    header = {
        "seed": simulation.seed,
        "about": simulation.about,
        "sheets": [asdict(sheet) for sheet in simulation.sheets],
        "views": [_described(view, chunks) for view in simulation.views],
        "shops": [_described(view, chunks) for view in simulation.shops],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(b"".join([_MAGIC, _HEAD.pack(VERSION, len(text)), text, *chunks]))
    temporary.replace(path)


def load(path: Path) -> Simulation:
    """Read a simulation.

    Raises:
        StoreError: the file is not one, is cut short, or is of another version.
    """
    content = path.read_bytes()
    start = len(_MAGIC) + _HEAD.size
    if content[: len(_MAGIC)] != _MAGIC or len(content) < start:
        raise StoreError(f"{path} is not a simulation. Delete it and run the command again.")
    version, length = _HEAD.unpack_from(content, len(_MAGIC))
    if version != VERSION:
        raise StoreError(
            f"{path} was made by version {version} of the wardrobe, and this is version {VERSION}, which makes other "
            "people and garments. Make the set again in another folder."
        )
    try:
        header = json.loads(content[start : start + length])
        cursor = _Cursor(content, start + length)
        views = tuple(_restored(entry, cursor) for entry in header["views"])
        shops = tuple(_restored(entry, cursor) for entry in header["shops"])
        sheets = tuple(_sheet(entry) for entry in header["sheets"])
        seed, number = header["seed"]
    except (ValueError, KeyError, TypeError, EOFError, lzma.LZMAError) as error:
        raise StoreError(f"{path} is damaged. Delete it and run the command again.") from error
    return Simulation((seed, number), header["about"], sheets, views, shops)


def files(folder: Path) -> list[Path]:
    """The simulations of a folder, in the plan's order.

    Raises:
        StoreError: there are none.
    """
    found = sorted(folder.glob(f"*{SUFFIX}"))
    if not found:
        raise StoreError(f"{folder} holds no simulations. Make them first: python -m synthesis --out {folder}")
    return found


class _Cursor:
    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place

    def take(self, size: int) -> bytes:
        part = self._content[self._place : self._place + size]
        if len(part) != size:
            raise EOFError
        self._place += size
        return part


def _described(view: View, chunks: list[bytes]) -> dict[str, Any]:
    rows, columns = view.alpha.any(axis=1), view.alpha.any(axis=0)
    top, bottom = _span(rows)
    left, right = _span(columns)
    planes = []
    for name in View.planes():
        plane: NDArray[Any] = getattr(view, name)[top:bottom, left:right]
        code, method = min(((_packed(_filtered(plane, m)), m) for m in (1, 2)), key=lambda pair: len(pair[0]))
        chunks.append(code)
        planes.append([name, str(plane.dtype), plane.shape[2:], method, len(code)])
    return {
        "size": view.alpha.shape,
        "box": [top, bottom, left, right],
        "planes": planes,
        "joints": [[float(value) for value in joint] for joint in view.joints],
        "nearest": view.nearest,
        "focal": view.focal,
    }


def _restored(entry: dict[str, Any], cursor: _Cursor) -> View:
    top, bottom, left, right = entry["box"]
    found: dict[str, Any] = {}
    for name, kind, rest, method, size in entry["planes"]:
        shape = (bottom - top, right - left, *rest)
        code = lzma.decompress(cursor.take(size), lzma.FORMAT_RAW, filters=_LZMA)
        plane = np.zeros((*entry["size"], *rest), kind)
        plane[top:bottom, left:right] = _unfiltered(np.frombuffer(code, np.uint8), np.dtype(kind), shape, method)
        found[name] = plane
    return View(**found, joints=np.asarray(entry["joints"], np.float32), nearest=entry["nearest"], focal=entry["focal"])


def _sheet(entry: dict[str, Any]) -> Sheet:
    panels = tuple((name, tuple(origin), tuple(box)) for name, origin, box in entry["panels"])
    return Sheet(**{**entry, "panels": panels})


def _span(line: NDArray[np.bool_]) -> tuple[int, int]:
    found = np.nonzero(line)[0]
    return (int(found[0]), int(found[-1]) + 1) if len(found) else (0, 0)


def _filtered(plane: NDArray[Any], method: int) -> NDArray[Any]:
    """Differences, which wrap around: along the rows (1), and then down the columns too (2)."""
    for axis in (1, 0)[:method]:
        plane = np.diff(plane, axis=axis, prepend=np.zeros_like(plane.take([0], axis=axis))) if plane.size else plane
    return plane


def _packed(plane: NDArray[Any]) -> bytes:
    channels = plane.reshape(*plane.shape[:2], int(np.prod(plane.shape[2:], dtype=int)))
    # Channel after channel, and the bytes of wider numbers apart: like stands by like.
    code = np.frombuffer(np.moveaxis(channels, 2, 0).tobytes(), np.uint8).reshape(-1, plane.dtype.itemsize)
    return lzma.compress(np.ascontiguousarray(code.T).tobytes(), lzma.FORMAT_RAW, filters=_LZMA)


def _unfiltered(code: NDArray[np.uint8], kind: np.dtype[Any], shape: tuple[int, ...], method: int) -> NDArray[Any]:
    depth = int(np.prod(shape[2:], dtype=int))
    parts = np.ascontiguousarray(code.reshape(kind.itemsize, -1).T).reshape(-1).view(kind)
    plane = np.moveaxis(parts.reshape(depth, *shape[:2]), 0, 2).reshape(shape)
    for axis in (1, 0)[:method]:
        plane = np.cumsum(plane, axis=axis, dtype=kind)
    return plane
