"""What was read is entered in the log only where it may still be seen: a withdrawal is before a read or after it."""

STILL_SEEN = """
ALTER FUNCTION access_audit_append(text[]) RENAME TO access_audit_write;
REVOKE ALL ON FUNCTION access_audit_write(text[]) FROM PUBLIC, opennrm_app;

CREATE FUNCTION access_audit_append(bodies text[]) RETURNS TABLE (size bigint, root bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry jsonb;
    reader integer;
    offices integer[];
BEGIN
    -- The lock of the log first: what another act took away has committed by now, or waits for this one.
    PERFORM pg_advisory_xact_lock(7309940773962641);
    FOR entry IN SELECT body::jsonb FROM unnest(bodies) AS body WHERE body LIKE '%"classes":[%' LOOP
        CONTINUE WHEN entry ->> 'purpose' <> 'work' OR entry ->> 'case' IS NULL OR entry ->> 'verb' NOT LIKE '%.read'
            OR jsonb_typeof(entry -> 'detail' -> 'classes') IS DISTINCT FROM 'array';
        reader := (entry ->> 'officer')::integer;
        offices := ARRAY(SELECT jsonb_array_elements_text(entry -> 'offices')::integer);
        IF EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(entry -> 'detail' -> 'classes') AS shown(data_class) WHERE NOT EXISTS (
                SELECT 1 FROM public.access_sight s
                WHERE s.case_id = (entry ->> 'case')::uuid AND s.data_class = shown.data_class
                AND s.office_id = ANY (offices) AND s.officer_id IN (0, reader)
                AND (s.until IS NULL OR s.until > clock_timestamp())
                AND NOT (s.excluded_offices && offices) AND NOT (s.excluded_officers @> ARRAY[reader])))
        THEN
            RAISE EXCEPTION 'access: what was read may no longer be seen' USING ERRCODE = 'serialization_failure';
        END IF;
    END LOOP;
    RETURN QUERY SELECT w.size, w.root FROM public.access_audit_write(bodies) AS w;
END $$;
REVOKE ALL ON FUNCTION access_audit_append(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_audit_append(text[]) TO opennrm_app;
"""
