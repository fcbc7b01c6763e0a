-- The last minutes, for bots behind one address: who asked how often, which updates came, and what was
-- asked before. Unlogged: the server keeps no copy of it, and it is empty after a crash.
CREATE UNLOGGED TABLE moments (counter text NOT NULL, who text NOT NULL, at double precision NOT NULL);
CREATE INDEX moments_of ON moments (counter, who, at);

CREATE UNLOGGED TABLE updates (id bigint PRIMARY KEY, at double precision NOT NULL);

CREATE UNLOGGED TABLE turns (
    chat text NOT NULL,
    person text NOT NULL,
    answer bigint,
    question text NOT NULL,
    at double precision NOT NULL
);
CREATE INDEX turns_of ON turns (chat, person, at);
CREATE INDEX turns_by_answer ON turns (chat, answer);
