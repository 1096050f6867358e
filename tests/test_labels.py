"""The CIHP labels and what is made of them."""

from __future__ import annotations

import numpy as np

from vton_core.labels import COUNT, PALETTE, VITON_HD_GROUPS, Label, swap_sides


def test_every_label_has_a_colour_of_its_own() -> None:
    assert COUNT == 20
    assert PALETTE.shape == (20, 3)
    assert len({tuple(colour) for colour in PALETTE}) == 20
    assert tuple(PALETTE[Label.BACKGROUND]) == (0, 0, 0)


def test_every_label_is_in_one_group_of_viton_hd() -> None:
    assert len(VITON_HD_GROUPS) == 13
    assert sorted(label for _, labels in VITON_HD_GROUPS for label in labels) == sorted(Label)


def test_sides_are_exchanged_and_back_again() -> None:
    parse = np.arange(256, dtype=np.uint8).reshape(16, 16)
    swapped = swap_sides(parse)
    assert swapped.ravel()[14:20].tolist() == [15, 14, 17, 16, 19, 18]
    np.testing.assert_array_equal(swap_sides(swapped), parse)
    others = np.setdiff1d(np.arange(256), range(14, 20))
    np.testing.assert_array_equal(swapped.ravel()[others], others)
