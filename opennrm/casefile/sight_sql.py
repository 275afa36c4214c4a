"""What keeps a case's list of offices equal to the sight derived in `access`, and gives every case to standing legal orders."""

CASE_SIGHT = """
CREATE FUNCTION casefile_copy_sight(cases uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE casefile_case c SET access_offices = seen.offices
  FROM (
    SELECT t.case_id, COALESCE(array_agg(DISTINCT s.office_id) FILTER (WHERE s.office_id <> ALL (s.excluded_offices)), '{}') AS offices
    FROM unnest(cases) AS t(case_id) LEFT JOIN access_sight s ON s.case_id = t.case_id AND s.data_class = 'ordinary'
    GROUP BY t.case_id
  ) AS seen
  WHERE c.id = seen.case_id AND c.access_offices IS DISTINCT FROM seen.offices
$$;
REVOKE ALL ON FUNCTION casefile_copy_sight(uuid[]) FROM PUBLIC;

CREATE FUNCTION casefile_sight_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM casefile_copy_sight(ARRAY(SELECT DISTINCT case_id FROM touched));
  RETURN NULL;
END $$;
CREATE TRIGGER casefile_sight_inserted AFTER INSERT ON access_sight REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION casefile_sight_changed();
CREATE TRIGGER casefile_sight_updated AFTER UPDATE ON access_sight REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION casefile_sight_changed();
CREATE TRIGGER casefile_sight_deleted AFTER DELETE ON access_sight REFERENCING OLD TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION casefile_sight_changed();

CREATE FUNCTION casefile_case_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO access_basis (id, case_id, office_id, kind, reference, classes, since, until, case_opened_at)
  SELECT gen_random_uuid(), n.id, o.office_id, 'order', o.reference, o.classes, greatest(o.since, n.known_at), o.until, n.opened_at
  FROM touched n CROSS JOIN access_order o WHERE o.until IS NULL OR o.until > now();
  UPDATE access_sight s SET is_open = false FROM touched n WHERE s.case_id = n.id AND n.closed_on IS NOT NULL;
  PERFORM casefile_copy_sight(ARRAY(SELECT id FROM touched));
  RETURN NULL;
END $$;
CREATE TRIGGER casefile_case_inserted AFTER INSERT ON casefile_case REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION casefile_case_inserted();

CREATE FUNCTION casefile_case_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE access_sight SET is_open = (NEW.closed_on IS NULL) WHERE case_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER casefile_case_closed AFTER UPDATE ON casefile_case
FOR EACH ROW WHEN (OLD.closed_on IS DISTINCT FROM NEW.closed_on) EXECUTE FUNCTION casefile_case_closed();
"""
