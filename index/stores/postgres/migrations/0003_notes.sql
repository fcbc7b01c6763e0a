-- What lies beside the generations: golden questions, measured thresholds.
CREATE TABLE notes (
    name text PRIMARY KEY,
    content bytea NOT NULL
);
