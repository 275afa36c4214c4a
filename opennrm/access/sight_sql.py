"""The functions row security rests on, and the triggers that derive sight from bases and exclusions."""

SETTINGS = """
CREATE FUNCTION app_officer() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.officer', true), '')::integer $$;
CREATE FUNCTION app_offices() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.offices', true), '')::integer[] $$;
CREATE FUNCTION app_purpose() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT COALESCE(current_setting('app.purpose', true), '') $$;
GRANT EXECUTE ON FUNCTION app_officer(), app_offices(), app_purpose() TO opennrm_app;
"""

SIGHT = """
CREATE FUNCTION access_case_is_known(asked uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM access_basis WHERE case_id = asked) $$;
REVOKE ALL ON FUNCTION access_case_is_known(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_case_is_known(uuid) TO opennrm_app;

CREATE FUNCTION access_basis_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  WITH pairs AS (
    SELECT DISTINCT case_id, office_id FROM touched
  ), wanted AS (
    SELECT b.case_id, b.office_id, c.data_class,
           CASE WHEN bool_or(b.until IS NULL) THEN NULL ELSE max(b.until) END AS until,
           bool_or(b.kind = 'duty') AS writes, min(b.case_opened_at) AS opened_at
    FROM pairs JOIN access_basis b USING (case_id, office_id), unnest(b.classes) AS c(data_class)
    WHERE b.ended_at IS NULL AND (b.until IS NULL OR b.until > now())
    GROUP BY b.case_id, b.office_id, c.data_class
  ), gone AS (
    DELETE FROM access_sight s USING pairs p
    WHERE s.case_id = p.case_id AND s.office_id = p.office_id
      AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.case_id = s.case_id AND w.office_id = s.office_id AND w.data_class = s.data_class)
  )
  INSERT INTO access_sight (case_id, office_id, data_class, until, writes, opened_at, is_open, excluded_offices, excluded_officers)
  SELECT w.case_id, w.office_id, w.data_class, w.until, w.writes, w.opened_at,
         COALESCE((SELECT bool_and(s.is_open) FROM access_sight s WHERE s.case_id = w.case_id), true),
         COALESCE((SELECT array_agg(e.office_id) FROM access_exclusion e WHERE e.case_id = w.case_id AND e.ended_at IS NULL AND e.office_id IS NOT NULL), '{}'),
         COALESCE((SELECT array_agg(e.officer_id) FROM access_exclusion e WHERE e.case_id = w.case_id AND e.ended_at IS NULL AND e.officer_id IS NOT NULL), '{}')
  FROM wanted w
  ON CONFLICT (case_id, office_id, data_class) DO UPDATE SET until = EXCLUDED.until, writes = EXCLUDED.writes
  WHERE access_sight.until IS DISTINCT FROM EXCLUDED.until OR access_sight.writes <> EXCLUDED.writes;
  RETURN NULL;
END $$;
CREATE TRIGGER access_basis_inserted AFTER INSERT ON access_basis REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION access_basis_changed();
CREATE TRIGGER access_basis_updated AFTER UPDATE ON access_basis REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION access_basis_changed();

CREATE FUNCTION access_exclusion_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE access_sight s SET
    excluded_offices = COALESCE((SELECT array_agg(e.office_id) FROM access_exclusion e WHERE e.case_id = s.case_id AND e.ended_at IS NULL AND e.office_id IS NOT NULL), '{}'),
    excluded_officers = COALESCE((SELECT array_agg(e.officer_id) FROM access_exclusion e WHERE e.case_id = s.case_id AND e.ended_at IS NULL AND e.officer_id IS NOT NULL), '{}')
  WHERE s.case_id IN (SELECT case_id FROM touched);
  RETURN NULL;
END $$;
CREATE TRIGGER access_exclusion_inserted AFTER INSERT ON access_exclusion REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION access_exclusion_changed();
CREATE TRIGGER access_exclusion_updated AFTER UPDATE ON access_exclusion REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION access_exclusion_changed();
"""

# An exclusion is tested apart from sight where a row is read by one who may have no sight of the case.
EXCLUDES_ME = """
CREATE FUNCTION access_excludes_me(asked uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM access_exclusion e WHERE e.case_id = asked AND e.ended_at IS NULL
   AND (e.office_id = ANY (app_offices()) OR e.officer_id = app_officer())) $$;
REVOKE ALL ON FUNCTION access_excludes_me(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_excludes_me(uuid) TO opennrm_app;
"""

DEPLOYMENT = """
CREATE FUNCTION access_deployment_stays_demo() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'access: a demonstration stays one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER access_deployment_stays_demo BEFORE UPDATE ON access_deployment FOR EACH ROW
WHEN (OLD.is_demo AND NOT NEW.is_demo) EXECUTE FUNCTION access_deployment_stays_demo();
"""
