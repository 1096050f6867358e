"""Two pieces of work at once."""

from __future__ import annotations

from threading import Barrier, Event

import pytest

from vton_core.side_by_side import side_by_side


def test_both_are_under_way_together_and_both_results_come() -> None:
    # Neither can end before the other has begun.
    together = Barrier(2, timeout=60)
    assert side_by_side(lambda: (together.wait(), "a")[1], lambda: (together.wait(), 2)[1]) == ("a", 2)


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [(ValueError, None, ValueError), (None, KeyError, KeyError), (ValueError, KeyError, ValueError)],
)
def test_what_either_raises_is_raised(
    first: type[Exception] | None, second: type[Exception] | None, raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        side_by_side(lambda: fail(first()) if first else None, lambda: fail(second()) if second else None)


def test_an_error_waits_for_the_other_work() -> None:
    ended, begun = Event(), Event()

    def work() -> None:
        begun.wait(60)
        ended.set()

    def stumble() -> None:
        begun.set()
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        side_by_side(stumble, work)
    assert ended.is_set()
