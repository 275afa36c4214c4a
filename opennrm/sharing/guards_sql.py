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

# A consent on a child's case rests on two words; it cannot be written without them, nor outlive either.
VOICES = """
CREATE FUNCTION sharing_voice_same_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.case_id IS DISTINCT FROM (SELECT case_id FROM sharing_childasking WHERE id = NEW.asking_id)
     OR NEW.guardian_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people_guardian g
       WHERE g.id = NEW.guardian_id AND g.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'sharing: the row belongs to another case' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM people_guardian g WHERE g.id = NEW.guardian_id AND g.may_be_involved) THEN
    RAISE EXCEPTION 'sharing: a guardian who may be involved has no word' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_voice_same_case BEFORE INSERT ON sharing_voice
FOR EACH ROW EXECUTE FUNCTION sharing_voice_same_case();

CREATE TRIGGER sharing_childasking_stays BEFORE UPDATE OR DELETE ON sharing_childasking
FOR EACH ROW EXECUTE FUNCTION sharing_refuse();
CREATE TRIGGER sharing_voice_stays BEFORE UPDATE ON sharing_voice FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL AND NEW.* IS DISTINCT FROM OLD.*) EXECUTE FUNCTION sharing_refuse();

CREATE FUNCTION sharing_voices_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wanted uuid := NEW.id;
BEGIN
  IF TG_TABLE_NAME = 'sharing_voice' THEN
    SELECT consent_id INTO wanted FROM sharing_childasking WHERE id = NEW.asking_id;
  END IF;
  IF EXISTS (SELECT 1 FROM sharing_consent c JOIN casefile_case k ON k.id = c.case_id
    WHERE c.id = wanted AND c.ended_at IS NULL AND (k.fork = 'child' OR c.given_by <> 'person')
    AND (SELECT count(*) FROM sharing_childasking a JOIN sharing_voice v ON v.asking_id = a.id
         WHERE a.consent_id = c.id AND a.case_id = c.case_id AND a.recipient_id = c.recipient_id AND v.ended_at IS NULL
         AND (v.word = 'agrees' OR v.whose = 'child' AND (v.word = 'not_asked' OR v.weight = 'view'))) <> 2) THEN
    RAISE EXCEPTION 'sharing: on the case of a child a share stands on her word and her guardian''s'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sharing_consent_has_its_voices AFTER INSERT ON sharing_consent
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sharing_voices_hold();
CREATE CONSTRAINT TRIGGER sharing_voice_ends_its_consent AFTER UPDATE ON sharing_voice
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sharing_voices_hold();
"""
UNDO_VOICES = """
DROP TRIGGER sharing_voice_ends_its_consent ON sharing_voice;
DROP TRIGGER sharing_consent_has_its_voices ON sharing_consent;
DROP FUNCTION sharing_voices_hold();
DROP TRIGGER sharing_voice_stays ON sharing_voice;
DROP TRIGGER sharing_childasking_stays ON sharing_childasking;
DROP TRIGGER sharing_voice_same_case ON sharing_voice;
DROP FUNCTION sharing_voice_same_case();
"""

# A decision may stand in the place of a word that could not be had; it stays as it was.
BEST_INTEREST = """
CREATE TRIGGER sharing_bestinterest_stays BEFORE UPDATE OR DELETE ON sharing_bestinterest
FOR EACH ROW EXECUTE FUNCTION sharing_refuse();
CREATE TRIGGER sharing_bestinterestreasons_stays BEFORE UPDATE OR DELETE ON sharing_bestinterestreasons
FOR EACH ROW EXECUTE FUNCTION sharing_refuse();

CREATE FUNCTION sharing_decision_same_case() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wanted uuid := NEW.decision_id;
BEGIN
  IF wanted IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sharing_bestinterest b WHERE b.id = wanted AND b.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'sharing: the row belongs to another case' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_childasking_decision_same_case BEFORE INSERT ON sharing_childasking
FOR EACH ROW EXECUTE FUNCTION sharing_decision_same_case();
CREATE TRIGGER sharing_bestinterestreasons_same_case BEFORE INSERT ON sharing_bestinterestreasons
FOR EACH ROW EXECUTE FUNCTION sharing_decision_same_case();

CREATE OR REPLACE FUNCTION sharing_voices_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wanted uuid := NEW.id;
BEGIN
  IF TG_TABLE_NAME = 'sharing_voice' THEN
    SELECT consent_id INTO wanted FROM sharing_childasking WHERE id = NEW.asking_id;
  END IF;
  IF EXISTS (SELECT 1 FROM sharing_consent c JOIN casefile_case k ON k.id = c.case_id
    WHERE c.id = wanted AND c.ended_at IS NULL AND (k.fork = 'child' OR c.given_by <> 'person')
    AND (SELECT count(*) FROM sharing_childasking a JOIN sharing_voice v ON v.asking_id = a.id
         LEFT JOIN sharing_bestinterest b ON b.id = a.decision_id AND b.about = 'share' AND b.outcome = 'yes'
           AND b.recipient_id = a.recipient_id AND c.until <= (b.review_by + 2)
         WHERE a.consent_id = c.id AND a.case_id = c.case_id AND a.recipient_id = c.recipient_id AND v.ended_at IS NULL
         AND (v.word = 'agrees' OR v.whose = 'child' AND v.weight = 'view'
           OR v.word = 'not_asked' AND (b.id IS NOT NULL OR v.whose = 'child' AND v.weight = 'assent'))) <> 2) THEN
    RAISE EXCEPTION 'sharing: on the case of a child a share stands on her word and her guardian''s'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""
UNDO_BEST_INTEREST = """
DROP TRIGGER sharing_bestinterestreasons_same_case ON sharing_bestinterestreasons;
DROP TRIGGER sharing_childasking_decision_same_case ON sharing_childasking;
DROP FUNCTION sharing_decision_same_case();
DROP TRIGGER sharing_bestinterestreasons_stays ON sharing_bestinterestreasons;
DROP TRIGGER sharing_bestinterest_stays ON sharing_bestinterest;
"""

# Who a child is goes by consent or order to no office but those that trace her family or protect her.
CHILD_IDENTITY = """
CREATE FUNCTION sharing_child_identity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM casefile_case c WHERE c.id = NEW.case_id AND c.fork = 'child')
     AND NOT EXISTS (SELECT 1 FROM agencies_competence k JOIN agencies_childrole r ON r.role = k.role
       WHERE k.office_id = NEW.office_id AND k.since <= NEW.since::date AND (k.until IS NULL OR k.until >= NEW.since::date)) THEN
    -- An order for many cases goes on for all of them and leaves this out; what two people agreed to is refused whole.
    IF NEW.kind = 'consent' THEN
      RAISE EXCEPTION 'sharing: who a child is goes to offices that trace her family or protect her alone'
        USING ERRCODE = 'check_violation';
    END IF;
    NEW.classes := array_remove(NEW.classes, 'identity');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_child_identity BEFORE INSERT ON access_basis FOR EACH ROW
