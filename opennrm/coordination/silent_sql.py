# A year is confirmed once it is over, and what was confirmed stays: a meeting found later is entered, and counts.
SILENT = """
CREATE FUNCTION coordination_silentyear_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' AND NEW.confirmed_at IS NULL AND NEW.year < extract(year FROM NEW.asked_at AT TIME ZONE 'Europe/Tirane') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'coordination: a year that is over is asked about, and confirmed once' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER coordination_silentyear_moves BEFORE INSERT OR UPDATE OR DELETE ON coordination_silentyear
FOR EACH ROW EXECUTE FUNCTION coordination_silentyear_moves();
"""
UNDO_SILENT = """
DROP TRIGGER coordination_silentyear_moves ON coordination_silentyear;
DROP FUNCTION coordination_silentyear_moves();
"""
