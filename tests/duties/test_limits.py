from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from opennrm.duties.limits import Limit, Pause, Unit, acts, due_at
from opennrm.lib.working_days import WorkingCalendar

ALBANIA = WorkingCalendar("AL", "Europe/Tirane")
START = datetime(2024, 3, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)

limits = st.builds(Limit, st.integers(1, 30), st.sampled_from(Unit), st.booleans())
pauses = st.lists(
    st.tuples(st.integers(-200, 900), st.integers(0, 400)).map(
        lambda pair: Pause(START + timedelta(hours=pair[0]), START + timedelta(hours=sum(pair)))
    ),
    max_size=6,
)


def hours(amount: int, *, verified: bool = False) -> Limit:
    return Limit(amount, Unit.HOURS, verified)


def test_a_duty_without_a_limit_is_never_due() -> None:
    assert due_at(START, None, ALBANIA) is None
    assert not acts(None)


def test_each_unit_counts_in_its_own_way() -> None:
    friday = datetime(2024, 3, 8, 9, tzinfo=UTC)
    assert due_at(friday, Limit(24, Unit.HOURS, False), ALBANIA) == friday + DAY
    assert due_at(friday, Limit(3, Unit.DAYS, False), ALBANIA) == friday + 3 * DAY
    assert due_at(friday, Limit(1, Unit.WORKING_DAYS, False), ALBANIA) == friday + 3 * DAY
    assert due_at(friday, Limit(1, Unit.MONTHS, False), ALBANIA) == datetime(2024, 4, 8, 8, tzinfo=UTC)


def test_an_unverified_limit_only_reminds_until_the_country_confirms_it() -> None:
    assert not acts(Limit(24, Unit.HOURS, verified=False))
    assert acts(Limit(24, Unit.HOURS, verified=True))
    assert acts(Limit(24, Unit.HOURS, verified=False, confirmed_locally=True))


def test_a_suspended_duty_is_not_due() -> None:
    assert due_at(START, hours(24), ALBANIA, [Pause(START + DAY / 2)]) is None


def test_a_pause_moves_the_due_instant_by_its_length() -> None:
    pause = Pause(START + DAY / 2, START + 3 * DAY)
    assert due_at(START, hours(24), ALBANIA, [pause]) == START + DAY + 2.5 * DAY


def test_a_pause_after_the_due_instant_changes_nothing() -> None:
    assert due_at(START, hours(24), ALBANIA, [Pause(START + 2 * DAY, START + 3 * DAY)]) == START + DAY


def test_a_pause_within_the_time_won_by_another_counts() -> None:
    first, second = Pause(START, START + DAY), Pause(START + 1.5 * DAY, START + 2.5 * DAY)
    assert due_at(START, hours(24), ALBANIA, [second, first]) == START + 3 * DAY


def test_overlapping_pauses_count_once() -> None:
    both = [Pause(START, START + 2 * DAY), Pause(START + DAY, START + 3 * DAY)]
    assert due_at(START, hours(24), ALBANIA, both) == START + 4 * DAY


@given(limits, pauses, st.randoms())
def test_the_order_of_pauses_does_not_matter(limit: Limit, some: list[Pause], random: Random) -> None:
    shuffled = random.sample(some, len(some))
    assert due_at(START, limit, ALBANIA, shuffled) == due_at(START, limit, ALBANIA, some)


@given(limits, pauses)
def test_the_time_that_ran_outside_the_pauses_is_the_limit(limit: Limit, some: list[Pause]) -> None:
    plain, due = due_at(START, limit, ALBANIA), due_at(START, limit, ALBANIA, some)
    assert plain is not None
    assert due is not None
    hour = timedelta(hours=1)
    paused = {
        START + n * hour
        for n in range(int((due - START) / hour))
        if any(p.since <= START + n * hour < p.until for p in some if p.until)
    }
    assert due - START - len(paused) * hour == plain - START


@given(limits, pauses)
def test_a_further_pause_never_makes_a_duty_due_earlier(limit: Limit, some: list[Pause]) -> None:
    dues = [due_at(START, limit, ALBANIA, some[:count]) for count in range(len(some) + 1)]
    assert dues == sorted(due for due in dues if due)
