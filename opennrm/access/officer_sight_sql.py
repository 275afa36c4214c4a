"""Sight of one person of an office: an emergency opens a case to her and to no colleague."""

OFFICER_SIGHT = """
ALTER TABLE access_sight DROP CONSTRAINT access_sight_pkey;
ALTER TABLE access_sight ADD CONSTRAINT access_sight_pkey PRIMARY KEY (case_id, data_class, office_id, officer_id);

CREATE OR REPLACE FUNCTION access_basis_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  WITH pairs AS (
    SELECT DISTINCT case_id, office_id FROM touched
  ), wanted AS (
    SELECT b.case_id, b.office_id, COALESCE(b.officer_id, 0) AS officer_id, c.data_class,
           CASE WHEN bool_or(b.until IS NULL) THEN NULL ELSE max(b.until) END AS until,
           bool_or(b.kind = 'duty') AS writes, min(b.case_opened_at) AS opened_at
    FROM pairs JOIN access_basis b USING (case_id, office_id), unnest(b.classes) AS c(data_class)
    WHERE b.ended_at IS NULL AND (b.until IS NULL OR b.until > now())
    GROUP BY b.case_id, b.office_id, COALESCE(b.officer_id, 0), c.data_class
  ), gone AS (
    DELETE FROM access_sight s USING pairs p
    WHERE s.case_id = p.case_id AND s.office_id = p.office_id
      AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.case_id = s.case_id AND w.office_id = s.office_id
                      AND w.officer_id = s.officer_id AND w.data_class = s.data_class)
  )
  INSERT INTO access_sight (case_id, office_id, officer_id, data_class, until, writes, opened_at, is_open, excluded_offices, excluded_officers)
  SELECT w.case_id, w.office_id, w.officer_id, w.data_class, w.until, w.writes, w.opened_at,
         COALESCE((SELECT bool_and(s.is_open) FROM access_sight s WHERE s.case_id = w.case_id), true),
         COALESCE((SELECT array_agg(e.office_id) FROM access_exclusion e WHERE e.case_id = w.case_id AND e.ended_at IS NULL AND e.office_id IS NOT NULL), '{}'),
         COALESCE((SELECT array_agg(e.officer_id) FROM access_exclusion e WHERE e.case_id = w.case_id AND e.ended_at IS NULL AND e.officer_id IS NOT NULL), '{}')
  FROM wanted w
  ON CONFLICT (case_id, data_class, office_id, officer_id) DO UPDATE SET until = EXCLUDED.until, writes = EXCLUDED.writes
  WHERE access_sight.until IS DISTINCT FROM EXCLUDED.until OR access_sight.writes <> EXCLUDED.writes;
  RETURN NULL;
END $$;
"""
