-- An index for each generation, as rows. `document` is the number of the document in its generation;
-- it is in every key, so that a distributed engine can spread the tables by it.

CREATE TABLE generations (
    sequence integer PRIMARY KEY,
    id text NOT NULL UNIQUE,
    format integer NOT NULL,
    parent text,
    built timestamptz NOT NULL,
    model text NOT NULL,
    fingerprint text NOT NULL,
    content text NOT NULL,
    documents integer NOT NULL,
    passages integer NOT NULL,
    sentences integer NOT NULL,
    related double precision NOT NULL,
    found double precision NOT NULL,
    failed json NOT NULL,
    embedded integer NOT NULL,
    dimension integer NOT NULL,
    token_bytes integer NOT NULL,
    terms_per_passage double precision NOT NULL,
    served boolean NOT NULL DEFAULT false
);

CREATE TABLE documents (
    generation integer NOT NULL,
    document integer NOT NULL,
    id text NOT NULL,
    title text NOT NULL,
    language text NOT NULL,
    url text,
    date date,
    passages integer NOT NULL,
    digest text NOT NULL,
    text text NOT NULL,
    paragraphs json NOT NULL,
    sentences json NOT NULL,
    headings json NOT NULL,
    pages json NOT NULL,
    labels json NOT NULL,
    omissions json NOT NULL,
    PRIMARY KEY (generation, document)
);

CREATE TABLE passages (
    generation integer NOT NULL,
    document integer NOT NULL,
    passage integer NOT NULL,
    text text NOT NULL,
    start integer NOT NULL,
    "end" integer NOT NULL,
    sentences json NOT NULL,
    first_paragraph integer NOT NULL,
    last_paragraph integer NOT NULL,
    heading text,
    page integer,
    labels json NOT NULL,
    vector vector NOT NULL,
    PRIMARY KEY (generation, passage, document)
);
CREATE INDEX passages_of ON passages (generation, document, start);

CREATE TABLE sentences (
    generation integer NOT NULL,
    document integer NOT NULL,
    passage integer NOT NULL,
    sentence integer NOT NULL,
    vector vector NOT NULL,
    tokens bytea NOT NULL,
    PRIMARY KEY (generation, passage, sentence, document)
);

-- In how many passages of a generation a term stands.
CREATE TABLE terms (
    generation integer NOT NULL,
    term text NOT NULL COLLATE "C",
    number integer NOT NULL,
    passages integer NOT NULL,
    PRIMARY KEY (generation, term)
);

-- How often a term stands in a passage, and how many terms the passage has in all.
CREATE TABLE postings (
    generation integer NOT NULL,
    term integer NOT NULL,
    document integer NOT NULL,
    passage integer NOT NULL,
    times integer NOT NULL,
    length integer NOT NULL,
    PRIMARY KEY (generation, term, passage, document) INCLUDE (times, length)
);

-- Which generation serves, waits or was left, and who builds.
CREATE TABLE state (
    name text PRIMARY KEY,
    value text
);
INSERT INTO state (name) VALUES ('current'), ('newest'), ('staged'), ('discarded'), ('builder');

-- Vectors stay beside their row, where a scan meets them; packed tokens do not, and are as good as
-- random, so that trying to compress them is time lost.
ALTER TABLE passages ALTER COLUMN vector SET STORAGE PLAIN;
ALTER TABLE sentences ALTER COLUMN vector SET STORAGE PLAIN;
ALTER TABLE sentences ALTER COLUMN tokens SET STORAGE EXTERNAL;
