"""What the log and the ledger say of one day, by ids alone; run in the name of the system."""

FIRST_SEQ = "SELECT min(seq) FROM access_audit WHERE seq >= %s AND at >= %s"
FIRST_DAY = "SELECT min(at) FROM access_audit"

# Opening a page of a case, its name or its contact; lists and searches are not opening.
READS = """
SELECT (body::jsonb ->> 'officer')::int, ARRAY(SELECT jsonb_array_elements_text(body::jsonb -> 'offices')::int), at, case_id,
       COALESCE(body::jsonb ->> 'basis', ''), verb = 'contact.read'
FROM access_audit
WHERE seq >= %s AND at >= %s AND at < %s AND case_id IS NOT NULL AND body::jsonb ->> 'officer' IS NOT NULL
  AND verb IN ('case.read', 'identity.read', 'contact.read', 'duties.read')
ORDER BY seq
"""
SEARCHES = """
SELECT (body::jsonb ->> 'officer')::int, min((body::jsonb -> 'offices' ->> 0)::int),
       count(*) FILTER (WHERE verb = 'cases.search'), count(*) FILTER (WHERE verb = 'casefile.open')
FROM access_audit
WHERE seq >= %s AND at >= %s AND at < %s AND verb IN ('cases.search', 'casefile.open') AND body::jsonb ->> 'officer' IS NOT NULL
GROUP BY 1
"""
# Who held a duty on these cases at some moment of the day, in which role, and who was named for it.
HELD = """
SELECT h.case_id, h.office_id, d.role,
       ARRAY(SELECT a.officer_id FROM duties_assignment a
             WHERE a.duty_id = h.duty_id AND a.since < %(end)s AND (a.until IS NULL OR a.until >= %(start)s))
FROM duties_holding h JOIN duties_duty d ON d.id = h.duty_id
WHERE h.case_id = ANY (%(cases)s) AND h.since < %(end)s AND (h.until IS NULL OR h.until >= %(start)s)
"""
BEARERS = """
SELECT token, count(DISTINCT case_id), array_agg(DISTINCT case_id) FILTER (WHERE case_id = ANY (%(cases)s))
FROM people_token WHERE kind = 'tolerant' AND token = ANY (%(tokens)s) GROUP BY token
"""
