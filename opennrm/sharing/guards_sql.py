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
