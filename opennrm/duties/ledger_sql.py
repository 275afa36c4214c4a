"""The ledger's invariants, held by the database at the end of every transaction."""

INVARIANTS = """
CREATE FUNCTION duties_check_duty(asked uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d duties_duty%ROWTYPE;
  segments bigint; open_segments bigint; breaks bigint; first_since timestamptz; last_until timestamptz; now_office integer; now_officer integer;
BEGIN
  SELECT * INTO d FROM duties_duty WHERE id = asked;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT count(*), count(*) FILTER (WHERE h.until IS NULL), count(*) FILTER (WHERE h.before IS DISTINCT FROM h.since AND h.n > 1),
         min(h.since), max(h.until), max(h.office_id) FILTER (WHERE h.until IS NULL)
    INTO segments, open_segments, breaks, first_since, last_until, now_office
    FROM (SELECT since, until, office_id, lag(until) OVER w AS before, row_number() OVER w AS n
          FROM duties_holding WHERE duty_id = asked WINDOW w AS (ORDER BY since, until NULLS LAST)) h;
  IF segments = 0 OR breaks > 0 OR first_since <> d.started_at THEN
    RAISE EXCEPTION 'duties: a duty must have one holder at every instant' USING ERRCODE = 'check_violation';
  END IF;
  IF d.state IN ('held', 'suspended', 'lapsed') THEN
    IF open_segments <> 1 OR now_office <> d.holder_id THEN
      RAISE EXCEPTION 'duties: an open duty must be held by exactly the office it names' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF open_segments <> 0 OR last_until <> d.ended_at THEN
    RAISE EXCEPTION 'duties: an ended duty must be held until it ended and no longer' USING ERRCODE = 'check_violation';
  END IF;
  SELECT max(officer_id) INTO now_officer FROM duties_assignment WHERE duty_id = asked AND until IS NULL;
  IF d.person_id IS DISTINCT FROM now_officer AND d.state IN ('held', 'suspended', 'lapsed') THEN
    RAISE EXCEPTION 'duties: the named person must be the one assigned' USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION duties_check_lead(asked uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c casefile_case%ROWTYPE; leads bigint; leader integer;
BEGIN
  SELECT * INTO c FROM casefile_case WHERE id = asked;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT count(*), max(holder_id) INTO leads, leader FROM duties_duty
    WHERE case_id = asked AND kind = 'lead' AND state IN ('held', 'suspended', 'lapsed');
  IF c.closed_on IS NULL AND (leads <> 1 OR leader <> c.lead_office_id) THEN
    RAISE EXCEPTION 'duties: an open case must have exactly one lead office' USING ERRCODE = 'check_violation';
  ELSIF c.closed_on IS NOT NULL AND leads <> 0 THEN
    RAISE EXCEPTION 'duties: a closed case has no lead' USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION duties_duty_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM duties_check_duty(NEW.id);
  IF NEW.kind = 'lead' THEN PERFORM duties_check_lead(NEW.case_id); END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER duties_duty_written AFTER INSERT OR UPDATE ON duties_duty
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_duty_written();

CREATE FUNCTION duties_part_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM duties_check_duty(NEW.duty_id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER duties_holding_written AFTER UPDATE ON duties_holding
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_part_written();
CREATE CONSTRAINT TRIGGER duties_assignment_written AFTER INSERT OR UPDATE ON duties_assignment
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_part_written();

CREATE FUNCTION duties_case_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM duties_check_lead(NEW.id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER duties_case_inserted AFTER INSERT ON casefile_case
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_case_written();
CREATE CONSTRAINT TRIGGER duties_case_updated AFTER UPDATE OF closed_on, lead_office_id ON casefile_case
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_case_written();

-- Which office leads stands once, in the ledger; the case only repeats it.
CREATE FUNCTION duties_lead_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE casefile_case SET lead_office_id = NEW.holder_id, worker_id = NEW.person_id WHERE id = NEW.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER duties_lead_moved AFTER UPDATE ON duties_duty FOR EACH ROW
WHEN (NEW.kind = 'lead' AND NEW.state IN ('held', 'suspended', 'lapsed')
      AND (OLD.holder_id <> NEW.holder_id OR OLD.person_id IS DISTINCT FROM NEW.person_id))
EXECUTE FUNCTION duties_lead_moved();

CREATE FUNCTION duties_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'duties: history is never edited' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER duties_event_is_final BEFORE UPDATE OR DELETE ON duties_event FOR EACH ROW EXECUTE FUNCTION duties_refuse();
CREATE TRIGGER duties_holding_is_kept BEFORE DELETE ON duties_holding FOR EACH ROW EXECUTE FUNCTION duties_refuse();
CREATE TRIGGER duties_holding_is_closed_once BEFORE UPDATE ON duties_holding FOR EACH ROW
WHEN (OLD.until IS NOT NULL) EXECUTE FUNCTION duties_refuse();

-- A row is filed under the case of its duty and no other: row security tests the case on the row itself.
CREATE FUNCTION duties_same_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.case_id IS DISTINCT FROM (SELECT case_id FROM duties_duty WHERE id = NEW.duty_id) THEN
    RAISE EXCEPTION 'duties: the row belongs to another case' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER duties_holding_same_case BEFORE INSERT ON duties_holding FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_assignment_same_case BEFORE INSERT ON duties_assignment FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_event_same_case BEFORE INSERT ON duties_event FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_offer_same_case BEFORE INSERT ON duties_offer FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_pause_same_case BEFORE INSERT ON duties_pause FOR EACH ROW EXECUTE FUNCTION duties_same_case();
CREATE TRIGGER duties_notice_same_case BEFORE INSERT ON duties_notice FOR EACH ROW EXECUTE FUNCTION duties_same_case();
"""
