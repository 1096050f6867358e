"""A figure without its lower garment."""

from __future__ import annotations

import cv2
import numpy as np

from tests.garment.mannequin import mannequin
from vton_core.garment.lower.legs import measure_legs
from vton_core.garment.lower.strip import strip
from vton_core.garment.measure import measure_body
from vton_core.labels import Label


def test_the_shadow_below_the_old_hem_goes_with_it() -> None:
    person = mannequin("standing", "shorts")
    body = measure_body(person.pose, person.parse)
    legs = measure_legs(person.pose, person.parse, body)
    bare = np.isin(person.parse, (Label.LEFT_LEG, Label.RIGHT_LEG))
    first = int(np.flatnonzero(bare.any(axis=1))[0])
    band = np.zeros_like(bare)
    band[first : first + round(0.09 * legs.length)] = True
    rgb = person.cutout.rgb.copy()
    rgb[band & bare] = (rgb[band & bare] * 0.6).astype(np.uint8)
    found = strip(rgb, person.cutout.alpha, person.parse, body, legs, ())
    below = bare & ~band & (np.arange(len(bare))[:, None] < first + round(0.25 * legs.length))
    inner = cv2.erode((band & bare).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert rgb[inner].mean() < 0.7 * rgb[below].mean()
    assert found.rgb[inner].mean() > 0.88 * rgb[below].mean()
