"""Parse maps and edges beside true ones."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.evaluation.parsing import EdgeAgreement, LabelAgreement


def test_labels_are_counted_over_all_pictures() -> None:
    agreement = LabelAgreement()
    assert not agreement
    truth = np.array([[0, 0, 5, 5], [0, 0, 5, 255]], np.uint8)
    agreement.add(np.array([[0, 0, 5, 5], [0, 0, 0, 9]], np.uint8), truth)
    assert agreement
    assert agreement.accuracy == pytest.approx(6 / 7)
    assert agreement.mean_iou == pytest.approx((4 / 5 + 2 / 3) / 2)
    agreement.add(np.full((1, 3), 13, np.uint8), np.full((1, 3), 13, np.uint8))
    assert agreement.accuracy == pytest.approx(9 / 10)
    assert agreement.mean_iou == pytest.approx((4 / 5 + 2 / 3 + 1) / 3)


def test_edges_found_and_missed() -> None:
    agreement = EdgeAgreement()
    agreement.add(np.zeros((2, 2), bool), np.zeros((2, 2), bool))
    assert not agreement
    agreement.add(np.array([[True, True, False, False]]), np.array([[True, False, True, True]]))
    assert agreement
    assert agreement.recall == pytest.approx(1 / 3)
    assert agreement.precision == pytest.approx(1 / 2)
    nothing = EdgeAgreement()
    nothing.add(np.zeros((1, 2), bool), np.ones((1, 2), bool))
    assert nothing.precision == 0
