"""Which thin lines are straps: by themselves, or because two are each other's mirror image."""

from __future__ import annotations

from vton_core.garment.straps.line import ASIDE, MIRRORED, Line
from vton_core.garment.straps.scene import Scene
from vton_core.garment.straps.trace import FAINTEST
from vton_core.planes import lengths

__all__ = ["is_pair", "is_plain", "placed"]

# How far from the garment's middle a strap begins at most, in shares of its width; how far below the garment's top, in
# shares of its height; and by how much its top is above its lowest beginning.
_OUTERMOST, _LOW, _RISES = 0.4, 0.22, 20.0
# How much more contrast it has than most lines of the background, and how much more if the network sees nothing of it.
_CLEARER, _UNSEEN = 1.0, 1.3
# How unlike the garment's nearest colours it may be, in shares of its contrast, and how unlike if the network says that
# it belongs to the garment, from which mean probability on.
_OWN, _OWN_SEEN, _SEEN = 0.65, 1.7, 0.42
# What two that are each other's mirror image need less of: contrast (ΔE), in shares of what others need in comparison
# with the background's and in colour.
_FAINT_PAIR, _PAIR, _OWN_PAIR = 6.0, 0.7, 0.75
# Very thin ones have half the background's colour: so unlike the garment's, in shares of their contrast, they may be if
# the network sees so much of them.
_MIXED, _GLIMPSED = 1.3, 0.06
# How different the heights of such two are, as a share, and how different their colours (ΔE).
_EVEN, _SAME = 0.35, 10.0


def placed(line: Line) -> bool:
    """Whether it begins and goes where straps do."""
    aside, below = line.start
    return ASIDE < abs(aside) < _OUTERMOST and below < _LOW and line.rises > _RISES and not line.crosses


def is_plain(line: Line, scene: Scene) -> bool:
    """Whether it is a strap by itself."""
    clear = line.contrast > max(FAINTEST, (_CLEARER if line.seen > _GLIMPSED else _UNSEEN) * scene.clutter)
    return clear and line.own < (_OWN_SEEN if line.seen > _SEEN else _OWN) * line.contrast


def is_pair(line: Line, other: Line, scene: Scene) -> bool:
    """Whether two are straps because each is the other's mirror image."""
    return (
        min(line.contrast, other.contrast) > max(_FAINT_PAIR, _PAIR * scene.clutter)
        and all(_akin(one) for one in (line, other))
        and abs(line.start[0] + other.start[0]) < MIRRORED
        and abs(line.rises - other.rises) < _EVEN * max(line.rises, other.rises)
        and float(lengths(line.colour - other.colour)) < _SAME
    )


def _akin(line: Line) -> bool:
    """Whether its colour may be the garment's, given that there are two of it."""
    limit = _MIXED if line.seen > _GLIMPSED else _OWN_PAIR
    return line.own < limit * line.contrast
