"""What the database holds of places by itself: no bed beyond the room, no use drawn out, no stay apart from its use."""

GUARDS = """
CREATE FUNCTION shelters_place_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.number < 1 OR NEW.number > (SELECT capacity FROM shelters_room WHERE id = NEW.room_id) THEN
    RAISE EXCEPTION 'shelters: the room has no such place' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shelters_place_fits BEFORE INSERT OR UPDATE ON shelters_place
FOR EACH ROW EXECUTE FUNCTION shelters_place_fits();

-- A use ends earlier or as was said; what comes after it is another use, which the exclusion constraint weighs anew.
CREATE FUNCTION shelters_use_only_shrinks() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'shelters: a use of a place is never drawn out' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER shelters_use_only_shrinks BEFORE UPDATE ON shelters_use FOR EACH ROW
WHEN ((NEW.id, NEW.place_id, NEW.state, NEW.began_at, NEW.reason, NEW.set_by_id)
    IS DISTINCT FROM (OLD.id, OLD.place_id, OLD.state, OLD.began_at, OLD.reason, OLD.set_by_id)
  OR (NEW.until IS NULL AND OLD.until IS NOT NULL) OR NEW.until > OLD.until)
EXECUTE FUNCTION shelters_use_only_shrinks();

CREATE FUNCTION shelters_stay_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT u.state, u.began_at, u.until INTO NEW.state, NEW.began_at, NEW.until FROM shelters_use u WHERE u.id = NEW.use_id;
  RETURN NEW;
END $$;
CREATE TRIGGER shelters_stay_fits BEFORE INSERT ON shelters_stay
FOR EACH ROW EXECUTE FUNCTION shelters_stay_fits();

-- Runs with the owner's rights: who ends a use need not see whose stay it was.
CREATE FUNCTION shelters_stay_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE shelters_stay SET until = NEW.until WHERE use_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER shelters_stay_follows AFTER UPDATE ON shelters_use FOR EACH ROW
WHEN (OLD.until IS DISTINCT FROM NEW.until) EXECUTE FUNCTION shelters_stay_follows();

-- Asked at the end of the transaction: a place is held before it is occupied, and what is held or occupied is somebody's.
CREATE FUNCTION shelters_check_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (NEW.state = 'out_of_use') = EXISTS (SELECT 1 FROM shelters_stay s WHERE s.use_id = NEW.id) THEN
    RAISE EXCEPTION 'shelters: what is held or occupied is held or occupied for somebody' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'occupied' AND NOT EXISTS (
      SELECT 1 FROM shelters_stay mine JOIN shelters_stay before ON before.case_id = mine.case_id AND before.member = mine.member
      JOIN shelters_use u ON u.id = before.use_id
      WHERE mine.use_id = NEW.id AND u.place_id = NEW.place_id AND u.state = 'held' AND u.until = NEW.began_at) THEN
    RAISE EXCEPTION 'shelters: a place is held before it is occupied' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER shelters_check_use AFTER INSERT ON shelters_use DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION shelters_check_use();
"""
