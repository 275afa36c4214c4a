"""Who reviews an emergency stands once, in the ledger; the emergency only repeats it."""

FOLLOWS = """
CREATE FUNCTION oversight_review_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE oversight_emergency SET reviewer_id = NEW.holder_id WHERE duty_id = NEW.id AND outcome = '';
  RETURN NULL;
END $$;
CREATE TRIGGER oversight_review_moved AFTER UPDATE OF holder_id ON duties_duty FOR EACH ROW
WHEN (NEW.kind = 'emergency_review' AND NEW.holder_id <> OLD.holder_id) EXECUTE FUNCTION oversight_review_moved();
"""
UNDO = """
DROP TRIGGER oversight_review_moved ON duties_duty;
DROP FUNCTION oversight_review_moved();
"""
