from __future__ import annotations

from collections.abc import Iterable

from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.oversight import queries


def posts_of(people: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Post and office of each person, and no name: what was done is looked at, not who she is."""
    wanted = set(people)
    offices = agencies.offices({office for _officer, office in wanted})
    titles = queries.posts(wanted, clock.today())
    return {
        (officer, office): ", ".join(
            part for part in (titles.get((officer, office), ""), offices[office].shown) if part
        )
        for officer, office in wanted
    }
