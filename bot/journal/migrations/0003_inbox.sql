-- What a bot took and is not done with, so that another one does it if the bot is killed, also if the
-- server crashes in between. Only the number is left once it is done.
ALTER TABLE updates SET LOGGED;
ALTER TABLE updates ADD COLUMN body text;
ALTER TABLE updates ADD COLUMN lease double precision;
ALTER TABLE updates ADD COLUMN tries integer NOT NULL DEFAULT 0;
CREATE INDEX updates_open ON updates (lease) WHERE body IS NOT NULL;
