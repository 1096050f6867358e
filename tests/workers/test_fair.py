from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vton_core.workers.fair import FairQueue

Items = st.lists(st.tuples(st.sampled_from("abcd"), st.integers()), unique=True, max_size=20)


def filled(items: list[tuple[str, int]]) -> FairQueue[tuple[str, int]]:
    queue: FairQueue[tuple[str, int]] = FairQueue()
    for item in items:
        queue.push(item[0], item)
    return queue


def test_owners_take_turns() -> None:
    queue = filled([("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1), ("b", 2)])
    expected = [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("a", 3)]
    assert queue.order() == expected
    assert [queue.pop(lambda _: True) for _ in expected] == expected
    assert queue.pop(lambda _: True) is None


def test_an_owner_just_served_stands_behind_those_who_wait() -> None:
    queue = filled([("a", 1), ("a", 2), ("b", 1)])
    assert queue.pop(lambda _: True) == ("a", 1)
    queue.push("c", ("c", 1))
    assert queue.order() == [("b", 1), ("a", 2), ("c", 1)]


def test_what_may_not_start_keeps_its_place() -> None:
    queue = filled([("a", 1), ("b", 1)])
    assert queue.pop(lambda item: item[0] == "b") == ("b", 1)
    assert queue.pop(lambda item: False) is None
    assert queue.order() == [("a", 1)]


@given(Items)
def test_order_is_the_order_of_service(items: list[tuple[str, int]]) -> None:
    queue = filled(items)
    expected = queue.order()
    assert sorted(expected) == sorted(items)
    assert [queue.pop(lambda _: True) for _ in items] == expected
    for owner in "abcd":
        assert [item for item in expected if item[0] == owner] == [item for item in items if item[0] == owner]


@given(Items, st.data())
def test_removal_leaves_the_rest(items: list[tuple[str, int]], data: st.DataObject) -> None:
    queue = filled(items)
    gone = data.draw(st.sampled_from(items)) if items else ("a", 0)
    queue.remove(gone)
    queue.remove(gone)
    rest = queue.order()
    assert sorted(rest) == sorted(item for item in items if item != gone)
