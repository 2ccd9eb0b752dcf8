-- Version 1: which indexes there are. The items of index NAME are in the table items_NAME:
--   id bigint or text COLLATE "C", code bit(n), tags text[], payload text.
CREATE TABLE {schema}.version (
    number integer PRIMARY KEY,
    applied timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {schema}.indexes (
    name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z_][a-z0-9_]{0,39}$'),
    bits integer NOT NULL CHECK (bits BETWEEN 1 AND 65535),
    ids text NOT NULL CHECK (ids IN ('number', 'text')),
    encoder text,
    made timestamptz NOT NULL DEFAULT now()
);
