"""The traps of row security that were tried in the design, each with the proof that it is shut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from psycopg import errors
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access import queries as sight
from opennrm.access.matrix import tables
from opennrm.access.scope import NOBODY, acting, as_system, current
from opennrm.casefile.models import Case
from opennrm.duties import handover
from opennrm.duties.models import Duty, Holding
from opennrm.lib.problems import ChangedMeanwhile, Problem
from tests.acting import by, duty, office, opened, person
from tests.committed import committed

# Each was read for what it lets a caller learn or write; a new one has to be read too, and written down here.
REVIEWED = {
    "access_audit_append",
    "access_audit_write",
    "access_basis_changed",
    "access_case_is_known",
    "access_excludes_me",
    "access_exclusion_changed",
    "agencies_something_new",
    "casefile_case_closed",
    "casefile_case_inserted",
    "casefile_copy_sight",
    "casefile_sight_changed",
    "duties_case_written",
    "duties_check_duty",
    "duties_check_lead",
    "duties_duty_written",
    "duties_lead_moved",
    "duties_given_to_an_open_office",
    "duties_news",
    "duties_owed_counted",
    "duties_part_written",
    "duties_same_case",
    "identification_answer_moved",
    "orders_case_changed",
    "orders_cases_opened",
    "orders_follow",
    "orders_open",
    "orders_order_moved",
    "sharing_request_moved",
    "shelters_check_use",
    "shelters_stay_follows",
    "oversight_review_moved",
    "sharing_same_case",
    "sharing_child_identity",
    "sharing_decision_same_case",
    "sharing_voice_same_case",
    "sharing_voices_hold",
}
# What the application may call of these; the rest runs in triggers alone.
CALLABLE = {"access_audit_append", "access_case_is_known", "access_excludes_me", "duties_owed_counted"}
# Not those of an extension, which the database's makers review.
OURS = (
    "pronamespace = 'public'::regnamespace"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
SETTINGS = ("app.officer", "app.offices", "app.purpose")


@pytest.fixture(scope="module")
def catalogue(admin_url: str, application_url: str) -> Iterator[psycopg.Connection]:
    """The catalogue of the suite's own database, as a superuser reads it."""
    name = psycopg.conninfo.conninfo_to_dict(application_url)["dbname"]
    with psycopg.connect(
        psycopg.conninfo.make_conninfo(admin_url, dbname=name), autocommit=True
    ) as superuser:
        yield superuser


def names(catalogue: psycopg.Connection, query: str) -> set[str]:
    return {row[0] for row in catalogue.execute(query)}


def test_no_view_shows_rows_with_its_owners_eyes(catalogue: psycopg.Connection) -> None:
    leaking = names(
        catalogue,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"
        " AND NOT COALESCE(reloptions @> ARRAY['security_invoker=true'], false)",
    )
    assert leaking == set()


def test_no_materialised_view_keeps_counts(catalogue: psycopg.Connection) -> None:
    assert names(catalogue, "SELECT relname FROM pg_class WHERE relkind = 'm'") == set()


def test_no_function_is_leakproof(catalogue: psycopg.Connection) -> None:
    assert names(catalogue, f"SELECT proname FROM pg_proc p WHERE proleakproof AND {OURS}") == set()


def test_only_reviewed_functions_run_with_their_owners_rights(catalogue: psycopg.Connection) -> None:
    assert names(catalogue, f"SELECT proname FROM pg_proc p WHERE prosecdef AND {OURS}") == REVIEWED


def test_those_functions_fix_their_search_path_and_belong_to_the_owner_role(
    catalogue: psycopg.Connection,
) -> None:
    loose = names(
        catalogue,
        f"SELECT proname FROM pg_proc p WHERE prosecdef AND {OURS} AND (pg_get_userbyid(proowner) <> 'opennrm_owner'"
        " OR NOT EXISTS (SELECT 1 FROM unnest(proconfig) c WHERE c LIKE 'search_path=pg_catalog,%pg_temp'))",
    )
    assert loose == set()


def test_the_application_calls_only_those_it_needs(catalogue: psycopg.Connection) -> None:
    callable_ = names(
        catalogue,
        f"SELECT proname FROM pg_proc p WHERE prosecdef AND {OURS} AND prorettype <> 'trigger'::regtype"
        " AND has_function_privilege('opennrm_app', p.oid, 'EXECUTE')",
    )
    assert callable_ == CALLABLE


def test_no_sequence_counts_cases(catalogue: psycopg.Connection) -> None:
    counted = names(
        catalogue,
        "SELECT t.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
        " JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S'",
    )
    assert counted & {table.name for table in tables().values() if table.case} == set()


def test_the_applications_role_owns_nothing_and_bypasses_nothing(catalogue: psycopg.Connection) -> None:
    rights = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    row = catalogue.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = 'opennrm_app'").fetchone()
    assert row == (False,) * 5
    assert (
        names(catalogue, "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = 'opennrm_app'")
        == set()
    )
    assert (
        names(catalogue, "SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = 'opennrm_app'")
        == set()
    )
    assert (
        names(catalogue, "SELECT roleid FROM pg_auth_members WHERE pg_get_userbyid(member) = 'opennrm_app'")
        == set()
    )


