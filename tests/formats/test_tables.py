"""Sorted string tables and the compression of their blocks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.writing import table, varint
from vton_core.formats.snappy import decompress
from vton_core.formats.sstable import entries


@settings(deadline=None)
@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=80), max_size=9), st.booleans(), st.booleans())
def test_entries_survive(written: dict[bytes, bytes], compress: bool, share: bool) -> None:
    read = [(key, bytes(value)) for key, value in entries(memoryview(table(written, compress, share)))]
    assert read == sorted(written.items())


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_table_that_is_cut_is_told(cut: int) -> None:
    whole = table({b"a": b"1" * 40, b"b": b"2" * 40})
    for damaged in (whole[:-cut], whole[cut:]):
        with pytest.raises(ValueError, match=r"not a|cut off"):
            list(entries(memoryview(damaged)))


def test_copies_of_each_width_and_their_overlap() -> None:
    literal = bytes([2 << 2]) + b"abc"
    near = bytes([(5 - 4) << 2 | 1, 3])
    far = bytes([(6 - 1) << 2 | 2]) + (2).to_bytes(2, "little")
    farther = bytes([(2 - 1) << 2 | 3]) + (14).to_bytes(4, "little")
    text = b"abc" + b"abcab" + b"ababab" + b"ab"
    assert decompress(memoryview(varint(len(text)) + literal + near + far + farther)) == text


def test_long_literals() -> None:
    data = bytes(range(256)) * 2
    assert decompress(memoryview(varint(512) + bytes([61 << 2]) + (511).to_bytes(2, "little") + data)) == data


@pytest.mark.parametrize("damaged", [b"\x05\x08abc", b"\x03\x08ab", b"\x04\x01\x01", b"\x02\xf0", b"\x04\x00a\x02"])
def test_damage_is_told(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|before the beginning|another length"):
        decompress(memoryview(damaged))
