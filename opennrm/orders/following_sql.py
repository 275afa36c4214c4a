"""What the database does of orders by itself: two people, exactly what is named, in every case that comes to match."""

MATCH = """
CREATE FUNCTION orders_match(o orders_order, c casefile_case) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT CASE o.scope
     WHEN 'every' THEN true
     WHEN 'case' THEN c.id = o.case_id
     WHEN 'region' THEN c.region_id IS NOT DISTINCT FROM o.region_id
     WHEN 'fact' THEN CASE o.fact
       WHEN 'child' THEN c.fork = 'child'
       WHEN 'foreign' THEN EXISTS (SELECT 1 FROM people_person p WHERE p.id = c.person_id
         AND cardinality(p.citizenship) > 0 AND o.country <> ALL (p.citizenship))
       ELSE false END
     ELSE false END $$;
REVOKE ALL ON FUNCTION orders_match(orders_order, casefile_case) FROM PUBLIC;
"""

OPEN = """
CREATE FUNCTION orders_open(o orders_order, cases uuid[], at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  named uuid[];
BEGIN
  -- Two statements: one for both would read the whole country for each case that is opened.
  IF cases IS NULL THEN
    named := ARRAY(SELECT c.id FROM casefile_case c WHERE orders_match(o, c));
  ELSE
    named := ARRAY(SELECT c.id FROM casefile_case c WHERE c.id = ANY (cases) AND orders_match(o, c));
  END IF;
  WITH opened AS (
    INSERT INTO access_basis (id, case_id, office_id, kind, reference, classes, since, until, case_opened_at)
    SELECT gen_random_uuid(), c.id, f.office_id, 'order', o.id::text, o.classes, at, o.until, c.opened_at
    FROM unnest(named) AS n(id) JOIN casefile_case c ON c.id = n.id CROSS JOIN unnest(o.offices) AS f(office_id)
    WHERE NOT EXISTS (SELECT 1 FROM access_basis b WHERE b.case_id = c.id AND b.office_id = f.office_id
      AND b.kind = 'order' AND b.reference = o.id::text AND b.ended_at IS NULL)
    RETURNING case_id, office_id
  )
  INSERT INTO orders_pendingkey (id, order_id, case_id, office_id, lends)
  SELECT gen_random_uuid(), o.id, case_id, office_id, true FROM opened WHERE o.classes && '{identity,contact,narrative}';
END $$;
REVOKE ALL ON FUNCTION orders_open(orders_order, uuid[], timestamptz) FROM PUBLIC;

CREATE FUNCTION orders_order_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Held alone while an order opens or closes, and together by all who open or change a case: none slips between.
  PERFORM pg_advisory_xact_lock(7309940773962642);
  IF NEW.ended_at IS NULL THEN
    PERFORM orders_open(NEW, CASE WHEN NEW.case_id IS NOT NULL THEN ARRAY[NEW.case_id] END, NEW.opened_at);
    RETURN NULL;
  END IF;
  WITH closed AS (
    UPDATE access_basis SET ended_at = NEW.ended_at
    WHERE kind = 'order' AND reference = NEW.id::text AND ended_at IS NULL RETURNING case_id, office_id
  )
  INSERT INTO orders_pendingkey (id, order_id, case_id, office_id, lends)
  SELECT gen_random_uuid(), NEW.id, case_id, office_id, false FROM closed WHERE NEW.classes && '{identity,contact,narrative}';
  RETURN NULL;
END $$;
CREATE TRIGGER orders_order_moved AFTER UPDATE ON orders_order FOR EACH ROW
WHEN (NEW.opened_at IS NOT NULL AND (OLD.opened_at IS NULL OR OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL))
EXECUTE FUNCTION orders_order_moved();
"""

FOLLOW = """
CREATE FUNCTION orders_follow(cases uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  o orders_order;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7309940773962642);
  WITH closed AS (
    UPDATE access_basis b SET ended_at = now() FROM casefile_case c, orders_order r
    WHERE b.case_id = ANY (cases) AND c.id = b.case_id AND b.kind = 'order' AND b.ended_at IS NULL
    AND r.id::text = b.reference AND NOT orders_match(r, c) RETURNING b.case_id, b.office_id, r.id, r.classes
  )
  INSERT INTO orders_pendingkey (id, order_id, case_id, office_id, lends)
  SELECT gen_random_uuid(), id, case_id, office_id, false FROM closed WHERE classes && '{identity,contact,narrative}';
  FOR o IN SELECT * FROM orders_order WHERE opened_at IS NOT NULL AND ended_at IS NULL AND until > now() LOOP
    PERFORM orders_open(o, cases, greatest(o.opened_at, now()));
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION orders_follow(uuid[]) FROM PUBLIC;

CREATE FUNCTION orders_cases_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM orders_follow(ARRAY(SELECT id FROM touched));
  RETURN NULL;
END $$;
CREATE TRIGGER orders_cases_opened AFTER INSERT ON casefile_case REFERENCING NEW TABLE AS touched
FOR EACH STATEMENT EXECUTE FUNCTION orders_cases_opened();

CREATE FUNCTION orders_case_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM orders_follow(ARRAY[CASE TG_TABLE_NAME WHEN 'people_person' THEN (to_jsonb(NEW) ->> 'case_id')::uuid ELSE NEW.id END]);
  RETURN NULL;
END $$;
CREATE TRIGGER orders_case_changed AFTER UPDATE ON casefile_case FOR EACH ROW
WHEN ((OLD.region_id, OLD.fork) IS DISTINCT FROM (NEW.region_id, NEW.fork)) EXECUTE FUNCTION orders_case_changed();
CREATE TRIGGER orders_person_changed AFTER UPDATE ON people_person FOR EACH ROW
WHEN (OLD.citizenship IS DISTINCT FROM NEW.citizenship) EXECUTE FUNCTION orders_case_changed();
"""

# The application sets the instants; that they are set by whom and when they may be, holds whatever it does.
GUARDS = """
CREATE FUNCTION orders_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL AND NEW.* IS DISTINCT FROM OLD.* THEN
    RAISE EXCEPTION 'orders: what has ended stays as it was' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id, NEW.confirmed_office_id)
      IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id, OLD.confirmed_office_id)
      OR OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN
    RAISE EXCEPTION 'orders: an order is confirmed once, and opens once' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL AND (public.app_purpose() <> 'work'
      OR NEW.confirmed_by_id IS DISTINCT FROM public.app_officer() OR NEW.confirmed_office_id <> ALL (public.app_offices())
      OR NEW.entered_office_id = ANY (public.app_offices())) THEN
    RAISE EXCEPTION 'orders: confirmed by another person of another office, in her own name' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND public.app_purpose() = 'work'
      AND NEW.ended_by_id IS DISTINCT FROM public.app_officer() THEN
    RAISE EXCEPTION 'orders: ended in the name of who ends it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_guard BEFORE UPDATE ON orders_order FOR EACH ROW EXECUTE FUNCTION orders_guard();

CREATE FUNCTION orders_basis_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'orders: what an order opens is not drawn out' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER orders_basis_only_shrinks BEFORE UPDATE ON access_basis FOR EACH ROW
WHEN (OLD.kind = 'order' AND (NEW.until IS DISTINCT FROM OLD.until AND (NEW.until IS NULL OR NEW.until > OLD.until)
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)))
EXECUTE FUNCTION orders_basis_stays();
"""
