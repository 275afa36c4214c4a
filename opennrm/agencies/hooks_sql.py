"""Who answers for an office, as row security asks it; and the note that something new came to an office, without what."""

ANSWERS_FOR = """
CREATE FUNCTION agencies_answers_for(asked integer) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT asked = ANY (app_offices()) AND app_officer() = (
   SELECT p.officer_id FROM agencies_post p
   WHERE p.office_id = asked AND p.officer_id IS NOT NULL
     AND p.since <= current_date AND (p.until IS NULL OR p.until >= current_date)
   ORDER BY p.is_head DESC, p.id LIMIT 1) $$;
GRANT EXECUTE ON FUNCTION agencies_answers_for(integer) TO opennrm_app;
"""

# An exclusion silences the office on this case whole: also where one of its people is excluded, or holds a post in an
# office that is, she would otherwise hear that there is something she is not shown.
NEWS = """
CREATE FUNCTION agencies_something_new(asked uuid, told integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM agencies_hook WHERE office_id = told AND state = 'on') THEN RETURN; END IF;
  IF asked IS NOT NULL AND EXISTS (
    SELECT 1 FROM access_exclusion e WHERE e.case_id = asked AND e.ended_at IS NULL
      AND (e.office_id = told
           OR e.officer_id IN (SELECT p.officer_id FROM agencies_post p
                               WHERE p.office_id = told AND (p.until IS NULL OR p.until >= current_date))
           OR e.office_id IN (SELECT q.office_id FROM agencies_post p JOIN agencies_post q USING (officer_id)
                              WHERE p.office_id = told
                                AND (p.until IS NULL OR p.until >= current_date) AND (q.until IS NULL OR q.until >= current_date)))
  ) THEN RETURN; END IF;
  -- One row for each transaction: two transactions never wait for each other here, and neither hides the other's news.
  INSERT INTO agencies_hooknews (hook_id, transaction)
  SELECT id, pg_current_xact_id()::text::bigint FROM agencies_hook WHERE office_id = told AND state = 'on'
  ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION agencies_something_new(uuid, integer) FROM PUBLIC;
"""
