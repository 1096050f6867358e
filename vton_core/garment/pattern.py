"""A pattern that goes on where it is hidden: pieces of what is seen of it, moved to where they match what is there.

The piece whose move fills most and matches best is taken, one after the other. All moves are looked at at once, as
correlations; after Pritch, Kav-Venaki and Peleg, "Shift-Map Image Editing" (ICCV 2009).
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.masks import box_around, near
from vton_core.planes import repeated
from vton_core.types import Image, Mask

__all__ = ["carry_pattern", "patterned"]

_Float = NDArray[np.float32]
_Spectrum = NDArray[np.complex128]
# Moves are looked for in a picture that is no larger than this, in pixels, and then within so many pixels of it.
_COARSE, _FINE = 112, 1.0
# How many pieces are laid at most, and what share of what is wanted each has to fill at least.
_PIECES, _LEAST = 40, 0.005
# How far from what is wanted a match counts, and over what width pieces fade, in shoulder distances.
_NEAR, _FADE = 0.12, 0.04
# As if it met so much more of what borders on the wanted, as a share of that, and differed there by the pattern's
# variance; by what share of that a piece may differ; and how good one is that does not fit at all.
_UNMET, _DIFFERS, _ANYWAY = 0.08, 0.2, 1e-3
# How much lighter or darker a piece is made, to fit in with what it borders on.
_LIGHTER: Final = 20.0
# How high a hem is, in shoulder distances, and what share of what is seen has to be left without it.
_HEM, _ENOUGH = 0.15, 0.5
# How many points tell a fine move at most, and at least.
_POINTS, _FEW = 1500, 8
# A fabric has a pattern where its colours differ so much (CIELAB) from what is around, so many shoulder distances wide:
# more than those of folds and faded denim do.
_STRONG, _AROUND = 7.0, 0.08
# That is looked at with so many pixels a shoulder distance, where so much of each is the fabric.
_SMALL, _WHOLLY = 60, 0.9


def patterned(rgb: Image, seen: Mask, unit: float) -> bool:
    """Whether a fabric has a pattern, and not only folds.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        seen: ``bool (H, W)``, the fabric.
        unit: distance of the shoulder joints in pixels.
    """
    box = box_around(seen, 0)
    if box is None:
        return False
    scale = min(1.0, _SMALL / unit)
    size = tuple(max(2, round(n * scale)) for n in seen[box].T.shape)
    share = np.asarray(cv2.resize(seen[box].astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
    small = cv2.resize(rgb[box], size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    weight = np.asarray(share > _WHOLLY, np.float32)
    blurred, weights = (
        cv2.GaussianBlur(part, (0, 0), _AROUND * unit * scale) for part in (lab * repeated(weight), weight)
    )
    differs = np.linalg.norm(lab - blurred / repeated(np.maximum(weights, 1e-3)), axis=-1)[weight > 0]
    return bool(len(differs)) and float(np.median(differs)) > _STRONG


def carry_pattern(picture: _Float, known: Mask, wanted: Mask, unit: float) -> tuple[_Float, _Float]:
    """Carry a pattern on.

    Args:
        picture: ``float32 (H, W, 3)``.
        known: ``bool (H, W)``, where it shows the pattern.
        wanted: ``bool (H, W)``, where the pattern is to go on.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float32 (H, W, 3)``, the picture with the pattern, and ``float32 (H, W)`` in [0, 1], how far it is known:
        1 where it was, 0 where no piece of it came.
    """
    out, cover = picture.copy(), known.astype(np.float32)
    box = box_around(known | wanted, 1)
    if box is None or not known.any():
        return out, cover
    work = _Work(out[box].copy(), known[box].copy(), (wanted & ~known)[box].copy(), unit)
    total = int(work.open.sum())
    for _ in range(_PIECES):
        move = work.best_move()
        if move is None or work.open.sum() < _LEAST * total:
            break
        work.lay(move)
    out[box], cover[box] = work.picture, work.filled
    return out, cover


def _above_hem(known: Mask, unit: float) -> Mask:
    """What is seen of a pattern without the hem below it, where enough is left."""
    inner = cv2.erode(known.view(np.uint8), np.ones((max(1, round(_HEM * unit)), 1), np.uint8), anchor=(0, 0)) > 0
    return np.asarray(inner) if inner.sum() > _ENOUGH * known.sum() else known


class _Work:
    """A picture that is being filled.

    Attributes:
        picture: ``float32 (h, w, 3)``.
        filled: ``bool (h, w)``, where it has the pattern.
        open: ``bool (h, w)``, where that is still to come.
    """

    def __init__(self, picture: _Float, known: Mask, wanted: Mask, unit: float) -> None:
        self.picture, self.filled, self.open = picture, known.copy(), wanted
        self._source, self._known, self._unit = picture.copy(), _above_hem(known, unit), unit
        height, width = known.shape
        self._scale = min(1.0, _COARSE / max(height, width))
        self._size = (max(4, round(width * self._scale)), max(4, round(height * self._scale)))
        self._padded = (2 * self._size[1], 2 * self._size[0])
        self._laid = np.zeros(self._padded, bool)
        pixels, there = self._coarse(self._source, self._known)
        self._spread = max(float(pixels[there].var(axis=0).sum()), 1.0) if there.any() else 1.0
        self._pattern = self._spectra(pixels, there)

    def _coarse(self, picture: _Float, mask: Mask) -> tuple[_Float, Mask]:
        """A picture and a mask, small; the mask's pixels lie wholly in it."""
        share = cv2.resize(mask.astype(np.float32), self._size, interpolation=cv2.INTER_AREA)
        sums = cv2.resize(picture * repeated(mask), self._size, interpolation=cv2.INTER_AREA)
        return np.asarray(sums / repeated(np.maximum(share, 1e-3)), np.float32), np.asarray(share > 0.9)

    def _spectrum(self, plane: NDArray[Any]) -> _Spectrum:
        return np.asarray(np.fft.rfft2(plane, self._padded))

    def _spectra(self, pixels: _Float, weight: NDArray[Any]) -> list[_Spectrum]:
        """Those of the weight, of its product with the squared colours, and of that with each colour."""
        planes = [weight, np.square(pixels).sum(axis=-1) * weight, *(pixels[..., k] * weight for k in range(3))]
        return [self._spectrum(plane) for plane in planes]

    def best_move(self) -> tuple[int, int] | None:
        """Right and down: how far the pattern's visible part is best moved; ``None`` where no move helps."""
        pixels, filled = self._coarse(self.picture, self.filled)
        wanted = cv2.resize(self.open.astype(np.float32), self._size, interpolation=cv2.INTER_AREA)
        if not (wanted > 0.1).any():
            return None
        away = cv2.distanceTransform((wanted < 0.1).astype(np.uint8), cv2.DIST_L2, 3)
        weight = filled * np.exp(-away / max(_NEAR * self._unit * self._scale, 1.0))
        meets, differs = self._matches(self._spectra(pixels, weight))
        # One that hardly meets what is there tells little of how well it goes on.
        unmet = max(_UNMET * float(weight.sum()), 1e-3)
        error = (differs / self._spread + unmet) / (meets + unmet)
        gain = self._moved(self._spectrum(wanted), self._pattern[0])
        score = gain * (np.exp(-error / _DIFFERS) + _ANYWAY) * ~self._laid
        at = np.unravel_index(int(score.argmax()), score.shape)
        if gain[at] < 1:
            return None
        self._laid[at] = True
        down, right = (int(v) if v < n // 2 else int(v) - n for v, n in zip(at, self._padded, strict=True))
        return self._refined(right / self._scale, down / self._scale, np.asarray(away, np.float32))

    def _matches(self, there: list[_Spectrum]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For every move: how much of what is there the pattern meets, and the sum of squared differences there."""
        weight, squares, *colours = there
        known, own_squares, *own_colours = self._pattern
        differs = self._moved(squares, known) + self._moved(weight, own_squares)
        for colour, own in zip(colours, own_colours, strict=True):
            differs -= 2 * self._moved(colour, own)
        return self._moved(weight, known).clip(0, None), differs.clip(0, None)

    def _moved(self, spectrum: _Spectrum, moving: _Spectrum) -> NDArray[np.float64]:
        """The sum of the products of one plane with another one that is moved, for every move."""
        return np.asarray(np.fft.irfft2(spectrum * np.conj(moving), self._padded))

    def _refined(self, right: float, down: float, away: _Float) -> tuple[int, int]:
        """The best of the moves near one that was found in the small picture: first of a few, then next to that."""
        distance = cv2.resize(away, self.filled.shape[::-1], interpolation=cv2.INTER_LINEAR)
        rows, columns = np.nonzero(self.filled & (distance < 2 * _NEAR * self._unit * self._scale))
        # Not every so many: the pattern may have that step as well.
        chosen = np.random.default_rng(0).permutation(len(rows))[:_POINTS]
        rows, columns = rows[chosen], columns[chosen]
        best, reach = (round(right), round(down)), int(np.ceil(_FINE / self._scale))
        for step in (max(1, reach // 2), 1):
            steps = range(-(reach // step) * step, reach + 1, step)
            moves = [(best[0] + dx, best[1] + dy) for dx in steps for dy in steps]
            best = min(moves, key=lambda move: self._error(rows, columns, move))
            reach = step - 1
        return best

    def _error(self, rows: NDArray[np.intp], columns: NDArray[np.intp], move: tuple[int, int]) -> float:
        """The mean squared difference at some pixels from the pattern, moved."""
        y, x = rows - move[1], columns - move[0]
        there = (y >= 0) & (x >= 0) & (y < self.filled.shape[0]) & (x < self.filled.shape[1])
        there[there] = self._known[y[there], x[there]]
        if there.sum() < _FEW:
            return np.inf
        own = self._source[y[there], x[there]]
        return float(np.square(self.picture[rows[there], columns[there]] - own).mean())

    def _blended(self, piece: _Float, there: Mask, fade: float) -> _Float:
        """A piece in the light of what it borders on: as much lighter as that is there."""
        ring = there & self.filled & near(self.open, 2 * fade)
        certain = np.asarray(cv2.resize(ring.astype(np.float32), self._size, interpolation=cv2.INTER_AREA), np.float32)
        sums = cv2.resize((self.picture - piece).mean(axis=-1) * ring, self._size, interpolation=cv2.INTER_AREA)
        lighter = pull_push(cv2.blur(sums, (5, 5)) / np.maximum(cv2.blur(certain, (5, 5)), 1e-3), certain > 0)
        light = cv2.resize(lighter.clip(-_LIGHTER, _LIGHTER), piece.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(piece + repeated(light), np.float32)

    def lay(self, move: tuple[int, int]) -> None:
        """Lay the pattern's visible part, moved."""
        height, width = self.filled.shape
        shift = np.array([[1, 0, move[0]], [0, 1, move[1]]], np.float32)
        piece = cv2.warpAffine(self._source, shift, (width, height), flags=cv2.INTER_NEAREST)
        there = cv2.warpAffine(self._known.view(np.uint8), shift, (width, height), flags=cv2.INTER_NEAREST) > 0
        new = there & self.open
        fade = max(_FADE * self._unit, 1.5)
        piece = self._blended(np.asarray(piece, np.float32), there, fade)
        away = cv2.distanceTransform((~new).astype(np.uint8), cv2.DIST_L2, 3)
        inside = cv2.distanceTransform(there.astype(np.uint8), cv2.DIST_L2, 3)
        share = np.where(new, 1, (1 - away / fade).clip(0, 1) * (inside / fade).clip(0, 1) * self.filled)
        self.picture += repeated(share) * (piece - self.picture)
        self.filled |= new
        self.open &= ~new