WHEN (NEW.kind IN ('consent', 'order') AND 'identity' = ANY (NEW.classes)) EXECUTE FUNCTION sharing_child_identity();
"""
UNDO_CHILD_IDENTITY = """
DROP TRIGGER sharing_child_identity ON access_basis;
DROP FUNCTION sharing_child_identity();
"""

# Who has come of age answers for herself: both guards look away from then on.
COMING_OF_AGE = """
CREATE TRIGGER sharing_comingofage_stays BEFORE UPDATE OR DELETE ON sharing_comingofage
FOR EACH ROW EXECUTE FUNCTION sharing_refuse();
CREATE OR REPLACE FUNCTION sharing_voices_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wanted uuid := NEW.id;
BEGIN
  IF TG_TABLE_NAME = 'sharing_voice' THEN
    SELECT consent_id INTO wanted FROM sharing_childasking WHERE id = NEW.asking_id;
  END IF;
  IF EXISTS (SELECT 1 FROM sharing_consent c JOIN casefile_case k ON k.id = c.case_id
    WHERE c.id = wanted AND c.ended_at IS NULL AND (c.given_by <> 'person' OR k.fork = 'child'
      AND NOT EXISTS (SELECT 1 FROM sharing_comingofage o WHERE o.case_id = c.case_id))
    AND (SELECT count(*) FROM sharing_childasking a JOIN sharing_voice v ON v.asking_id = a.id
         LEFT JOIN sharing_bestinterest b ON b.id = a.decision_id AND b.about = 'share' AND b.outcome = 'yes'
           AND b.recipient_id = a.recipient_id AND c.until <= (b.review_by + 2)
         WHERE a.consent_id = c.id AND a.case_id = c.case_id AND a.recipient_id = c.recipient_id AND v.ended_at IS NULL
         AND (v.word = 'agrees' OR v.whose = 'child' AND v.weight = 'view'
           OR v.word = 'not_asked' AND (b.id IS NOT NULL OR v.whose = 'child' AND v.weight = 'assent'))) <> 2) THEN
    RAISE EXCEPTION 'sharing: on the case of a child a share stands on her word and her guardian''s'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION sharing_child_identity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM casefile_case c WHERE c.id = NEW.case_id AND c.fork = 'child')
     AND NOT EXISTS (SELECT 1 FROM sharing_comingofage o WHERE o.case_id = NEW.case_id)
     AND NOT EXISTS (SELECT 1 FROM agencies_competence k JOIN agencies_childrole r ON r.role = k.role
       WHERE k.office_id = NEW.office_id AND k.since <= NEW.since::date AND (k.until IS NULL OR k.until >= NEW.since::date)) THEN
    -- An order for many cases goes on for all of them and leaves this out; what two people agreed to is refused whole.
    IF NEW.kind = 'consent' THEN
      RAISE EXCEPTION 'sharing: who a child is goes to offices that trace her family or protect her alone'
        USING ERRCODE = 'check_violation';
    END IF;
    NEW.classes := array_remove(NEW.classes, 'identity');
  END IF;
  RETURN NEW;
END $$;
"""
UNDO_COMING_OF_AGE = """
DROP TRIGGER sharing_comingofage_stays ON sharing_comingofage;
"""
