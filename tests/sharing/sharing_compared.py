"""Who sees what, three times: what the pages show, what row security gives, and what the books of the reference say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from hypothesis.stateful import invariant

from opennrm.access.scope import acting
from opennrm.lib import clock
from opennrm.sharing.preview import preview
from tests.acting import office
from tests.duties.ledger_compared import STAFF, ComparedLedger, Written
from tests.duties.reference_books import Case
from tests.sharing.reference_sharing import SharingBooks
from tests.web.browsing import browser

NAME, CONTACT, NOTE = "Shembulli", "by an invented aunt", "An invented word that was written down"
# A table of each class, of which every case here has rows from its beginning.
TABLES = {
    "ordinary": "casefile_case",
    "identity": "people_name",
    "contact": "people_contact",
    "narrative": "casefile_journaltext",
}
KEYS = {"casefile_case": "id"}
PAGES = {
    "identity": ("/cases/{case}/?show=name", NAME),
    "contact": ("/cases/{case}/?show=contact", CONTACT),
    "narrative": ("/cases/{case}/journal/", NOTE),
}
# The database asks its own clock whether a basis is over. Within one transaction that clock stands, so what is over by
# the clock of the walk is put behind it, as nobody but a superuser can.
OVER = """
SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica;
UPDATE access_basis SET since = LEAST(since, now() - interval '1 hour 1 second'), until = now() - interval '1 second'
WHERE until > now() AND until <= '{at}' AND case_id = ANY ('{cases}');
UPDATE access_sight SET until = now() - interval '1 second' WHERE until > now() AND until <= '{at}' AND case_id = ANY ('{cases}');
SET LOCAL session_replication_role = origin; SET LOCAL ROLE opennrm_app;
"""


class ComparedSharing(ComparedLedger):
    """The books and the application, held against each other for every person and class after each act."""

    books: SharingBooks

    @invariant()
    def the_application_and_the_books_agree(self) -> None:
        self.the_ledger_says_what_the_books_say()
        self.row_security_gives_what_the_books_say()
        self.a_page_shows_what_the_books_say()
        self.a_preview_says_what_the_books_say()
        self.steps += 1

    def row_security_gives_what_the_books_say(self) -> None:
        """For every person and class: sight, and the rows of a table of that class."""
        for who in STAFF:
            if who in self.books.country.gone:
                continue
            for case, known in zip(self.books.cases, self.cases, strict=True):
                wanted = self.books.sight(case, who)
                seen, rows = self.seen(who, known)
                assert seen == wanted, (who, STAFF[who], seen, wanted)
                assert rows == wanted & set(TABLES), (who, STAFF[who], rows, wanted)

    def seen(self, who: str, case: UUID) -> tuple[set[str], set[str]]:
        actor = self.actors[who]
        parts = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {table} WHERE {KEYS.get(table, 'case_id')} = '{case}')"
            for name, table in TABLES.items()
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT set_config('app.officer', '{actor.officer}', true), set_config('app.purpose', 'work', true),"
                f" set_config('app.offices', '{{{','.join(map(str, actor.offices))}}}', true);"
                f" SELECT 'sees ' || data_class FROM access_sight WHERE case_id = '{case}' UNION ALL {parts}"
            )
            assert cursor.cursor.nextset()
            found = {row[0] for row in cursor.cursor.fetchall()}
        sight = {one.removeprefix("sees ") for one in found if one.startswith("sees ")}
        return sight, {one for one in found if not one.startswith("sees ")}

    def a_page_shows_what_the_books_say(self) -> None:
        """One person at one page of a case after each act, each of them in turn."""
        # Between two acts some looks move on by themselves, so that every person comes to every page.
        who = list(STAFF)[self.steps % len(STAFF)]
        data_class, (address, word) = list(PAGES.items())[(self.steps + self.now.second) % len(PAGES)]
        number = self.steps % len(self.cases)
        case, known = self.books.cases[number], self.cases[number]
        with clock.stopped_at(self.now):
            answer = browser(who).get(address.format(case=known))
        if who in self.books.country.gone:
            assert answer.status_code != 200, who
            return
        wanted = self.books.sight(case, who)
        assert answer.status_code == (200 if "ordinary" in wanted else 404), (who, address)
        shown = answer.status_code == 200 and word in answer.content.decode()
        assert shown == (data_class in wanted and "ordinary" in wanted), (who, address)

    def a_preview_says_what_the_books_say(self) -> None:
        """Somebody who owes something on a case looks at it as another office, each office in turn."""
        case = self.books.cases[0]
        able = [who for who in STAFF if who not in self.books.country.gone and self.books.owes(who, case)]
        if not able:
            return
        code = sorted(set(STAFF.values()))[self.steps % len(set(STAFF.values()))]
        with clock.stopped_at(self.now), acting(self.actors[able[0]]) as actor:
            said = preview(case=self.card(case), office=office(code), by=actor)
        assert set(said.classes) == self.books.sight_of_office(case, code), (code, able[0])

    def pass_time(self, hours: int) -> None:
        before = self.now
        super().pass_time(hours)
        if any(before < end <= self.now for end in self.books.ends()):
            self.put_behind(self.now)

    def put_behind(self, at: datetime) -> None:
        cases = "{" + ",".join(map(str, self.cases)) + "}"
        with connection.cursor() as cursor:
            cursor.execute(OVER.format(at=at.isoformat(), cases=cases))

    def written(self) -> dict[UUID, Written]:
        # What an office is asked by name stands in the books of requests.
        return {key: row for key, row in super().written().items() if row.rule != "information-request"}

    def an_emergency_of(self, who: str, case: Case) -> UUID | None:
        """The case that is open to her now; the ledger's own ids tell nothing of it."""
        return self.id_of(case) if "ordinary" in self.books.sight(case, who) else None
