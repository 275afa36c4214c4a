"""The audit log in the database: append-only, chained under a lock in the transaction it records."""

# The generated columns are texts because a time zone makes a cast to a timestamp depend on the session.
CREATE_AUDIT = r"""
CREATE TABLE access_audit (
    seq bigint PRIMARY KEY,
    body text NOT NULL,
    leaf bytea NOT NULL,
    root bytea NOT NULL,
    at text COLLATE "C" GENERATED ALWAYS AS (body::jsonb ->> 'at') STORED,
    actor text COLLATE "C" GENERATED ALWAYS AS (body::jsonb ->> 'actor') STORED,
    verb text COLLATE "C" GENERATED ALWAYS AS (body::jsonb ->> 'verb') STORED,
    case_id uuid GENERATED ALWAYS AS ((body::jsonb ->> 'case')::uuid) STORED
);
CREATE INDEX access_audit_case ON access_audit (case_id, seq) WHERE case_id IS NOT NULL;

CREATE TABLE access_tree (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    size bigint NOT NULL,
    frontier bytea NOT NULL
);
INSERT INTO access_tree (size, frontier) VALUES (0, '');

CREATE FUNCTION access_audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER access_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_audit
FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();
CREATE TRIGGER access_tree_stays BEFORE INSERT OR DELETE OR TRUNCATE ON access_tree
FOR EACH STATEMENT EXECUTE FUNCTION access_audit_refuse();
CREATE TRIGGER access_tree_only_grows BEFORE UPDATE ON access_tree
FOR EACH ROW WHEN (NEW.size <= OLD.size) EXECUTE FUNCTION access_audit_refuse();

CREATE FUNCTION access_audit_append(bodies text[]) RETURNS TABLE (size bigint, root bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    count_now bigint;
    packed bytea;
    nodes bytea[] := '{}';
    depth integer := 0;
    body text;
    leaf bytea;
    node bytea;
    carry bigint;
BEGIN
    -- Held until the commit, so that the next transaction continues from what this one leaves.
    PERFORM pg_advisory_xact_lock(7309940773962641);
    SELECT t.size, t.frontier INTO STRICT count_now, packed FROM public.access_tree t;
    WHILE depth * 32 < length(packed) LOOP
        nodes[depth + 1] := substring(packed FROM depth * 32 + 1 FOR 32);
        depth := depth + 1;
    END LOOP;
    node := sha256('');
    FOREACH body IN ARRAY bodies LOOP
        leaf := sha256('\x00'::bytea || convert_to(body, 'UTF8'));
        node := leaf;
        carry := count_now;
        WHILE carry & 1 = 1 LOOP
            node := sha256('\x01'::bytea || nodes[depth] || node);
            depth := depth - 1;
            carry := carry >> 1;
        END LOOP;
        depth := depth + 1;
        nodes[depth] := node;
        count_now := count_now + 1;
        FOR larger IN REVERSE depth - 1 .. 1 LOOP
            node := sha256('\x01'::bytea || nodes[larger] || node);
        END LOOP;
        INSERT INTO public.access_audit (seq, body, leaf, root) VALUES (count_now, body, leaf, node);
    END LOOP;
    IF cardinality(bodies) > 0 THEN
        packed := '';
        FOR place IN 1 .. depth LOOP
            packed := packed || nodes[place];
        END LOOP;
        UPDATE public.access_tree t SET size = count_now, frontier = packed;
    ELSIF count_now > 0 THEN
        SELECT a.root INTO STRICT node FROM public.access_audit a WHERE a.seq = count_now;
    END IF;
    RETURN QUERY SELECT count_now, node;
END $$;
REVOKE ALL ON FUNCTION access_audit_append(text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION access_audit_refuse() FROM PUBLIC;
REVOKE ALL ON access_audit, access_tree FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_audit_append(text[]) TO opennrm_app;
"""

DROP_AUDIT = """
DROP FUNCTION access_audit_append(text[]);
DROP TABLE access_audit, access_tree;
DROP FUNCTION access_audit_refuse();
"""
