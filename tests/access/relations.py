"""One case with a row in every table, and every way in which an office may stand to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from opennrm.access import answered, bearer
from opennrm.access.matrix import Table, tables
from opennrm.access.scope import as_system
from opennrm.agencies import absences, hooks
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import FactKind
from opennrm.duties import actions as duties
from opennrm.duties import handover, planning, reviewing
from opennrm.duties.sops import sop
from opennrm.identification import actions as identification
from opennrm.identification.rules import DecisionKind
from opennrm.lib import clock
from opennrm.oversight import emergencies
from opennrm.oversight.models import Signal
from opennrm.oversight.rules import Danger
from opennrm.oversight.signals import SignalKind
from opennrm.people import actions as people
from opennrm.people.actions import NewPerson
from opennrm.sharing.models import BestInterest, BestInterestReasons, ChildAsking, ComingOfAge, Voice
from tests.acting import by, duty, office, opened, person
from tests.agencies.hooked import hooked
from tests.coordination.bodies import a_row_of_each
from tests.orders.ordering import in_force
from tests.procedure import run_procedure
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked, refused
from tests.shelters import housing

NOTHING: frozenset[str] = frozenset()
ORDINARY = frozenset({"ordinary"})
EMERGENCY = frozenset({"ordinary", "identity", "contact"})
ALL = frozenset({"ordinary", "identity", "contact", "narrative"})
SNAPSHOT = frozenset({"snapshot"})
EXCLUDED_OFFICER = 9001
ASKER = 9002
PROBED_OFFICER = 9003
COLLEAGUE = 9004


@dataclass(frozen=True)
class Relation:
    """How an office stands to the case, what it was given, and what it may see and write by the word of the design."""

    name: str
    given: tuple[tuple[str, frozenset[str]], ...] = ()
    sees: frozenset[str] = NOTHING
    writes: frozenset[str] = NOTHING
    officer: int = PROBED_OFFICER
    offered: bool = False
    asked: bool = False
    purpose: str = "work"
    excluded: bool = False
    ended: bool = False
    over: bool = False
    also_office_of: str = ""
    reads_reason: bool = False
    alone: int = 0
    reviews: bool = False
    keeps: bool = False

    def __str__(self) -> str:
        return self.name


OFFICES = [
    Relation("holder_of_every_class", (("duty", ALL),), ALL, ALL),
    Relation("holder_of_ordinary", (("duty", ORDINARY),), ORDINARY, ORDINARY),
    Relation(
        "holder_with_identity",
        (("duty", ORDINARY | {"identity"}),),
        ORDINARY | {"identity"},
        ORDINARY | {"identity"},
    ),
    Relation(
        "holder_with_contact",
        (("duty", ORDINARY | {"contact"}),),
        ORDINARY | {"contact"},
        ORDINARY | {"contact"},
    ),
    Relation(
        "holder_with_narrative",
        (("duty", ORDINARY | {"narrative"}),),
        ORDINARY | {"narrative"},
        ORDINARY | {"narrative"},
    ),
    Relation("holder_of_ordinary_that_held_all", (("duty", ORDINARY), ("held", ALL)), ALL, ORDINARY),
    Relation("former_holder", (("held", ALL),), ALL),
    Relation("standing_order", (("order", ORDINARY),), ORDINARY),
    Relation("by_consent", (("consent", ORDINARY | {"contact"}),), ORDINARY | {"contact"}),
    Relation("offered_office", (("offer", SNAPSHOT),), SNAPSHOT, offered=True),
    Relation("asked_office", (("duty", SNAPSHOT),), SNAPSHOT, asked=True),
    Relation("told_office", (("notice", SNAPSHOT),), SNAPSHOT),
    Relation("excluded_holder", (("duty", ALL),), excluded=True),
    Relation("excluded_standing_order", (("order", ORDINARY),), excluded=True),
    Relation("excluded_offered_office", (("offer", SNAPSHOT),), offered=True, excluded=True),
    Relation("excluded_officer_of_a_holder", (("duty", ALL),), officer=EXCLUDED_OFFICER),
    Relation("officer_of_two_offices_one_excluded", (("duty", ALL),), also_office_of="excluded_holder"),
    Relation("office_whose_basis_ended", (("duty", ALL),), ended=True),
    Relation("office_whose_time_is_over", (("held", ALL),), over=True),
    Relation("who_broke_glass", (("emergency", EMERGENCY),), EMERGENCY, alone=PROBED_OFFICER),
    Relation(
        "colleague_of_who_broke_glass", (("emergency", EMERGENCY),), alone=PROBED_OFFICER, officer=COLLEAGUE
    ),
    Relation("after_the_hour", (("emergency", EMERGENCY),), alone=PROBED_OFFICER, over=True),
    Relation("who_ended_her_hour", (("emergency", EMERGENCY),), alone=PROBED_OFFICER, ended=True),
    Relation(
        "excluded_who_breaks_glass",
        (("emergency", EMERGENCY),),
        alone=EXCLUDED_OFFICER,
        officer=EXCLUDED_OFFICER,
    ),
    Relation(
        "office_excluded_of_who_breaks_glass",
        (("emergency", EMERGENCY),),
        alone=PROBED_OFFICER,
        excluded=True,
    ),
    Relation("who_reviews_an_emergency", reviews=True),
    Relation("who_keeps_orders", keeps=True),
    Relation("who_keeps_orders_and_sees", (("order", ORDINARY),), ORDINARY, keeps=True),
    Relation("excluded_who_keeps_orders", keeps=True, excluded=True),
    Relation("another_office"),
    Relation("who_asked_for_the_exclusion", officer=ASKER, reads_reason=True),
    Relation(
        "holder_who_asked_for_the_exclusion", (("duty", ALL),), ALL, ALL, officer=ASKER, reads_reason=True
    ),
]
NOBODY = Relation("nobody", officer=0, purpose="")
PURPOSES = sorted({purpose for table in tables().values() for purpose in table.system} | {"unknown"})
SYSTEM = [Relation(f"system_{purpose}", officer=0, purpose=purpose) for purpose in PURPOSES]
RELATIONS = [*OFFICES, NOBODY, *SYSTEM]

FILLING: dict[str, Any] = {
    "uuid": "00000000-0000-4000-8000-000000000001",
    "integer": 0,
    "bigint": 0,
    "smallint": 0,
    "boolean": False,
    "date": "2020-01-01",
    "timestamp with time zone": "2020-01-01T00:00:00Z",
    "jsonb": {},
    "bytea": "\\x00",
}

BESA = NewPerson(
    sex="Feminine",
    citizenship=("AL",),
    languages=("sq",),
    age_basis="declared",
    first_name="Besa",
    second_name="Shembulli",
    alias="Besi",
    birth_date=clock.today() - timedelta(days=24 * 366),
    document="X0000001",
    contact="by a friend",
    guardian="Guri Shembulli",
    guardian_relation="uncle",
)


class Situation:
    """The case, the offices by relation, and a row to try for each table."""

    def __init__(self, admin: psycopg.Connection) -> None:
        self.admin = admin
        self.case = _full_case()
        self.other = opened().id
        self.offices = {
            relation.name: self._new_office(1001 + n, relation.name) for n, relation in enumerate(OFFICES)
        }
        self.offer = self._row("duties_offer", "state = 'open'")
        self._clear_bases()
        for relation in OFFICES:
            self._relate(relation)
        self._exclude()
        self._key_waits()
        admin.execute("INSERT INTO access_deployment (id, country, is_demo) VALUES (1, 'test', false)")
        self.rows: dict[str, dict[str, Any]] = {}

    def row(self, table: Table, relation: Relation) -> dict[str, Any]:
        """A row of the case as this relation might try to write it: its own office wherever a row names one."""
        if table.name not in self.rows:
            where = (
                sql.SQL("{} = {}").format(sql.Identifier(table.case), self.case)
                if table.case
                else sql.SQL("true")
            )
            if table.name in ("duties_holding", "duties_assignment", "duties_pause"):
                where += sql.SQL(" AND until IS NULL")
            self.rows[table.name] = self._row(table.name, where)
        row = dict(self.rows[table.name])
        if "id" in row and table.name not in ("casefile_case", "access_deployment"):
            row["id"] = str(uuid4()) if isinstance(row["id"], str) else 900000
        mine = self.offices.get(relation.name)
        for column in {"office_id", "to_office_id", "reviewer_id"} & row.keys() if mine else ():
            row[column] = mine
        if table.name == "access_basis":
            row |= {
                "kind": "duty",
                "classes": sorted(ALL),
                "ended_at": None,
                "until": None,
                "officer_id": None,
            }
        if table.name == "orders_order":
            decided = ("confirmed_at", "confirmed_by_id", "confirmed_office_id", "opened_at")
            row |= dict.fromkeys(decided) | {"entered_by_id": relation.officer, "entered_office_id": mine}
        return row

    def settings(self, relation: Relation) -> tuple[str, str, str]:
        """What a scope in the name of this relation tells the database."""
        names = [relation.name, *([relation.also_office_of] if relation.also_office_of else [])]
        offices = ",".join(str(self.offices[name]) for name in names if name in self.offices)
        return str(relation.officer or ""), f"{{{offices}}}", relation.purpose

    def _row(self, table: str, where: str | sql.Composable) -> dict[str, Any]:
        condition = sql.SQL(where) if isinstance(where, str) else where
        found = self.admin.execute(
            sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE {} LIMIT 1").format(sql.Identifier(table), condition)
        ).fetchone()
        if found is None and not tables()[table].exempt and not tables()[table].case:
            return self._filled(table)
        if found is None and tables()[table].exempt:
            # The framework's own tables are held by grants alone, which need no row to be tried.
            columns = self.admin.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table]
            )
            return {column: None for (column,) in columns}
        assert found, f"the situation has no row of {table}"
        return dict(found[0])

    def _filled(self, table: str) -> dict[str, Any]:
        """A made-up row for a table that belongs to no case, whatever its columns are."""
        columns = self.admin.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        ).fetchall()
        row = {name: "{}" if kind.endswith("[]") else FILLING.get(kind, "x") for name, kind in columns}
        with self.admin.transaction():
            # What its keys point to does not matter here.
            self.admin.execute("SET LOCAL session_replication_role = replica")
            insert(self.admin, table, row)
        return row

    def _new_office(self, number: int, name: str) -> int:
        insert(
            self.admin,
            "agencies_office",
            self._row("agencies_office", "code = 'labour'") | {"id": number, "code": name},
        )
        return number

    def _clear_bases(self) -> None:
        self.admin.execute("UPDATE access_basis SET ended_at = now() WHERE case_id = %s", [self.case])
        self.admin.execute(
            "UPDATE duties_offer SET state = 'withdrawn', answered_at = now() WHERE state = 'open'"
        )

    def _relate(self, relation: Relation) -> None:
        mine, now = self.offices[relation.name], datetime.now(UTC)
        for kind, classes in relation.given:
            self.admin.execute(
                "INSERT INTO access_basis (id, case_id, office_id, officer_id, kind, reference, classes, since, until,"
                " case_opened_at, ended_at)"
                " VALUES (gen_random_uuid(), %s, %s, %s, %s, '', %s, %s, %s, now(), %s)",
                [
                    self.case,
                    mine,
                    relation.alone or None,
                    kind,
                    sorted(classes),
                    now - timedelta(minutes=30 if relation.alone else 1440),
                    now + timedelta(minutes=30) if relation.alone else None,
                    now if relation.ended else None,
                ],
            )
        if relation.over:
            # Time passes after the database wrote what the office sees.
            self.admin.execute(
                "UPDATE access_sight SET until = now() - interval '1 second' WHERE case_id = %s AND office_id = %s",
                [self.case, mine],
            )
        if relation.reviews:
            emergency = self._row("oversight_emergency", "true")
            insert(self.admin, "oversight_emergency", emergency | {"id": str(uuid4()), "reviewer_id": mine})
        if relation.offered:
            answered = {"state": "withdrawn", "answered_at": "2020-01-01T00:00:00Z"}
            offer = self.offer | {"id": str(uuid4()), "to_office_id": mine} | answered
            insert(self.admin, "duties_offer", offer)
        if relation.asked:
            self._ask(mine)
        if relation.keeps:
            competence = self._row("agencies_competence", "role = 'responsible_authority'")
            insert(self.admin, "agencies_competence", competence | {"id": 900000 + mine, "office_id": mine})
        notice = self._row("duties_notice", "true") | {"id": str(uuid4()), "office_id": mine}
        insert(self.admin, "duties_notice", notice)

    def _ask(self, mine: int) -> None:
        """Information is asked of the office now, and it refused what it was asked before."""
        request, refusal, words = (
            self._row(f"sharing_{name}", "true") for name in ("request", "refusal", "requesttext")
        )
        request |= {"id": str(uuid4()), "office_id": mine, "state": "open", "said": "", "ended_at": None}
        insert(self.admin, "sharing_request", request)
        about = {"request_id": request["id"]}
        insert(self.admin, "sharing_requesttext", words | about | {"id": str(uuid4())})
        insert(self.admin, "sharing_refusal", refusal | about | {"id": str(uuid4()), "office_id": mine})

    def _key_waits(self) -> None:
        """A key of the case has still to follow an order."""
        order = self._row("orders_order", "true")["id"]
        waits = {
            "id": str(uuid4()),
            "order_id": order,
            "case_id": str(self.case),
            "office_id": 1001,
            "lends": False,
        }
        insert(self.admin, "orders_pendingkey", waits)

    def _exclude(self) -> None:
        excluded = [(self.offices[r.name], None) for r in OFFICES if r.excluded] + [(None, EXCLUDED_OFFICER)]
        for office_id, officer in excluded:
            exclusion = uuid4()
            insert(
                self.admin,
                "access_exclusion",
                {
                    "id": str(exclusion),
                    "case_id": str(self.case),
                    "office_id": office_id,
                    "officer_id": officer,
                }
                | {"since": "2020-01-01T00:00:00Z", "ended_at": None},
            )
            insert(
                self.admin,
                "access_exclusionreason",
                {
                    "exclusion_id": str(exclusion),
                    "case_id": str(self.case),
                    "reason": "relative",
                    "asked_by": ASKER,
                }
                | {"asked_by_office": 1, "readers": [office("coordinator")]},
            )


def insert(connection: psycopg.Connection, table: str, row: dict[str, Any]) -> None:
    """Writes a row given as plain values."""
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, %s)"
        ).format(table=sql.Identifier(table), names=names),
        [json.dumps(row)],
    )


def _full_case() -> UUID:
    case = opened(
        who=BESA,
        needs=("food", "health_care", "long_term_accommodation"),
        note="A word that only the narrative holds.",
    )
    ben = person("border-ben").officer
    assert ben
    with by("border-ana") as ana:
        people.add_dependant(
            case_id=case.id, person=case.person, name="Bora", relation="daughter", birth_year=2019, by=ana
        )
        duties.name_worker(duty=duty(case.id, "lead").id, officer=ben, by=ana)
        casefile.record_fact(
            case=case.id,
            kind=FactKind.SERVICE,
            subject="food",
            happened_on=clock.today(),
            office=ana.office,
            by=ana,
        )
        token, _secret = bearer.make(label="a row for the matrix", acts=(), offices=(), days=1, by=ana)
        kept = answered.Answer(201, case.id, "/api/v1/me")
        answered.remember(token=token.id, key="a row for the matrix", request=b"", answer=kept)
        declined = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=declined, reason="no_capacity", by=sam)
    with by("border-ana") as ana:
        reviewing.ask(offer=declined, by=ana)
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("labour"), by=ana)
    with by("social-vera") as vera:
        emergencies.break_glass(
            reference=case.reference, danger=Danger.HEALTH, words="A row for the matrix.", by=vera
        )
    with by("health-hana") as hana:
        duties.suspend(duty=duty(case.id, "health_care").id, reason="ill", until=None, by=hana)
    with by("border-ana") as ana:
        identification.decide(
            case=case_by_id(case.id),
            decision=DecisionKind.DECLINED,
            decided_on=clock.today(),
            legal_basis="",
            by=ana,
        )
    run_procedure(case)
    agreed(case, "labour", "contact", who="social-sara")
    _words_of_two(case.id)
    refused(asked(case, "social-vlora", who="social-sara"), who="social-vera")
    in_force(case, "identity")
    hook, _secret = hooked("health-hana", "health-tirana")
    with by("health-hana") as hana:
        hooks.look_now(hook=hook, by=hana)
    housing.a_row_of_each(case)
    _imported_row(case.id)
    _question_about(ben)
    a_row_of_each()
    with by("coordinator-kim") as kim:
        planning.plan(sop("odihr-generic"), effective_on=clock.today() + timedelta(days=9), by=kim)
    with by("border-ben") as away:
        deputy = person("border-ana").officer or 0
        absences.mark_away(since=clock.today(), until=clock.today(), deputy=deputy, by=away)
    return case.id


def _words_of_two(case: UUID) -> None:
    with as_system("routing", reason="a row for the matrix"):
        ComingOfAge.objects.create(
            case_id=case,
            on=clock.today(),
            noted_at=clock.now(),
            asked_again_by=clock.today() + timedelta(days=60),
        )
    with by("border-ana") as ana:
        assert ana.officer
        assert ana.office
        decision = BestInterest.objects.create(
            case_id=case,
            about="placement",
            outcome="yes",
            decided_on=clock.today(),
            recorded_at=clock.now(),
            review_by=clock.today() + timedelta(days=30),
            child="directly",
            guardian="no_guardian",
            child_protection_heard=True,
            present=2,
            office_id=ana.office,
            officer_id=ana.officer,
        )
        BestInterestReasons.objects.create(decision=decision, case_id=case, sealed=b"1")
        asking = ChildAsking.objects.create(
            case_id=case,
            recipient_id=office("labour"),
            classes=["contact"],
            purpose="work",
            asked_at=clock.now(),
            asked_by_id=ana.officer,
            office_id=ana.office,
        )
        Voice.objects.create(
            asking=asking,
            case_id=case,
            whose="child",
            word="not_asked",
            why_not="harm",
            weight="assent",
            understood="not_asked",
        )


def _question_about(officer: int) -> None:
    with as_system("oversight", reason="a row for the matrix"):
        Signal.objects.create(
            kind=SignalKind.BY_NIGHT,
            officer_id=officer,
            office_id=office("border"),
            day=clock.today(),
            number=4,
            raised_at=clock.now(),
            reviewer_id=office("data-protection"),
        )


def _imported_row(case: UUID) -> None:
    from opennrm.casefile.models import ImportedRow

    with as_system("import", reason="a row for the matrix"):
        ImportedRow.objects.bulk_create(
            [ImportedRow(office_id=None, case_ref="1", content=b"1", case_id=case)]
        )
