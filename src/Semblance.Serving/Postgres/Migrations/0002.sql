-- Version 2: filters by payload and tags are found by indexes. payload stays the text that was given; document is the same as jsonb,
-- or null where jsonb cannot hold it (\u0000 in a text, a number beyond numeric).
CREATE FUNCTION {schema}.document(payload text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN payload::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN NULL;
END
$$;

DO $$
DECLARE
    items text;
BEGIN
    FOR items IN SELECT 'items_' || name FROM {schema}.indexes LOOP
        EXECUTE format('ALTER TABLE {schema}.%I ADD COLUMN document jsonb GENERATED ALWAYS AS ({schema}.document(payload)) STORED', items);
        EXECUTE format('CREATE INDEX ON {schema}.%I USING gin (tags) WHERE tags IS NOT NULL', items);
        EXECUTE format('CREATE INDEX ON {schema}.%I USING gin (document jsonb_path_ops) WHERE document IS NOT NULL', items);
    END LOOP;
END
$$;
