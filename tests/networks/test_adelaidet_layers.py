"""The pieces of CondInst and BlendMask, by what they must do."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.networks.seeded import seeded
from vton_core.networks.adelaidet.blendmask import blend, crop, paste
from vton_core.networks.adelaidet.instances import prepared
from vton_core.networks.adelaidet.layers import Conv, aligned_bilinear, conv_block, folded


@pytest.mark.parametrize("factor", [1, 2, 4, 8])
def test_enlarging_keeps_every_pixel_where_it_belongs(factor: int) -> None:
    x = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(0))
    grown = aligned_bilinear(x, factor)
    assert grown.shape == (2, 3, 5 * factor, 7 * factor)
    torch.testing.assert_close(grown[..., factor // 2 :: factor, factor // 2 :: factor], x)


def test_enlarging_is_linear_between_pixels_and_flat_beyond() -> None:
    ramp = torch.arange(6.0).view(1, 1, 1, 6)
    grown = aligned_bilinear(ramp, 4)[0, 0, 0]
    wanted = ((torch.arange(24.0) - 2) / 4).clamp(0, 5)
    torch.testing.assert_close(grown, wanted)


def test_a_photo_is_centred_and_filled_up() -> None:
    photo = torch.tensor([103.530, 116.280, 123.675])[:, None, None].expand(3, 33, 64) + 1
    ready = prepared(photo, channels_last=False)
    assert ready.shape == (1, 3, 64, 64)
    torch.testing.assert_close(ready[..., :33, :], torch.ones(1, 3, 33, 64))
    assert not ready[..., 33:, :].any()


def test_folding_the_norms_changes_nothing() -> None:
    net = seeded(nn.Sequential(Conv(3, 32, 3, 2), conv_block(32, 16), nn.Sequential(conv_block(16, 8))))
    x = torch.randn(1, 3, 20, 24, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before = net(x)
        after = folded(net)(x)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5)


def test_crops_sample_the_middles_of_their_bins() -> None:
    rows, columns = torch.meshgrid(torch.arange(40.0), torch.arange(60.0), indexing="ij")
    bases = torch.stack([columns, rows, rows + columns, torch.ones(40, 60)])
    boxes = torch.tensor([[8.0, 16, 8 + 112, 16 + 56], [20, 24, 30, 44]])
    crops = crop(bases, boxes)
    assert crops.shape == (2, 4, 56, 56)
    bins = (torch.arange(56) + 0.5) / 56
    for box, found in zip(boxes, crops, strict=True):
        x = (box[0] + bins * (box[2] - box[0])) / 4 - 0.5
        y = (box[1] + bins * (box[3] - box[1])) / 4 - 0.5
        torch.testing.assert_close(found[0], x.expand(56, 56), rtol=0, atol=1e-3)
        torch.testing.assert_close(found[1], y[:, None].expand(56, 56), rtol=0, atol=1e-3)
        torch.testing.assert_close(found[3], torch.ones(56, 56))


def test_crops_are_empty_far_outside_and_repeat_the_border_near() -> None:
    crops = crop(torch.ones(4, 10, 10), torch.tensor([[-40.0, 0, 40, 40]]))[0, 0]
    x = (-40 + (torch.arange(56) + 0.5) / 56 * 80) / 4 - 0.5
    torch.testing.assert_close(crops, (x >= -1).float().expand(56, 56))


def test_attention_chooses_the_basis() -> None:
    crops = torch.arange(4.0)[None, :, None, None].expand(1, 4, 56, 56)
    attention = torch.zeros(1, 4, 14, 14)
    torch.testing.assert_close(blend(crops, attention.flatten(1)), torch.full((1, 56, 56), 1.5).sigmoid())
    attention[0, 3, :, 7:] = 50
    mask = blend(crops, attention.flatten(1))[0]
    torch.testing.assert_close(mask[:, 32:], torch.full((56, 24), 3.0).sigmoid())
    torch.testing.assert_close(mask[:, :24], torch.full((56, 24), 1.5).sigmoid())


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-5, 60), st.floats(-5, 40), st.floats(1, 60), st.floats(1, 60), st.integers(20, 70), st.integers(20, 90)
)
def test_a_full_mask_fills_its_box(
    left: float, top: float, width: float, height: float, rows: int, columns: int
) -> None:
    box = torch.tensor([left, top, left + width, top + height])
    picture = paste(torch.ones(56, 56), box, (rows, columns))
    assert picture.shape == (rows, columns)
    middles_x, middles_y = torch.arange(columns) + 0.5, torch.arange(rows) + 0.5
    reach = torch.tensor([width, height]) / 112
    inside = ((middles_y > top + reach[1]) & (middles_y < top + height - reach[1]))[:, None] & (
        (middles_x > left + reach[0]) & (middles_x < left + width - reach[0])
    )
    torch.testing.assert_close(picture[inside], torch.ones(int(inside.sum())), rtol=0, atol=1e-4)
    outside = ((middles_y < top - reach[1] - 0.01) | (middles_y > top + height + reach[1] + 0.01))[:, None] | (
        (middles_x < left - reach[0] - 0.01) | (middles_x > left + width + reach[0] + 0.01)
    )
    assert not picture[outside].any()
