-- Rows, slides and messages that passages stand in. Indexes of before are made again.
ALTER TABLE documents ADD COLUMN anchors json NOT NULL DEFAULT '[]';
ALTER TABLE passages ADD COLUMN anchors json NOT NULL DEFAULT '[]';
