"""The statements by which a case is copied and a copy is looked at; run as the owner."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from opennrm.access.matrix import tables
from opennrm.access.models import Basis, Sight
from opennrm.casefile.models import Case, ImportedRow
from opennrm.orders.models import Order, PendingKey
from opennrm.people.models import Token

# Sight is derived by the database, tokens follow from the names, no copy came from a file, and an order names its one case.
NOT_COPIED = (Sight, Token, ImportedRow, Order, PendingKey)
_ID = "'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'"
PREPARE = """
CREATE TEMP TABLE copied (source uuid, copy integer, old_reference text, reference text, shift interval) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE sealed (source uuid, copy integer, name text, value bytea, PRIMARY KEY (source, copy, name))
  ON COMMIT DELETE ROWS;
CREATE TEMP TABLE found_by (id uuid, case_id uuid, kind text, token bytea) ON COMMIT DELETE ROWS;
"""
COPIED, SEALED, FOUND_BY = (f"COPY {table} FROM STDIN" for table in ("copied", "sealed", "found_by"))
PLAN = "ANALYZE copied; ANALYZE sealed"
# Plans made while the tables were small would read the grown ones whole.
FORGET = "DISCARD PLANS"
TOKENS = "INSERT INTO people_token (id, case_id, kind, token) SELECT id, case_id, kind, token FROM found_by"
PATTERN = """
SELECT c.reference, p.sex, p.citizenship FROM casefile_case c JOIN people_person p ON p.id = c.person_id WHERE c.id = %s
"""
LEDGER = """
SELECT count(duties_check_duty(d.id)), count(duties_check_lead(c.id))
FROM casefile_case c JOIN duties_duty d ON d.case_id = c.id WHERE c.id = ANY (%s)
"""
SIGHT = """
SELECT office_id, data_class, writes, is_open, until + %s, excluded_offices, excluded_officers
FROM access_sight WHERE case_id = %s ORDER BY data_class, office_id
"""
OFFICES = "SELECT ARRAY(SELECT unnest(access_offices) ORDER BY 1) FROM casefile_case WHERE id = %s"


def models() -> list[type[Model]]:
    """The models that hold a part of a case, lower rooms first: a basis stands before its case, a duty before its parts."""
    return [
        model
        for model in apps.get_models()
        if model not in NOT_COPIED
        and model._meta.db_table in tables()
        and tables()[model._meta.db_table].case
    ]


def statement(model: type[Model]) -> str:
    """Copies the rows of one table: ids made anew from the old ones, instants moved, sealed values taken from beside."""
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if "AutoField" not in field.get_internal_type()]
    joins = " ".join(_sealed(model, field) for field in fields if _is_sealed(field))
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field) for field in fields)
    # Every case is given to the standing legal orders as it is opened.
    only = "WHERE s.kind <> 'order'" if model is Basis else ""
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM copied c "
        f"JOIN {table} s ON s.{tables()[table].case} = c.source {joins} {only}"
    )


def _sealed(model: type[Model], field: Field) -> str:  # type: ignore[type-arg]
    key, column = model._meta.pk.column, field.column
    return (
        f"LEFT JOIN sealed {column}_ ON {column}_.source = s.{key} AND {column}_.copy = c.copy "
        f"AND {column}_.name = '{column}'"
    )


def _value(model: type[Model], field: Field) -> str:  # type: ignore[type-arg]
    column = f's."{field.column}"'
    kind = field.target_field if isinstance(field, ForeignKey) else field
    if _is_sealed(field):
        return f"{field.column}_.value"
    if model is Case and field.column == "reference":
        return "c.reference"
    if model is Case and field.column == "access_offices":
        return "'{}'"
    if model is Basis and field.column == "reference":
        return f"CASE WHEN {column} ~ {_ID} THEN {_copied(column)}::text ELSE {column} END"
    match kind.get_internal_type():
        case "UUIDField":
            return _copied(column)
        case "DateTimeField":
            return f"{column} - c.shift"
        case "JSONField":
            return f"replace({column}::text, c.old_reference, c.reference)::jsonb"
    return column


def _is_sealed(field: Field) -> bool:  # type: ignore[type-arg]
    return field.get_internal_type() == "BinaryField"


def _copied(column: str) -> str:
    return f"md5({column}::text || '/' || c.copy)::uuid"


def sealed_columns(model: type[Model]) -> list[str]:
    """The columns of a model that hold sealed values."""
    return [field.column for field in model._meta.concrete_fields if _is_sealed(field)]


def sealed_of(model: type[Model]) -> str:
    """Reads the key and the sealed values of the rows of one case."""
    table, key = tables()[model._meta.db_table], model._meta.pk.column
    return f"SELECT {', '.join((key, *sealed_columns(model)))} FROM {table.name} WHERE {table.case} = %s"


def rows_of(model: type[Model]) -> str:
    """Counts the rows of one case in a table."""
    table = tables()[model._meta.db_table]
    return f"SELECT count(*) FROM {table.name} WHERE {table.case} = %s"
