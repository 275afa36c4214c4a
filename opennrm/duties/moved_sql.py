# What stood before this was written down is filled in once; history is otherwise never edited, so its guards rest meanwhile.
CAME_FROM = """
ALTER TABLE duties_holding DISABLE TRIGGER USER;
UPDATE duties_holding h SET came_from_id = b.office_before
FROM (SELECT id, lag(office_id) OVER (PARTITION BY duty_id ORDER BY since, until NULLS LAST) AS office_before FROM duties_holding) b
WHERE b.id = h.id AND b.office_before IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE duties_holding ENABLE TRIGGER USER;
"""
# The same check of a duty as before, which now also holds each holding to the one before it.
CHECKED = """
CREATE OR REPLACE FUNCTION duties_check_duty(asked uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  d duties_duty%ROWTYPE;
  segments bigint; open_segments bigint; breaks bigint; strangers bigint; first_since timestamptz; last_until timestamptz; now_office integer; now_officer integer;
BEGIN
  SELECT * INTO d FROM duties_duty WHERE id = asked;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT count(*), count(*) FILTER (WHERE h.until IS NULL), count(*) FILTER (WHERE h.before IS DISTINCT FROM h.since AND h.n > 1),
         count(*) FILTER (WHERE h.came_from_id IS DISTINCT FROM h.office_before),
         min(h.since), max(h.until), max(h.office_id) FILTER (WHERE h.until IS NULL)
    INTO segments, open_segments, breaks, strangers, first_since, last_until, now_office
    FROM (SELECT since, until, office_id, came_from_id, lag(office_id) OVER w AS office_before, lag(until) OVER w AS before, row_number() OVER w AS n
          FROM duties_holding WHERE duty_id = asked WINDOW w AS (ORDER BY since, until NULLS LAST)) h;
  IF segments = 0 OR breaks > 0 OR first_since <> d.started_at THEN
    RAISE EXCEPTION 'duties: a duty must have one holder at every instant' USING ERRCODE = 'check_violation';
  END IF;
  IF strangers > 0 THEN
    RAISE EXCEPTION 'duties: a holding must name the office that held the duty before' USING ERRCODE = 'check_violation';
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
"""
