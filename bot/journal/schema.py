"""The journal's tables, as numbered migrations; docs/privacy.md says what each holds and why."""

from __future__ import annotations

__all__ = ["MIGRATIONS"]

_FIRST = (
    "CREATE TABLE kept (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    # `person` and `chat` are pseudonyms everywhere; `at` counts seconds since 1970
    """
    CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        person TEXT NOT NULL,
        chat TEXT NOT NULL,
        place TEXT NOT NULL,
        outcome TEXT NOT NULL,
        generation TEXT NOT NULL,
        score REAL,
        seconds REAL NOT NULL,
        language TEXT NOT NULL,
        question TEXT,
        keys TEXT NOT NULL,
        asked INTEGER,
        answer INTEGER,
        continues INTEGER NOT NULL
    )
    """,
    "CREATE INDEX answers_by_time ON answers (at)",
    "CREATE INDEX answers_by_person ON answers (person, at)",
    "CREATE INDEX answers_by_message ON answers (chat, answer)",
    """
    CREATE TABLE votes (
        answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE,
        person TEXT NOT NULL,
        up INTEGER NOT NULL,
        reason TEXT,
        at REAL NOT NULL,
        PRIMARY KEY (answer, person)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX votes_by_person ON votes (person)",
    # buttons hold ids: one is never reused
    """
    CREATE TABLE gaps (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folded TEXT NOT NULL,
        closed REAL
    )
    """,
    "CREATE UNIQUE INDEX gaps_open ON gaps (folded) WHERE closed IS NULL",
    # the question in each asker's own words, so that it is deleted with them
    """
    CREATE TABLE askers (
        gap INTEGER NOT NULL REFERENCES gaps ON DELETE CASCADE,
        person TEXT NOT NULL,
        question TEXT NOT NULL,
        kind TEXT NOT NULL,
        told INTEGER NOT NULL,
        answer INTEGER REFERENCES answers ON DELETE SET NULL,
        at REAL NOT NULL,
        PRIMARY KEY (gap, person)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX askers_by_person ON askers (person)",
    "CREATE INDEX askers_by_answer ON askers (answer)",
    # `chat` is the id itself: without it no one could be notified
    """
    CREATE TABLE awaiting (
        gap INTEGER NOT NULL REFERENCES gaps ON DELETE CASCADE,
        person TEXT NOT NULL,
        chat INTEGER NOT NULL,
        language TEXT NOT NULL,
        PRIMARY KEY (gap, person)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE languages (who TEXT PRIMARY KEY, language TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE inactive (chat TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
    # ids of groups themselves: the settings name them
    "CREATE TABLE moves (new INTEGER PRIMARY KEY, old INTEGER NOT NULL)",
)

MIGRATIONS = (_FIRST,)
"""The statements from each version to the next, the first from an empty file."""
