"""The plan: the same from the same seed, longer without change, and full of variety."""

from __future__ import annotations

import numpy as np

from synthesis.garments.design import DRESSES, LOWER, TOPS
from synthesis.plan import plan, task
from synthesis.poses import POSES


def test_a_seed_is_a_plan() -> None:
    assert plan(20, 4, 5) == plan(20, 4, 5)
    assert plan(20, 4, 5) != plan(20, 4, 6)


def test_a_longer_plan_begins_with_the_shorter_one() -> None:
    assert plan(30, 4, 0)[:10] == plan(10, 4, 0)
    assert plan(30, 4, 0)[17] == task(0, 17, 4)


def test_more_cameras_leave_the_first_ones_as_they_are() -> None:
    assert task(0, 3, 6).looks[:4] == task(0, 3, 4).looks


def test_every_pose_and_every_garment_comes() -> None:
    tasks = plan(300, 1, 0)
    worn = {design.kind for item in tasks for design in item.garments}
    assert worn == {*TOPS, *LOWER, *DRESSES}
    assert {item.pose_name for item in tasks} == set(POSES)
    assert len({item.name for item in tasks}) == 300


def test_every_neck_and_length_of_sleeve_comes() -> None:
    tops = [item.garments[0] for item in plan(300, 1, 0)]
    shirts, dresses = ([top for top in tops if top.region == region] for region in ("top", "dress"))
    for worn in (shirts, dresses):
        assert {top.neck for top in worn} == {"round", "v", "square"}
        # None, short, three-quarter, to the wrist.
        assert {int(np.digitize(top.sleeve, (0.1, 1.2, 1.85))) for top in worn} == {0, 1, 2, 3}
    assert {top.collar for top in shirts} == {"none", "turtle", "shirt"}
    assert len({round(top.sleeve, 2) for top in shirts if top.sleeve > 1.2}) > 20
    assert all(top.sleeve < 2 and 0 < top.neck_front < 0.25 for top in tops)


def test_people_are_dressed() -> None:
    for item in plan(100, 1, 1):
        regions = [design.region for design in item.garments]
        assert regions[0] in ("top", "dress")
        assert len(regions) == (1 if regions[0] == "dress" else 2)
        assert len(item.styles) == len(regions)


def test_nobody_is_turned_too_far() -> None:
    for item in plan(100, 4, 2):
        assert all(abs(item.pose.turn - look.yaw) <= 45 for look in item.looks)


def test_people_are_adults_of_all_kinds() -> None:
    people = [item.person for item in plan(200, 1, 3)]
    assert {person.sex for person in people} == {"female", "male"}
    assert all(0 <= person.age <= 1 for person in people)
    for share in range(3):
        assert max(person.ancestry[share] for person in people) > 0.9
    assert all(abs(sum(person.ancestry) - 1) < 1e-9 for person in people)
