# An adoption is planned, then runs and is done, or is called off before it runs; nothing of it is changed afterwards.
PLANNED = """
CREATE UNIQUE INDEX duties_plannedadoption_one_at_a_time ON duties_plannedadoption ((true)) WHERE state IN ('planned', 'running');

CREATE FUNCTION duties_planned_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state = 'planned' THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.state, NEW.state) IN (('planned', 'running'), ('running', 'done')) AND app_purpose() <> 'work' THEN RETURN NEW; END IF;
    IF (OLD.state, NEW.state) = ('planned', 'called_off') THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'duties: an adoption is planned, runs and is done, or is called off' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER duties_planned_moves BEFORE INSERT OR UPDATE OR DELETE ON duties_plannedadoption
FOR EACH ROW EXECUTE FUNCTION duties_planned_moves();
"""
UNDO_PLANNED = """
DROP TRIGGER duties_planned_moves ON duties_plannedadoption;
DROP FUNCTION duties_planned_moves();
DROP INDEX duties_plannedadoption_one_at_a_time;
"""
