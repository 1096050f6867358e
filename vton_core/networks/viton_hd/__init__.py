"""VITON-HD's three networks (Choi et al., CVPR 2021, arXiv 2103.16874), with the published tensor names and shapes.

Interface::

    config = SMALL                                       # or PUBLISHED, TINY, VitonHdConfig(...)
    seg = SegGenerator(config)                           # (B, 21, h, w) -> (B, 13, h, w) in (0, 1), by sigmoid
    gmm = GMM(config)                                    # person (B, 7, h, w), cloth (B, 3, h, w) -> theta, grid
    alias = ALIASGenerator(config)                       # see its forward; -> (B, 3, H, W) in (-1, 1)
    pair = Matching(config)                              # holds the first two, and says what they say of a person
    chain = VitonHd(config)                              # holds the three; forward runs all parts as published

``H, W`` is ``config.height, config.width``; ``h, w`` is ``config.coarse_height, config.coarse_width``. Pictures are
RGB in [-1, 1], masks and one-hot maps in [0, 1]; no network knows a file or a device. Modules start with PyTorch's own
initial weights; the convolutions of the ALIAS blocks are spectrally normalised (``weight_orig``, ``weight_u``,
``weight_v`` in the state), for which :func:`fold_spectral_norm` substitutes plain weights at inference.
"""

from __future__ import annotations

from vton_core.networks.viton_hd.alias import ALIASGenerator, fold_spectral_norm
from vton_core.networks.viton_hd.chain import Matching, VitonHd, VitonHdResult
from vton_core.networks.viton_hd.config import GROUPS, PUBLISHED, REGIONS, SMALL, TINY, VitonHdConfig
from vton_core.networks.viton_hd.gmm import GMM
from vton_core.networks.viton_hd.seg import SegGenerator
from vton_core.networks.viton_hd.tps import ThinPlateGrid

__all__ = [
    "GMM",
    "GROUPS",
    "PUBLISHED",
    "REGIONS",
    "SMALL",
    "TINY",
    "ALIASGenerator",
    "Matching",
    "SegGenerator",
    "ThinPlateGrid",
    "VitonHd",
    "VitonHdConfig",
    "VitonHdResult",
    "fold_spectral_norm",
]
