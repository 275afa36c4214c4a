"""What the database holds of consents by itself: the text fits its digest, and what has ended is not opened again."""

GUARDS = """
ALTER TABLE sharing_consenttext ADD CONSTRAINT sharing_consenttext_fits_its_digest
CHECK (digest = encode(sha256(convert_to(body, 'UTF8')), 'hex'));

CREATE FUNCTION sharing_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'sharing: what was agreed stays as it was' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER sharing_consenttext_stays BEFORE UPDATE OR DELETE ON sharing_consenttext
FOR EACH ROW EXECUTE FUNCTION sharing_refuse();
CREATE TRIGGER sharing_consent_stays_ended BEFORE UPDATE ON sharing_consent
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.* IS DISTINCT FROM OLD.*) EXECUTE FUNCTION sharing_refuse();
CREATE TRIGGER sharing_consent_keeps_what_was_agreed BEFORE UPDATE ON sharing_consent
FOR EACH ROW WHEN ((OLD.recipient_id, OLD.classes, OLD.purpose, OLD.until, OLD.text_id, OLD.digest, OLD.given_at)
  IS DISTINCT FROM (NEW.recipient_id, NEW.classes, NEW.purpose, NEW.until, NEW.text_id, NEW.digest, NEW.given_at))
EXECUTE FUNCTION sharing_refuse();
-- Every office that sees the case may end a consent's basis, the recipient included; nobody may draw it out.
CREATE TRIGGER sharing_basis_only_shrinks BEFORE UPDATE ON access_basis
FOR EACH ROW WHEN (OLD.kind = 'consent' AND (NEW.until IS NULL OR NEW.until > OLD.until
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)))
EXECUTE FUNCTION sharing_refuse();
"""

# Who answers a request, and who reviews a refusal, stands once, in the ledger; the request only repeats it.
REQUEST_FOLLOWS_ITS_DUTY = """
CREATE FUNCTION sharing_request_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.kind = 'review_information_refusal' THEN
    UPDATE sharing_request SET reviewer_id = NEW.holder_id
      WHERE review_duty_id = NEW.id AND reviewed_at IS NULL AND reviewer_id <> NEW.holder_id;
    IF NEW.state = 'ended' THEN
      UPDATE sharing_request SET reviewed_at = NEW.ended_at, stands = true
        WHERE review_duty_id = NEW.id AND reviewed_at IS NULL;
    END IF;
    RETURN NULL;
  END IF;
  UPDATE sharing_request SET office_id = NEW.holder_id, answer_by = NEW.due_at
    WHERE duty_id = NEW.id AND state = 'open' AND (office_id <> NEW.holder_id OR answer_by IS DISTINCT FROM NEW.due_at);
  IF NEW.state = 'ended' THEN
    UPDATE sharing_request SET state = 'ended', ended_at = NEW.ended_at WHERE duty_id = NEW.id AND state = 'open';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sharing_request_moved AFTER UPDATE ON duties_duty FOR EACH ROW
WHEN (NEW.kind IN ('answer_information_request', 'review_information_refusal')) EXECUTE FUNCTION sharing_request_moved();

CREATE TRIGGER sharing_request_same_case BEFORE INSERT ON sharing_request
FOR EACH ROW EXECUTE FUNCTION duties_same_case();

CREATE FUNCTION sharing_same_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.case_id IS DISTINCT FROM (SELECT case_id FROM sharing_request WHERE id = NEW.request_id) THEN
    RAISE EXCEPTION 'sharing: the row belongs to another case' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_requesttext_same_case BEFORE INSERT ON sharing_requesttext
FOR EACH ROW EXECUTE FUNCTION sharing_same_case();
CREATE TRIGGER sharing_refusal_same_case BEFORE INSERT ON sharing_refusal
FOR EACH ROW EXECUTE FUNCTION sharing_same_case();
"""
UNDO_REQUEST_FOLLOWS = """
DROP TRIGGER sharing_refusal_same_case ON sharing_refusal;
DROP TRIGGER sharing_requesttext_same_case ON sharing_requesttext;
DROP FUNCTION sharing_same_case();
DROP TRIGGER sharing_request_same_case ON sharing_request;
DROP TRIGGER sharing_request_moved ON duties_duty;
DROP FUNCTION sharing_request_moved();
"""
