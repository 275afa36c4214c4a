"""What is new to an office: a duty it holds, an offer, a review or a notice. Asked at the end of the transaction, so that
an exclusion made in the same one is heard."""

NEWS = """
CREATE FUNCTION duties_news() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM agencies_something_new(NEW.case_id, (to_jsonb(NEW) ->> TG_ARGV[0])::integer);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER duties_holding_news AFTER INSERT ON duties_holding DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.until IS NULL) EXECUTE FUNCTION duties_news('office_id');
CREATE CONSTRAINT TRIGGER duties_offer_news AFTER INSERT ON duties_offer DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION duties_news('to_office_id');
CREATE CONSTRAINT TRIGGER duties_notice_news AFTER INSERT ON duties_notice DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION duties_news('office_id');
CREATE CONSTRAINT TRIGGER duties_review_news AFTER INSERT ON duties_review DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.outcome = 'open') EXECUTE FUNCTION duties_news('reviewer_id');
CREATE CONSTRAINT TRIGGER duties_review_passed_on AFTER UPDATE OF reviewer_id ON duties_review DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.reviewer_id <> NEW.reviewer_id) EXECUTE FUNCTION duties_news('reviewer_id');
"""
