from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.shelters.match_rules import (
    Care,
    Group,
    Offered,
    Room,
    Wanted,
    Why,
    fitting_room,
    group_of,
    kilometres,
    weigh,
)
from opennrm.shelters.match_words import sentence

SHE = Wanted(Group.WOMEN, 1, foreign=False, language="sq")
ROOMS = (Room(1, "women", (1, 2)), Room(2, "family", (3, 4, 5)), Room(3, "men", (6,)))
HOUSE = Offered(
    takes=frozenset({Group.WOMEN, Group.GIRLS, Group.BOYS}),
    families=True,
    foreigners=False,
    care=frozenset({Care.MEDICAL}),
    languages=frozenset({"sq"}),
    rooms=ROOMS,
)


def said(wanted: Wanted, offered: Offered = HOUSE) -> list[str]:
    return [sentence(reason) for reason in weigh(wanted, offered).reasons]


def test_what_fits_says_why() -> None:
    weighed = weigh(replace(SHE, care=frozenset({Care.MEDICAL})), HOUSE)
    assert weighed.fits
    assert weighed.room == ROOMS[0]
    assert [sentence(one) for one in weighed.reasons] == [
        "takes women",
        "medical care on site",
        "speaks Albanian",
        "2 places free in that room",
    ]


@pytest.mark.parametrize(
    ("wanted", "offered", "reason"),
    [
        (replace(SHE, group=Group.MEN), HOUSE, "takes women and children only"),
        (replace(SHE, group=None), HOUSE, "it is not recorded whether the person is a woman or a man"),
        (SHE, replace(HOUSE, takes=frozenset({Group.MEN})), "takes men only"),
        (replace(SHE, people=2), replace(HOUSE, families=False), "does not take families"),
        (replace(SHE, foreign=True), HOUSE, "takes citizens of this country only"),
        (replace(SHE, care=frozenset({Care.PSYCHIATRIC})), HOUSE, "psychiatric care missing"),
        (SHE, replace(HOUSE, danger_km=49.0), "within 50 km of the exploiter's home district"),
        (SHE, replace(HOUSE, not_safe=True), "not safe for this person; the reason is not shown"),
        (replace(SHE, people=4), HOUSE, "no free place in a room for her and all who come with her"),
    ],
)
def test_each_refusal_is_a_sentence(wanted: Wanted, offered: Offered, reason: str) -> None:
    assert not weigh(wanted, offered).fits
    assert reason in said(wanted, offered)


def test_every_reason_against_is_said_and_not_the_first_alone() -> None:
    wanted = replace(SHE, group=Group.MEN, foreign=True, care=frozenset({Care.PSYCHIATRIC}))
    assert len(said(wanted)) == 3


def test_danger_that_is_far_is_said_too() -> None:
    assert "120 km from the nearest known danger" in said(SHE, replace(HOUSE, danger_km=120.2))


def test_a_family_stays_in_one_room_that_is_nobody_elses() -> None:
    family = replace(SHE, people=3)
    assert fitting_room(family, ROOMS) == ROOMS[1]
    assert fitting_room(family, [Room(2, "family", (3, 4, 5), in_use=1)]) is None
    assert "all 3 stay together in one room" in said(family)


def test_one_who_comes_alone_takes_a_familys_room_only_where_there_is_no_other() -> None:
    assert fitting_room(SHE, ROOMS[1:]) == ROOMS[1]
    assert fitting_room(replace(SHE, group=Group.MEN), ROOMS[:2]) is None


@pytest.mark.parametrize(
    ("sex", "age", "child", "group"),
    [
        ("female", 30, False, Group.WOMEN),
        ("female", None, True, Group.GIRLS),
        ("male", 17, False, Group.BOYS),
        ("male", 18, False, Group.MEN),
        ("unknown", 30, False, None),
    ],
)
def test_whom_she_is_counted_among(sex: str, age: int | None, child: bool, group: Group | None) -> None:
    assert group_of(sex, age, child=child) is group


def test_distances_are_those_over_ground() -> None:
    assert 90 < kilometres((41.33, 19.82), (40.47, 19.49)) < 105


@given(
    st.builds(
        Wanted,
        st.none() | st.sampled_from(Group),
        st.integers(1, 5),
        foreign=st.booleans(),
        language=st.sampled_from(["sq", "ar"]),
        care=st.frozensets(st.sampled_from(Care)),
    ),
    st.builds(
        Offered,
        takes=st.frozensets(st.sampled_from(Group)),
        families=st.booleans(),
        foreigners=st.booleans(),
        care=st.frozensets(st.sampled_from(Care)),
        languages=st.frozensets(st.sampled_from(["sq", "ar"])),
        rooms=st.just(ROOMS),
        danger_km=st.none() | st.floats(0, 300),
        not_safe=st.booleans(),
    ),
)
def test_what_fits_breaks_no_exclusion_and_what_does_not_says_why(wanted: Wanted, offered: Offered) -> None:
    weighed = weigh(wanted, offered)
    assert weighed.reasons
    assert weighed.fits == (weighed.room is not None)
    if weighed.fits:
        assert wanted.group in offered.takes
        assert not offered.not_safe
        assert offered.danger_km is None or offered.danger_km > 50
        assert Care.PSYCHIATRIC not in wanted.care - offered.care
        assert weighed.room is not None
        assert len(weighed.room.free) >= wanted.people
    else:
        for_it = (Why.TAKES, Why.HAS_CARE, Why.SPEAKS, Why.TOGETHER, Why.FAR, Why.FREE)
        assert not {one.why for one in weighed.reasons} & set(for_it)
