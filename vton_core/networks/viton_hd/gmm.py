"""VITON-HD's geometric matching network (after Rocco et al., CVPR 2017, and Wang et al., "CP-VTON", ECCV 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from vton_core.networks.viton_hd.config import VitonHdConfig
from vton_core.networks.viton_hd.tps import ThinPlateGrid

__all__ = ["GMM"]


class _Extraction(nn.Module):
    """Features at a sixteenth of the size."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(4)]
        layers: list[nn.Module] = []
        for outputs in widths:
            layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.ReLU(inplace=True)]
            layers += [nn.BatchNorm2d(outputs)]
            inputs = outputs
        layers += [nn.Conv2d(inputs, inputs, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm2d(inputs)]
        layers += [nn.Conv2d(inputs, inputs, 3, padding=1), nn.ReLU(inplace=True)]
        self.model = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.model(x)
        return features


def _shrink(inputs: int, outputs: int, size: int, stride: int) -> list[nn.Module]:
    conv = nn.Conv2d(inputs, outputs, size, stride=stride, padding=1)
    return [conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


class _Regression(nn.Module):
    """Displacements from correlations."""

    def __init__(self, size: tuple[int, int], width: int, outputs: int) -> None:
        super().__init__()
        rows, columns = size
        self.conv = nn.Sequential(
            *_shrink(rows * columns, 8 * width, 4, 2),
            *_shrink(8 * width, 4 * width, 4, 2),
            *_shrink(4 * width, 2 * width, 3, 1),
            *_shrink(2 * width, width, 3, 1),
        )
        self.linear = nn.Linear(width * (rows // 4) * (columns // 4), outputs)

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(self.linear(self.conv(x).flatten(1)))


def _correlate(a: Tensor, b: Tensor) -> Tensor:
    """``(B, C, h, w)`` twice → ``(B, w * h, h, w)``: a's cells (column by column) against b's."""
    products = a.transpose(2, 3).flatten(2).mT @ b.flatten(2)
    return products.reshape(len(b), -1, b.shape[2], b.shape[3])


class GMM(nn.Module):
    """Finds the thin-plate warp that lays the cloth onto the person."""

    def __init__(self, config: VitonHdConfig) -> None:
        super().__init__()
        self.size = config.size
        cells = (config.coarse_height // 16, config.coarse_width // 16)
        self.extractionA = _Extraction(7, config.gmm_width)
        self.extractionB = _Extraction(3, config.gmm_width)
        self.regression = _Regression(cells, config.gmm_width, 2 * config.grid_size**2)
        self.gridGen = ThinPlateGrid(config.grid_size)

    def forward(self, person: Tensor, cloth: Tensor, size: tuple[int, int] | None = None) -> tuple[Tensor, Tensor]:
        """The warp.

        Args:
            person: ``float (B, 7, h, w)``: mask of the cloth to be 1, rendered pose 3, agnostic person 3.
            cloth: ``float (B, 3, h, w)``.
            size: ``(H, W)`` of the grid; the configuration's size if ``None``.

        Returns:
            theta: ``float (B, 2 n²)`` in (-1, 1): displacements of the control points.
            grid: ``float32 (B, H, W, 2)`` for ``grid_sample(align_corners=False, padding_mode="border")``.
        """
        theta = self.displacements(person, cloth)
        grid: Tensor = self.gridGen(theta, size or self.size)
        return theta, grid

    def displacements(self, person: Tensor, cloth: Tensor) -> Tensor:
        """The first value that :meth:`forward` returns."""
        a = normalize(self.extractionA(person), dim=1)
        b = normalize(self.extractionB(cloth), dim=1)
        theta: Tensor = self.regression(_correlate(a, b))
        return theta
