"""The responsibility timeline: one row a duty, a bar a holder, readable without colour."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from opennrm.web.time_scale import Scale, ticks
from opennrm.web.timeline import Bar, TimelineDuty, TimelineWords, responsibility_timeline

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def day(number: float) -> datetime:
    return BEGINS + timedelta(days=number)


def drawn(
    *rows: TimelineDuty, now: datetime | None = None, identifier: str = "timeline"
) -> ElementTree.Element:
    svg = responsibility_timeline(rows, begins=BEGINS, ends=day(30), now=now, identifier=identifier)
    return ElementTree.fromstring(svg)


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in svg.iter() if name in element.get("class", "").split()]


def bars(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [bar for bar in of_class(svg, "bar") if bar.get("height") == "26"]


GUARDIAN = TimelineDuty(
    "Appoint a guardian",
    due=day(12),
    holdings=(Bar("Border police", day(2), day(8)), Bar("Invented municipality", day(8), None, "E. Provës")),
    started_at=day(2),
)


def test_a_bar_stands_where_its_holder_held_the_duty() -> None:
    first, second = bars(drawn(GUARDIAN, now=day(20)))
    assert (first.get("x"), first.get("width")) == ("64.0", "192.0")
    assert (second.get("x"), second.get("width")) == ("256.0", "384.0")


def test_each_holder_has_a_class_and_a_letter_in_the_order_of_appearance() -> None:
    svg = drawn(
        GUARDIAN, TimelineDuty("Shelter", holdings=(Bar("Border police", day(1), day(20)),)), now=day(20)
    )
    assert [bar.get("class") for bar in bars(svg)] == ["bar c0", "bar c1", "bar c0"]
    assert [(element.text or "")[0] for element in of_class(svg, "on-bar")][:3] == ["A", "B", "A"]


def test_a_bar_too_narrow_for_words_has_its_letter_beneath() -> None:
    svg = drawn(TimelineDuty("Short", holdings=(Bar("Border police", day(2), day(2.2)),)))
    assert "A" in [element.text for element in of_class(svg, "note")]


def test_every_bar_says_in_words_who_and_when() -> None:
    titles = [title.text for title in drawn(GUARDIAN, now=day(20)).iter(f"{SVG}title")]
    assert "Border police: 3 Mar 2026 – 9 Mar 2026" in titles
    assert "Invented municipality, E. Provës: 9 Mar 2026 – 21 Mar 2026" in titles


def test_a_hand_over_is_a_joint_and_a_gap_is_nobody() -> None:
    gap = TimelineDuty(
        "Gap", holdings=(Bar("A", day(1), day(3)), Bar("B", day(6), day(30))), started_at=day(1)
    )
    assert len(of_class(drawn(GUARDIAN), "joint")) == 2
    svg = drawn(gap)
    assert len(of_class(svg, "joint")) == 1
    assert len(of_class(svg, "nobody")) == 2


def test_a_duty_that_nobody_ever_held_is_shown_as_nobodys() -> None:
    svg = drawn(TimelineDuty("Legal help", started_at=day(10)), now=day(20))
    assert [element.text for element in of_class(svg, "nobody-words")] == ["nobody"]


def test_suspensions_are_hatched_with_the_pattern_of_this_picture() -> None:
    duty = TimelineDuty("Decision", holdings=(Bar("A", day(1)),), suspensions=((day(3), day(6)),))
    fills = [element.get("fill") for element in of_class(drawn(duty, identifier="case"), "suspended")]
    assert fills == ["url(#case-hatch)"] * 2


@pytest.mark.parametrize(("mark", "in_legend"), [("due", 1), ("lapsed", 1), ("ended", 2)])
def test_marks_stand_in_the_row_and_in_the_legend(mark: str, in_legend: int) -> None:
    duty = TimelineDuty("Check", due=day(9), lapsed_at=day(9), ended_at=day(11), ended_as="fulfilled")
    assert len(of_class(drawn(duty), mark)) == in_legend + 1


def test_the_line_for_now_is_there_only_when_now_is_in_view() -> None:
    assert len(of_class(drawn(GUARDIAN, now=day(20)), "now")) == 1
    assert of_class(drawn(GUARDIAN, now=day(40)), "now") == []
    assert of_class(drawn(GUARDIAN), "now") == []


def test_what_lies_ahead_of_an_open_duty_is_dotted() -> None:
    assert len(of_class(drawn(GUARDIAN, now=day(10)), "ahead")) == 1
    assert of_class(drawn(GUARDIAN, now=day(20)), "ahead") == []


def test_names_are_escaped() -> None:
    svg = responsibility_timeline(
        [TimelineDuty("<b>&", holdings=(Bar("<script>", day(1), day(9), "'\"<i>"),))],
        begins=BEGINS,
        ends=day(30),
        now=None,
    )
    assert "<script" not in svg
    assert "<b>" not in svg
    ElementTree.fromstring(svg)


def test_it_is_an_image_with_a_title_and_a_description_and_no_inline_style() -> None:
    svg = drawn(GUARDIAN, now=day(10))
    ids = {element.get("id") for element in svg.iter()}
    assert svg.get("role") == "img"
    assert set((svg.get("aria-labelledby") or "").split()) <= ids
    for element in svg.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert not element.tag.endswith(("script", "style"))


def test_nothing_is_drawn_outside_the_picture() -> None:
    early = TimelineDuty("Old", due=day(-3), holdings=(Bar("A", day(-90), day(90)),), lapsed_at=day(-3))
    svg = drawn(early, now=day(10))
    (bar,) = bars(svg)
    assert (bar.get("x"), bar.get("width")) == ("0.0", "960.0")
    assert len(of_class(svg, "lapsed")) == 1


def test_an_empty_picture_and_other_words_are_possible() -> None:
    svg = responsibility_timeline([], begins=BEGINS, ends=day(30), now=None, words=TimelineWords(due="afati"))
    assert "afati" in svg


@pytest.mark.parametrize("days", [1, 3, 10, 20, 60, 130, 390, 1100, 4000])
def test_ticks_are_few_and_in_view(days: int) -> None:
    ends = BEGINS + timedelta(days=days)
    found = list(ticks(BEGINS + timedelta(hours=5), ends))
    assert 2 <= len(found) <= 14
    assert all(BEGINS < at <= ends for at, _said in found)


def test_ticks_of_two_months_are_mondays() -> None:
    assert {at.weekday() for at, _said in ticks(BEGINS, day(60))} == {0}


def test_a_picture_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="must end after"):
        Scale(BEGINS, BEGINS)


def test_the_numbers_are_short() -> None:
    svg = responsibility_timeline([GUARDIAN], begins=BEGINS, ends=day(29.3), now=day(7.77))
    assert not re.search(r"\d\.\d{3}", svg)
