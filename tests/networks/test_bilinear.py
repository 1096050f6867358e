"""The first TensorFlow's bilinear resampling."""

from __future__ import annotations

import pytest
import torch

from vton_core.networks.bilinear import resample, resampling_matrix


def test_the_same_size_changes_nothing() -> None:
    x = torch.rand(2, 3, 5, 7)
    assert resample(x, 5, 7) is x
    torch.testing.assert_close(resampling_matrix(5, 5), torch.eye(5))


@pytest.mark.parametrize(("inputs", "outputs"), [(2, 7), (9, 4), (1, 3), (64, 513), (100, 3)])
def test_rows_are_means(inputs: int, outputs: int) -> None:
    matrix = resampling_matrix(inputs, outputs)
    torch.testing.assert_close(matrix.sum(dim=1), torch.ones(outputs))
    assert (matrix >= 0).all()


def test_twice_the_size_keeps_the_pixels_and_repeats_the_last() -> None:
    x = torch.tensor([[1.0, 3.0, 7.0]])
    assert resample(x, 1, 6).tolist() == [[1, 2, 3, 5, 7, 7]]


def test_a_ramp_stays_a_ramp() -> None:
    x = torch.arange(10.0)[:, None] + torch.zeros(10, 4)
    torch.testing.assert_close(resample(x, 5, 4)[:, 0], torch.arange(0, 10, 2.0))
