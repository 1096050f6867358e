"""The thin-plate spline of VITON-HD's matching network (Bookstein, 1989), evaluated a band of rows at a time."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

__all__ = ["REACH", "ThinPlateGrid"]

REACH: Final = 0.9
"""The published grid spans -0.9 to 0.9, first pixel centre to last; its weights were trained with that."""

_BAND: Final = 32


def _kernel(squared: Tensor) -> Tensor:
    """``r² log r²``, 0 at 0; a new tensor."""
    return squared * squared.where(squared != 0, 1).log()


class ThinPlateGrid(nn.Module):
    """Turns displacements of a square of control points into a sampling grid.

    Control point ``i * n + j`` rests at ``x = c[i], y = c[j]``, ``c`` being ``n`` even steps from -0.9 to 0.9.
    """

    base: Tensor
    inverse: Tensor

    def __init__(self, grid_size: int) -> None:
        super().__init__()
        steps = torch.linspace(-REACH, REACH, grid_size, dtype=torch.float64).float()
        base = torch.cartesian_prod(steps, steps)
        affine = torch.cat([torch.ones(len(base), 1), base], dim=1)
        bending = _kernel((base[:, None] - base[None]).square().sum(dim=2))
        system = torch.cat([torch.cat([bending, affine], dim=1), torch.cat([affine.T, torch.zeros(3, 3)], dim=1)])
        # Buffers are left out of the state, as in the published files.
        self.register_buffer("base", base, persistent=False)
        self.register_buffer("inverse", torch.linalg.inv(system)[:, : len(base)], persistent=False)

    def forward(self, theta: Tensor, size: tuple[int, int]) -> Tensor:
        """The grid at a picture's pixels.

        Args:
            theta: ``float (B, 2 n²)``: the control points' displacements, all x first, then all y.
            size: ``(H, W)``.

        Returns:
            ``float (B, H, W, 2)`` of x, y for ``grid_sample(align_corners=False)``.
        """
        ys, xs = (torch.linspace(-REACH, REACH, steps, dtype=torch.float64).to(self.base) for steps in size)
        return self.at(theta, xs, ys)

    def at(self, theta: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
        """The grid at any columns and rows.

        Args:
            theta: see :meth:`forward`.
            xs: ``float32 (W,)``: columns in grid units, -0.9 at the first pixel centre and 0.9 at the last.
            ys: ``float32 (H,)``: rows in the same units.

        Returns:
            ``float32 (B, H, W, 2)``.
        """
        moved = theta.float().reshape(len(theta), 2, -1).mT + self.base
        weights = (self.inverse @ moved).mT[:, :, None, None]
        bands = [self._band(weights, xs, rows) for rows in torch.split(ys, _BAND)]
        return torch.cat(bands, dim=1)

    def _band(self, weights: Tensor, xs: Tensor, ys: Tensor) -> Tensor:
        """Products are added up one axis at a time, as the published code does: a matrix product would round apart."""
        bends, constant = weights[..., : len(self.base)], weights[..., len(self.base)]
        along_x, along_y = weights[..., -2], weights[..., -1]
        dx = (xs[:, None] - self.base[:, 0]).square()
        dy = (ys[:, None] - self.base[:, 1]).square()
        kernel = _kernel(dx[None] + dy[:, None])
        axes = []
        for axis in (0, 1):
            plane = constant[:, axis] + along_x[:, axis] * xs + along_y[:, axis] * ys[:, None]
            axes.append(plane + (bends[:, axis] * kernel).sum(3))
        return torch.stack(axes, dim=3)
