from __future__ import annotations

from psycopg import sql

from opennrm.access.matrix import Table, tables
from opennrm.lib.database import APPLICATION, OWNER

NEVER = "false"


def office_test(table: Table, verb: str) -> str:
    """The condition under which an office may use the verb on a row, as SQL."""
    if verb not in table.office:
        return NEVER
    if verb == "insert" and table.insert_check:
        return table.insert_check
    if verb == "update" and (table.update_check or table.insert_check):
        return table.update_check or table.insert_check
    if table.using and not (table.data_class and verb != "select"):
        return table.using
    writes = "" if verb == "select" else " AND s.writes"
    # One look-up a row, whatever the planner expects: with EXISTS it may read the sight of the whole country first.
    return (
        f"(SELECT true FROM access_sight s WHERE s.case_id = {table.name}.{table.case} "
        f"AND s.data_class = '{table.data_class}'{writes} LIMIT 1)"
    )


def row_test(table: Table, verb: str) -> str:
    """The whole condition of a policy: the system purposes that may, or the test for offices."""
    offices = office_test(table, verb)
    cases = []
    if purposes := table.purposes(verb):
        # As a subquery it is asked once a statement and not once a row: counts over the whole country halve.
        cases.append(f"WHEN (SELECT app_purpose()) = ANY ('{{{','.join(purposes)}}}'::text[]) THEN true")
    if offices != NEVER:
        # A system purpose that may read sight would otherwise pass the test for offices on every table.
        asked = "app_purpose() = 'work'" if table.case else "true"
        cases.append(f"WHEN {asked} THEN ({offices})")
    # Of an OR the planner expects next to no row, and joins what it takes for a few rows by reading them over and over.
    return f"CASE {' '.join(cases)} ELSE false END" if cases else NEVER


def statements(table: Table) -> list[sql.Composable]:
    """The statements that make one table's grants and policies what the matrix says, whatever they were before."""
    name, application = sql.Identifier(table.name), sql.Identifier(APPLICATION)
    made: list[sql.Composable] = [sql.SQL("REVOKE ALL ON {} FROM PUBLIC, {}").format(name, application)]
    for verb in table.verbs:
        columns: sql.Composable = sql.SQL("")
        if verb == "update" and table.update:
            columns = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, table.update)))
        made.append(
            sql.SQL("GRANT {}{} ON {} TO {}").format(sql.SQL(verb.upper()), columns, name, application)
        )
    if table.exempt:
        return [*made, sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(name)]
    made.append(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name))
    made.append(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(name))
    made.append(_policy("owner", "ALL", OWNER, name, "true", "true"))
    for verb in ("select", "insert", "update", "delete"):
        if verb not in table.verbs:
            made.append(
                sql.SQL("DROP POLICY IF EXISTS {} ON {}").format(sql.Identifier(f"application_{verb}"), name)
            )
            continue
        test = row_test(table, verb)
        using = "" if verb == "insert" else test
        check = test if verb in ("insert", "update") else ""
        made.append(_policy(f"application_{verb}", verb.upper(), APPLICATION, name, using, check))
    return made


def apply(cursor: object) -> int:
    """Makes grants and policies of every table what the matrix says and returns how many tables it walked; run as the owner."""
    for table in tables().values():
        for statement in statements(table):
            cursor.execute(statement)  # type: ignore[attr-defined]
    return len(tables())


def _policy(policy: str, verb: str, role: str, table: sql.Identifier, using: str, check: str) -> sql.Composed:
    made = sql.SQL(
        "DROP POLICY IF EXISTS {policy} ON {table}; CREATE POLICY {policy} ON {table} FOR {verb} TO {role}"
    ).format(policy=sql.Identifier(policy), table=table, verb=sql.SQL(verb), role=sql.Identifier(role))
    # The conditions come from the matrix file in the source, never from a request.
    if using:
        made += sql.SQL(f" USING ({using})")
    if check:
        made += sql.SQL(f" WITH CHECK ({check})")
    return made
