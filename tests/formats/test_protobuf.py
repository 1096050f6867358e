"""The wire format: every number survives, and no damage passes for a message."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.writing import bytes_field, number_field, varint
from vton_core.formats import protobuf
from vton_core.formats.protobuf import Wire, fields, packed_varints, signed


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_numbers_survive(numbers: list[int]) -> None:
    packed = b"".join(map(varint, numbers))
    assert [signed(number) for number in packed_varints(memoryview(packed))] == numbers


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2**20), st.one_of(st.integers(0, 2**64 - 1), st.binary()))))
def test_fields_come_in_order(written: list[tuple[int, int | bytes]]) -> None:
    message = b"".join(
        number_field(key, value) if isinstance(value, int) else bytes_field(key, value) for key, value in written
    )
    read = [(key, value if isinstance(value, int) else bytes(value)) for key, _, value in fields(memoryview(message))]
    assert read == written


def test_the_published_example() -> None:
    """Field 1 is 150, as the format's documentation spells it out; then a fixed number of each width."""
    message = memoryview(b"\x08\x96\x01" + b"\x15\x01\x00\x00\x80" + b"\x19\x02" + bytes(7))
    assert list(fields(message)) == [(1, Wire.VARINT, 150), (2, Wire.FIXED32, 0x8000_0001), (3, Wire.FIXED64, 2)]


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_rubbish_is_told_or_read_to_its_end(data: bytes) -> None:
    try:
        read = list(fields(memoryview(data)))
    except ValueError:
        return
    assert list(fields(memoryview(data + b"\x08\x01"))) == [*read, (1, Wire.VARINT, 1)]


@pytest.mark.parametrize("damage", [b"\x0a\x05abc", b"\x08", b"\x08" + b"\xff" * 10 + b"\x01", b"\x02\x00", b"\x0b"])
def test_damage_is_told(damage: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a|is not a valid"):
        list(protobuf.fields(memoryview(damage)))
