-- A database as version 1 left it, kept to be brought up to date.
CREATE SCHEMA semblance;
CREATE TABLE semblance.version (number integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
CREATE TABLE semblance.indexes (
    name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z_][a-z0-9_]{0,39}$'),
    bits integer NOT NULL CHECK (bits BETWEEN 1 AND 65535),
    ids text NOT NULL CHECK (ids IN ('number', 'text')),
    encoder text,
    made timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE semblance.items_photos (id text COLLATE "C" PRIMARY KEY, code bit(16) NOT NULL, tags text[], payload text);
CREATE TABLE semblance.items_other (id bigint PRIMARY KEY, code bit(8) NOT NULL, tags text[], payload text);
INSERT INTO semblance.version (number) VALUES (1);
INSERT INTO semblance.indexes (name, bits, ids, encoder) VALUES
    ('photos', 16, 'text', '{"run":"r","model":"0f3a","transform":"64","classes":[]}'),
    ('other', 8, 'number', NULL);
INSERT INTO semblance.items_photos VALUES
    ('beach/001.jpg', B'1000000000000001', '{beach,sea}', '{"n":  1.0, "a": 2}'),
    ('beach/002.jpg', B'0000000000000000', NULL, '{"n": "\u0000"}'),
    ('beach/003.jpg', B'0000000000000001', NULL, NULL);
INSERT INTO semblance.items_other VALUES (-5, B'00000001', NULL, NULL);