def test_the_owner_role_cannot_log_in(catalogue: psycopg.Connection) -> None:
    row = catalogue.execute(
        "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'opennrm_owner'"
    ).fetchone()
    assert row == (False, False, False)


def test_the_application_makes_nothing_in_the_schema(app_connection: psycopg.Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app_connection.execute("CREATE TABLE public.mine (id integer)")


@pytest.mark.django_db
def test_an_office_attaches_no_row_to_a_case_it_cannot_see() -> None:
    case = opened()
    with by("border-ana"):
        lead = duty(case.id, "lead")
    now = datetime.now(UTC)
    with by("labour-lea"), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Holding.objects.bulk_create(
            [Holding(duty_id=lead.id, case_id=case.id, office_id=office("labour"), since=now)]
        )
    new = Duty(
        case_id=case.id,
        kind="food",
        rule="x",
        source="x",
        verified=False,
        sop="x",
        started_at=now,
        known_at=now,
        holder_id=office("labour"),
    )
    with by("labour-lea"), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Duty.objects.bulk_create([new])


@pytest.mark.django_db
def test_a_row_of_one_case_cannot_be_filed_under_another() -> None:
    mine, other = opened("labour-lea"), opened("border-ana")
    with by("border-ana"):
        lead = duty(other.id, "lead")
    held = Holding(duty_id=lead.id, case_id=mine.id, office_id=office("labour"), since=datetime.now(UTC))
    with (
        by("labour-lea"),
        pytest.raises(Exception, match=r"belongs to another case|row-level security"),
        transaction.atomic(),
    ):
        Holding.objects.bulk_create([held])


@pytest.mark.django_db
def test_an_offered_office_cannot_open_more_than_what_it_accepted() -> None:
    case = opened()
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "name_case_worker").id, to_office=office("labour"), by=ana)
        lead = duty(case.id, "lead").id
    basis = (
        "INSERT INTO access_basis (id, case_id, office_id, kind, reference, classes, since, case_opened_at)"
        " VALUES (%s, %s, %s, 'duty', %s, %s, now(), now())"
    )
    for classes in (["ordinary", "identity"], ["ordinary"]):
        with (
            by("labour-lea"),
            pytest.raises(Exception, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(basis, [uuid4(), case.id, office("labour"), str(lead), classes])


@pytest.mark.django_db
def test_an_offered_office_ends_nobodys_sight_but_its_own() -> None:
    case = opened()
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("labour"), by=ana)
    with by("labour-lea"), connection.cursor() as cursor:
        # Without a condition no policy for reading stands in the way.
        cursor.execute("UPDATE access_basis SET ended_at = now()")
        assert cursor.rowcount <= 1
    with by("border-ana"):
        assert sight.may_write(case.id)


@pytest.mark.django_db
def test_a_row_that_exists_unseen_is_told_in_one_generic_sentence() -> None:
    case = opened()
    with pytest.raises(ChangedMeanwhile) as refused, by("border-ana"), connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM casefile_case WHERE id = %s", [case.id])
        reference = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO casefile_case SELECT (jsonb_populate_record(c, %s)).* FROM casefile_case c WHERE id = %s",
            ["{}", case.id],
        )
    assert (refused.value.status, reference in str(refused.value), str(case.id) in str(refused.value)) == (
        409,
        False,
        False,
    )


@pytest.mark.django_db
def test_a_queryset_rendered_after_its_scope_shows_nothing() -> None:
    case = opened()
    with by("border-ana"):
        lazy = Case.objects.filter(id=case.id)
    assert list(lazy) == []


def settings_now() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(s, true) FROM unnest(%s::text[]) s", [list(SETTINGS)])
        return [value or "" for (value,) in cursor.fetchall()]


@pytest.fixture
def real(admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(admin_url, application_url, django_db_blocker, "scopes"):
        yield


def test_nothing_of_a_scope_stays_on_the_connection(real: None) -> None:
    ana = person("border-ana")
    with acting(ana):
        assert settings_now()[1] == f"{{{office('border')}}}"
    assert settings_now() == ["", "", ""]
    with pytest.raises(Problem), acting(ana):
        raise Problem("x", "x")
    assert settings_now() == ["", "", ""]
    with pytest.raises(ZeroDivisionError), as_system("sweep", reason="test"):
        _ = 1 // 0
    assert settings_now() == ["", "", ""]
    assert current() is NOBODY
    # A statement that fails leaves the same: nothing.
    with pytest.raises(Exception, match="division by zero"), acting(ana), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert settings_now() == ["", "", ""]


def test_a_scope_inside_another_gives_the_outer_its_eyes_back(real: None) -> None:
    with by("border-ana"):
        outer = settings_now()
        with as_system("statistics", reason="test"):
            assert settings_now()[2] == "statistics"
        assert settings_now() == outer
        with pytest.raises(ZeroDivisionError), as_system("statistics", reason="test"):
            _ = 1 // 0
        assert settings_now() == outer
