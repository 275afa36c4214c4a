"""The invariants of the ledger, read from history by a superuser after everything was committed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg

OPEN = "('held', 'suspended', 'lapsed')"
# Each says what is broken: a statement that finds nothing where all is well.
BROKEN = {
    "a duty is held by exactly one office at every instant from its start to its end": f"""
        SELECT d.id FROM duties_duty d JOIN LATERAL (
          SELECT count(*) AS n, min(since) AS first, count(*) FILTER (WHERE until IS NULL) AS standing,
                 max(until) AS last, max(office_id) FILTER (WHERE until IS NULL) AS office,
                 count(*) FILTER (WHERE n > 1 AND before IS DISTINCT FROM since) AS breaks
          FROM (SELECT *, lag(until) OVER w AS before, row_number() OVER w AS n FROM duties_holding h
                WHERE h.duty_id = d.id WINDOW w AS (ORDER BY since, until NULLS LAST)) s) h ON true
        WHERE d.case_id = ANY(%(cases)s) AND (h.n = 0 OR h.first <> d.started_at OR h.breaks > 0
          OR (d.state IN {OPEN} AND (h.standing <> 1 OR h.office <> d.holder_id OR d.ended_at IS NOT NULL))
          OR (d.state NOT IN {OPEN} AND (h.standing <> 0 OR h.last IS DISTINCT FROM d.ended_at)))""",
    "each holding names the office that held the duty before, and the first names none": """
        SELECT h.id FROM (SELECT id, came_from_id, lag(office_id) OVER (PARTITION BY duty_id ORDER BY since, until NULLS LAST) AS before
          FROM duties_holding WHERE case_id = ANY(%(cases)s)) h WHERE h.came_from_id IS DISTINCT FROM h.before""",
    "an open case has one lead, which is the ledger's, and a closed one owes nothing": f"""
        SELECT c.id FROM casefile_case c WHERE c.id = ANY(%(cases)s) AND CASE WHEN c.closed_on IS NULL
          THEN ARRAY[c.lead_office_id] IS DISTINCT FROM (SELECT array_agg(holder_id) FROM duties_duty d
               WHERE d.case_id = c.id AND d.kind = 'lead' AND d.state IN {OPEN})
          ELSE EXISTS (SELECT 1 FROM duties_duty d WHERE d.case_id = c.id AND d.state IN {OPEN}) END""",
    "the state of a duty is the last that its history says": """
        SELECT d.id FROM duties_duty d WHERE d.case_id = ANY(%(cases)s) AND d.state IS DISTINCT FROM (
          SELECT e.state_after FROM duties_event e WHERE e.duty_id = d.id
          AND e.kind IN ('created', 'resume', 'lapsed', 'suspend', 'fulfil', 'waive', 'end') ORDER BY e.at DESC, e.known_at DESC,
          array_position(ARRAY['created', 'resume', 'lapsed', 'suspend', 'fulfil', 'waive', 'end'], e.kind) DESC LIMIT 1)""",
    "a limit is written as passed, and a step as taken, once": """
        SELECT duty_id FROM duties_event WHERE case_id = ANY(%(cases)s)
          AND kind IN ('lapsed', 'reminded', 'escalated', 'escalated_further', 'offer_expired', 'created')
        GROUP BY duty_id, kind, at, reason HAVING count(*) > 1""",
    "an offer that waits is of a duty that is owed, by the office that holds it, to another": f"""
        SELECT o.id FROM duties_offer o JOIN duties_duty d ON d.id = o.duty_id WHERE o.case_id = ANY(%(cases)s)
          AND o.state = 'open' AND (d.state NOT IN {OPEN} OR d.holder_id <> o.from_office_id)""",
    "a review that waits is of a duty that is owed, by the office that holds it": f"""
        SELECT r.id FROM duties_review r JOIN duties_duty d ON d.id = r.duty_id WHERE r.case_id = ANY(%(cases)s)
          AND r.outcome = 'open' AND (d.state NOT IN {OPEN} OR d.holder_id <> r.from_office_id)""",
    "an office is let in by its duties, its offers and its reviews, and by none that is over": """
        (SELECT case_id, office_id, kind, reference FROM access_basis WHERE case_id = ANY(%(cases)s) AND ended_at IS NULL
           AND (kind IN ('duty', 'offer') OR (kind = 'notice' AND until IS NULL))
         EXCEPT ALL ({wanted}))
        UNION ALL (({wanted}) EXCEPT ALL SELECT case_id, office_id, kind, reference FROM access_basis
           WHERE case_id = ANY(%(cases)s) AND ended_at IS NULL)""".replace(
        "{wanted}",
        f"""SELECT case_id, holder_id, 'duty', id::text FROM duties_duty WHERE case_id = ANY(%(cases)s) AND state IN {OPEN}
            UNION ALL SELECT case_id, to_office_id, 'offer', id::text FROM duties_offer
              WHERE case_id = ANY(%(cases)s) AND state = 'open'
            UNION ALL SELECT case_id, reviewer_id, 'notice', id::text FROM duties_review
              WHERE case_id = ANY(%(cases)s) AND outcome = 'open'""",
    )
    .replace("{{", "")
    .replace("}}", ""),
    "an excluded office owes nothing and is asked nothing": f"""
        SELECT e.id FROM access_exclusion e WHERE e.case_id = ANY(%(cases)s) AND e.ended_at IS NULL AND (
          EXISTS (SELECT 1 FROM duties_duty d WHERE d.case_id = e.case_id AND d.holder_id = e.office_id AND d.state IN {OPEN})
          OR EXISTS (SELECT 1 FROM duties_offer o WHERE o.case_id = e.case_id AND o.to_office_id = e.office_id AND o.state = 'open'))""",
    "an office that has closed owes nothing and is asked nothing": f"""
        SELECT f.id FROM agencies_office f WHERE f.closed_on IS NOT NULL AND (
          EXISTS (SELECT 1 FROM duties_duty d WHERE d.holder_id = f.id AND d.state IN {OPEN})
          OR EXISTS (SELECT 1 FROM duties_offer o WHERE o.to_office_id = f.id AND o.state = 'open'))""",
    "whoever is named works in the office that holds the duty": f"""
        SELECT d.id FROM duties_duty d WHERE d.case_id = ANY(%(cases)s) AND d.state IN {OPEN} AND (
          d.person_id IS DISTINCT FROM (SELECT max(officer_id) FROM duties_assignment a WHERE a.duty_id = d.id AND a.until IS NULL)
          OR (d.person_id IS NOT NULL AND NOT EXISTS
              (SELECT 1 FROM agencies_post p WHERE p.officer_id = d.person_id AND p.office_id = d.holder_id)))""",
    "when a duty is due follows from its start, its limit and its pauses": f"""
        SELECT d.id FROM duties_duty d WHERE d.case_id = ANY(%(cases)s) AND d.state IN {OPEN} AND d.due_at IS DISTINCT FROM
          CASE WHEN d.limit_amount IS NULL OR EXISTS (SELECT 1 FROM duties_pause p WHERE p.duty_id = d.id AND p.until IS NULL) THEN NULL
          ELSE d.started_at + d.limit_amount * interval '1 hour' + COALESCE((SELECT sum(p.until - p.since) FROM duties_pause p
            WHERE p.duty_id = d.id AND p.since < d.started_at + d.limit_amount * interval '1 hour'), interval '0') END""",
    "a duty is suspended while a pause of it is open": """
        SELECT d.id FROM duties_duty d WHERE d.case_id = ANY(%(cases)s) AND d.ended_at IS NULL AND (d.state = 'suspended') <>
          EXISTS (SELECT 1 FROM duties_pause p WHERE p.duty_id = d.id AND p.until IS NULL)""",
}


def broken(superuser: psycopg.Connection, cases: Sequence[UUID]) -> dict[str, list[tuple[object, ...]]]:
    """The invariants that do not hold for these cases, with what breaks them."""
    found = {
        says: superuser.execute(statement, {"cases": list(cases)}).fetchall()
        for says, statement in BROKEN.items()
    }
    return {says: rows for says, rows in found.items() if rows}
