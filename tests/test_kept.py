"""Results that are kept."""

from __future__ import annotations

import numpy as np

from vton_core.kept import digest, keep_last


def test_only_the_same_arrays_have_the_same_digest() -> None:
    array = np.arange(12, dtype=np.uint8)
    others = [array.reshape(3, 4), array.astype(np.float32), array.reshape(4, 3), array[::-1]]
    assert digest(array) == digest(array.copy())
    assert len({digest(array), *(digest(other) for other in others)}) == 5
    assert digest(array[:6], array[6:]) != digest(array[:5], array[5:])


def test_what_was_used_last_is_kept() -> None:
    kept: dict[bytes, int] = {}
    for name in (b"a", b"b", b"a", b"c"):
        keep_last(kept, name, ord(name), 2)
    assert kept == {b"a": 97, b"c": 99}
