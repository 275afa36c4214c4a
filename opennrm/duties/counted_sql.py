"""What offices owe, in numbers: counted set by set, where a test of every row would ask for the sight of each alone."""

# It repeats the test that row security makes of a duty and of the sight of its case, and answers with numbers alone.
COUNTED = """
CREATE FUNCTION duties_owed_counted(asked integer[], instant timestamptz, tonight timestamptz)
RETURNS TABLE (overdue bigint, due_today bigint, unnamed bigint, owed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH seen AS MATERIALIZED (
    SELECT s.case_id FROM access_sight s
    WHERE s.office_id = ANY (app_offices()) AND (s.officer_id = 0 OR s.officer_id = app_officer())
      AND (s.until IS NULL OR s.until > now()) AND NOT (s.excluded_offices && app_offices())
      AND NOT (s.excluded_officers @> ARRAY[app_officer()]) AND s.data_class = 'ordinary'
  )
  SELECT count(*) FILTER (WHERE d.due_at < instant OR d.state = 'lapsed'),
         count(*) FILTER (WHERE d.due_at >= instant AND d.due_at < tonight),
         count(*) FILTER (WHERE d.person_id IS NULL), count(*)
  FROM duties_duty d
  WHERE app_purpose() = 'work' AND d.holder_id = ANY (asked) AND d.holder_id = ANY (app_offices())
    AND d.state IN ('held', 'suspended', 'lapsed')
    AND (d.case_id IS NULL OR d.case_id IN (SELECT case_id FROM seen))
$$;
REVOKE ALL ON FUNCTION duties_owed_counted(integer[], timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION duties_owed_counted(integer[], timestamptz, timestamptz) TO opennrm_app;
"""
