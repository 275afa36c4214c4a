"""An office that has closed is given nothing: held at the end of each transaction, because an office may close in the middle of one.

Whoever closes an office waits for those who have just given it something and hands that on as well; whoever comes after
waits for the closing and is refused here.
"""

CLOSED_OFFICES = """
CREATE FUNCTION duties_given_to_an_open_office() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'duties_duty' THEN
    PERFORM 1 FROM duties_duty d JOIN agencies_office o ON o.id = d.holder_id
      WHERE d.id = NEW.id AND d.ended_at IS NULL AND o.closed_on IS NOT NULL;
  ELSIF TG_TABLE_NAME = 'duties_offer' THEN
    PERFORM 1 FROM duties_offer f JOIN agencies_office o ON o.id = f.to_office_id
      WHERE f.id = NEW.id AND f.state = 'open' AND o.closed_on IS NOT NULL;
  ELSE
    PERFORM 1 FROM duties_review r JOIN agencies_office o ON o.id IN (r.reviewer_id, r.to_office_id)
      WHERE r.id = NEW.id AND r.outcome = 'open' AND o.closed_on IS NOT NULL;
  END IF;
  -- A file from another place may name an office that has closed since; nothing is given to it by that.
  IF FOUND AND COALESCE(current_setting('app.purpose', true), '') <> 'import' THEN
    RAISE EXCEPTION 'duties: an office that has closed is given nothing' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER duties_duty_to_an_open_office AFTER INSERT OR UPDATE OF holder_id ON duties_duty
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_given_to_an_open_office();
CREATE CONSTRAINT TRIGGER duties_offer_to_an_open_office AFTER INSERT ON duties_offer
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_given_to_an_open_office();
CREATE CONSTRAINT TRIGGER duties_review_by_an_open_office AFTER INSERT ON duties_review
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION duties_given_to_an_open_office();
"""
