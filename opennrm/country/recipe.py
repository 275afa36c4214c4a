"""The tables of the invented caseload of Albania: how many people of each kind, and nothing computed.

A row of a group table counts people alike. The totals are the published ones; docs/caseload.md adds them up.
"""

from __future__ import annotations

from typing import NamedTuple

WOMAN = "Feminine"
MAN = "Masculine"
SEX = "SexualExploitation"
LABOUR = "labour"  # dealt over the four codes that count as labour
CRIME = "ForcedCriminality"
MARRIAGE = "ForcedMarriage"
NOT_RECORDED = ""


class Group(NamedTuple):
    """People alike in sex, age group, form of exploitation and status."""

    people: int
    gender: str
    is_child: bool
    form: str
    is_official: bool = False


GROUPS = {
    2019: (
        Group(37, WOMAN, True, SEX),
        Group(1, WOMAN, True, SEX, is_official=True),
        Group(21, WOMAN, False, SEX),
        Group(4, WOMAN, False, SEX, is_official=True),
        Group(2, MAN, True, SEX),
        Group(11, WOMAN, True, LABOUR),
        Group(4, WOMAN, False, LABOUR),
        Group(1, WOMAN, False, LABOUR, is_official=True),
        Group(15, MAN, True, LABOUR),
        Group(5, MAN, False, LABOUR),
        Group(1, MAN, False, LABOUR, is_official=True),
        Group(1, WOMAN, True, MARRIAGE),
    ),
    2020: (
        Group(31, WOMAN, True, SEX),
        Group(16, WOMAN, False, SEX),
        Group(1, MAN, True, SEX),
        Group(7, WOMAN, True, LABOUR),
        Group(2, WOMAN, False, LABOUR),
        Group(12, MAN, True, LABOUR),
        Group(6, MAN, False, LABOUR),
        Group(1, WOMAN, True, CRIME),
        Group(1, WOMAN, False, CRIME),
        Group(4, MAN, True, CRIME),
        Group(1, WOMAN, True, NOT_RECORDED, is_official=True),
        Group(3, WOMAN, False, NOT_RECORDED, is_official=True),
        Group(1, MAN, True, NOT_RECORDED, is_official=True),
    ),
}
# People of earlier years who are still supported in 2019, and some of them in 2020.
EARLIER_GROUPS = (
    Group(10, WOMAN, True, SEX),
    Group(10, WOMAN, False, SEX),
    Group(4, MAN, True, LABOUR),
    Group(3, MAN, False, LABOUR),
    Group(3, WOMAN, False, SEX, is_official=True),
)
CHANNELS = {
    2019: {"miu": 42, "police": 1, "ngo": 34, "hotline": 6, "self": 9, "other": 11},
    2020: {
        "miu": 45,
        "police": 9,
        "border": 3,
        "labour_inspectorate": 1,
        "ngo": 17,
        "hotline": 3,
        "self": 4,
        "other": 4,
    },
    2018: {"miu": 8, "police": 6, "border": 2, "ngo": 10, "self": 2, "other": 2},
}
# Citizenship, sex, child: the first person who fits receives it.
FOREIGN = {
    2019: (
        ("PH", WOMAN, False),
        ("XK", WOMAN, True),
        ("XK", WOMAN, False),
        ("RS", MAN, True),
        ("UA", WOMAN, False),
        ("GM", MAN, False),
    ),
    2020: (("PH", WOMAN, False), ("GM", MAN, False), ("RS", WOMAN, False)),
}
RETURNED_OUT = {2019: (), 2020: ("GM", "RS")}
RETURNED_IN = {2019: ("IT", "GB", "GR"), 2020: ("IT", "GB")}
NOT_VICTIMS = {2019: 4, 2020: 3}

LABOUR_OF_CHILD = ("ForcedBegging", "ChildLabour", "ForcedBegging", "ForcedLabour")
LABOUR_OF_ADULT = ("ForcedLabour", "Servitude", "ForcedLabour", "ForcedBegging")

COOPERATING_2019 = 14
# Not served in the year: those identified last, who are first served in the next; those who decline support.
IDENTIFIED_LAST = {2019: 6, 2020: 8}
DECLINE_SUPPORT = {2019: 8, 2020: 6}
STILL_SERVED_IN_2020 = {2019: 4, 2018: 4}
SERVED_OF_EARLIER_IN_2019 = 26
TRAINED_IN_2020 = {2018: 2, 2019: 2, 2020: 16}
REGISTERED_IN_2020 = {2018: 10, 2019: 26, 2020: 24}
LEFT_OPEN_OF_2020 = 6
