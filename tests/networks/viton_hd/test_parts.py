"""Tensor names, the thin-plate grid, normalisation and modulation one by one."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import instance_norm, interpolate

from tests.networks.viton_hd.filling import fill, label_maps, pictures
from vton_core.labels import VITON_HD_GROUPS
from vton_core.networks.viton_hd import PUBLISHED, TINY, ThinPlateGrid, VitonHd, VitonHdConfig
from vton_core.networks.viton_hd.alias_norm import ALIASNorm, draw_noise, mask_norm
from vton_core.networks.viton_hd.chain import REGION_GROUPS, blur, divide, regions_of, warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.networks.viton_hd.sparse import Places

PUBLISHED_SHAPES = {
    "seg.conv1.0.weight": (64, 21, 3, 3),
    "seg.conv5.3.weight": (1024, 1024, 3, 3),
    "seg.up6.1.weight": (512, 1024, 3, 3),
    "seg.conv9.6.weight": (13, 64, 3, 3),
    "gmm.extractionA.model.0.weight": (64, 7, 4, 4),
    "gmm.extractionB.model.11.running_var": (512,),
    "gmm.extractionA.model.15.weight": (512, 512, 3, 3),
    "gmm.regression.conv.0.weight": (512, 192, 4, 4),
    "gmm.regression.linear.weight": (50, 768),
    "alias.conv_0.weight": (1024, 9, 3, 3),
    "alias.conv_7.weight": (16, 9, 3, 3),
    "alias.head_0.conv_0.weight_orig": (1024, 1024, 3, 3),
    "alias.G_middle_1.conv_s.weight_v": (1040,),
    "alias.up_1.norm_s.conv_shared.0.weight": (128, 8, 3, 3),
    "alias.up_2.norm_0.conv_gamma.weight": (272, 128, 3, 3),
    "alias.up_4.norm_1.noise_scale": (32,),
    "alias.conv_img.weight": (3, 32, 3, 3),
}


def test_published_tensors() -> None:
    with torch.device("meta"):
        networks = VitonHd(PUBLISHED)
    state = networks.state_dict()
    assert {name: tuple(state[name].shape) for name in PUBLISHED_SHAPES} == PUBLISHED_SHAPES
    counts = [len(networks.get_submodule(part).state_dict()) for part in ("seg", "gmm", "alias")]
    assert counts == [46, 104, 264]
    assert sum(value.numel() for value in networks.parameters()) == 154_071_554


@pytest.mark.parametrize(("field", "value"), [("height", 1000), ("width", 0), ("coarse_width", 96), ("upsamplings", 5)])
def test_sizes_that_do_not_divide(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=field):
        VitonHdConfig(**{field: value})


def test_every_group_has_one_region() -> None:
    assert sorted(group for members in REGION_GROUPS for group in members) == list(range(len(VITON_HD_GROUPS)))
    regions = regions_of(torch.arange(13).reshape(1, 1, 13))
    assert regions.sum(dim=1).eq(1).all()
    names = [name for name, _ in VITON_HD_GROUPS]
    assert regions[0, 2, 0].nonzero().tolist() == [[names.index("upper")]]


class TestThinPlateGrid:
    def test_identity_is_the_published_reach(self) -> None:
        grid = ThinPlateGrid(5)(torch.zeros(1, 50), (7, 5))
        assert torch.allclose(grid[0, 0, :, 0], torch.linspace(-0.9, 0.9, 5), atol=1e-5)
        assert torch.allclose(grid[0, :, 0, 1], torch.linspace(-0.9, 0.9, 7), atol=1e-5)

    def test_control_points_arrive(self) -> None:
        """Displacements are listed column by column: all x, then all y."""
        theta = torch.linspace(-0.3, 0.3, 50)[None].sin()
        grid = ThinPlateGrid(5)(theta, (5, 5))
        steps = torch.linspace(-0.9, 0.9, 5)
        assert torch.allclose(grid[0, ..., 0], steps + theta[0, :25].reshape(5, 5).T, atol=1e-4)
        assert torch.allclose(grid[0, ..., 1], steps[:, None] + theta[0, 25:].reshape(5, 5).T, atol=1e-4)

    def test_finer_grid_is_the_same_map(self) -> None:
        theta = pictures(1, 1, (50, 1), 3).reshape(1, 50) * 0.2
        spline = ThinPlateGrid(5)
        coarse = spline(theta, (11, 11))
        fine = spline.at(theta, torch.linspace(-0.9, 0.9, 101), torch.linspace(-0.9, 0.9, 101))
        assert torch.allclose(fine[:, ::10, ::10], coarse, atol=1e-5)

    def test_affine_map_is_exact(self) -> None:
        spline = ThinPlateGrid(5)
        moved = spline.base @ torch.tensor([[1.2, 0.1], [-0.2, 0.8]]) + torch.tensor([0.05, -0.1])
        theta = (moved - spline.base).T.reshape(1, 50)
        ys, xs = torch.meshgrid(torch.linspace(-0.9, 0.9, 40), torch.linspace(-0.9, 0.9, 33), indexing="ij")
        wanted = torch.stack([xs, ys], dim=2) @ torch.tensor([[1.2, 0.1], [-0.2, 0.8]]) + torch.tensor([0.05, -0.1])
        assert torch.allclose(spline(theta, (40, 33))[0], wanted, atol=1e-4)


class TestNormalisation:
    def test_parts_apart(self) -> None:
        """With a hard mask, each part has mean 0 and the deviation that its share leaves it."""
        x = pictures(2, 3, (16, 12), 5) + 2
        mask = (pictures(2, 1, (16, 12), 6) > 0).float()
        normal = mask_norm(x, mask)
        for part in (mask, 1 - mask):
            share = part.mean(dim=(2, 3))
            assert torch.allclose((normal * part).mean(dim=(2, 3)), torch.zeros(2, 3), atol=1e-5)
            # A filled pixel adds nothing: variance inside is share * inner variance, and the gain is sqrt(share / it).
            inner = (normal * part).square().sum(dim=(2, 3)) / part.sum(dim=(2, 3))
            assert torch.allclose(inner, torch.ones_like(inner), atol=2e-2)
            assert (share > 0).all()

    def test_nothing_misaligned(self) -> None:
        x = pictures(1, 4, (9, 7), 7)
        normal = mask_norm(x, torch.zeros(1, 1, 9, 7))
        assert torch.allclose(normal, instance_norm(x), atol=1e-5)

    def test_only_regions_edges_are_convolved(self) -> None:
        norm = ALIASNorm(6, 7, 8)
        fill(norm, 1)
        even = label_maps(2, 7, (96, 80), 3)
        even[0, :, 40, 30] = 0.3
        x = pictures(2, 6, (96, 80), 4) * 3
        with torch.inference_mode():
            places = Places.of(even)
            dense = norm(x, even, None, torch.Generator().manual_seed(1))
            sparse = norm.sparse(x, places, torch.Generator().manual_seed(1))
        assert len(places.edge) < 0.7 * 2 * 96 * 80
        assert torch.allclose(dense, sparse, atol=1e-5)

    @pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 4)])
    def test_small_pictures(self, size: tuple[int, int]) -> None:
        norm = ALIASNorm(3, 7, 4)
        fill(norm, 2)
        regions = label_maps(1, 7, size, 8)
        x = pictures(1, 3, size, 9)
        with torch.inference_mode():
            sparse = norm.sparse(x, Places.of(regions), torch.Generator().manual_seed(1))
            noise = draw_noise(x, torch.Generator().manual_seed(1))
            noisy = x + noise * norm.noise_scale[:, None, None]
            variance, mean = torch.var_mean(noisy, dim=(2, 3), keepdim=True, correction=0)
            hidden = norm.conv_shared(regions)
            wanted = (noisy - mean) * (variance + 1e-5).rsqrt() * (1 + norm.conv_gamma(hidden)) + norm.conv_beta(hidden)
        assert torch.allclose(sparse, wanted, atol=1e-4)


def test_blur_is_a_gaussian() -> None:
    point = torch.zeros(1, 2, 41, 41)
    point[0, 1, 20, 20] = 1
    blurred = blur(point)
    offsets = torch.arange(-7, 8).float()
    taps = torch.exp(-offsets.square() / 18)
    assert torch.allclose(blurred[0, 1, 13:28, 13:28], torch.outer(taps, taps) / taps.sum() ** 2, atol=1e-6)
    assert blurred[0, 0].abs().max() == 0


def test_misaligned_part_is_what_the_cloth_leaves_bare() -> None:
    regions = label_maps(1, 7, (8, 8), 2)
    mask = pictures(1, 1, (8, 8), 3).abs()
    divided, misaligned = divide(regions, mask)
    assert torch.equal(divided[:, 2:3] + misaligned, regions[:, 2:3])
    assert misaligned.min() >= 0
    assert divided.shape == (1, 8, 8, 8)


def test_warp_repeats_the_border() -> None:
    picture = interpolate(torch.eye(2)[None, None], size=(4, 4))
    far = torch.full((1, 1, 1, 2), -3.0)
    assert warp(picture, far).item() == picture[0, 0, 0, 0].item()


def test_speckle_is_what_saturating_bytes_leave() -> None:
    noise = speckle((200, 200), torch.Generator().manual_seed(0))
    assert set(noise.unique().tolist()) == {0.0, 1.0}
    # Above one standard deviation: 15.9 %.
    assert noise.mean().item() == pytest.approx(0.159, abs=0.01)


def test_half_precision_stays_near() -> None:
    """Each network may have a type of its own; inputs and results are float32."""
    size = TINY.size
    inputs = (
        *(pictures(1, 3, size, 1), label_maps(1, 13, size, 2), pictures(1, 3, size, 3), pictures(1, 3, size, 4)),
        *(torch.ones(1, 1, *size), torch.zeros(1, 1, *TINY.coarse_size)),
    )
    chain = VitonHd(TINY).eval()
    for part in ("seg", "gmm", "alias"):
        fill(chain.get_submodule(part), 1)
    with torch.inference_mode():
        full = chain(*inputs, torch.Generator().manual_seed(0))
        chain.alias.to(torch.bfloat16)
        half = chain(*inputs, torch.Generator().manual_seed(0))
    assert half.picture.dtype == torch.float32
    assert torch.equal(half.cloth, full.cloth)
    assert 0 < (half.picture - full.picture).abs().mean() < 0.1
