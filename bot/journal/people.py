"""People's and chats' choices, which chats are left, and changes of their ids."""

from __future__ import annotations

from bot.journal.storage import Storage

__all__ = ["People"]


class People:
    """People and chats: their languages, whether they take messages, and their ids."""

    def __init__(self, database: Storage) -> None:
        self._database = database

    def language(self, who: int) -> str | None:
        """Return the language that a person or chat has chosen."""
        database = self._database
        with database.softly():
            query = "SELECT language FROM languages WHERE who = ?"
            for (language,) in database.rows(query, database.pseudonym(who)):
                return str(language)
        return None

    def set_language(self, who: int, language: str | None) -> None:
        """Store a chosen language, or none; StoreError if the disk refuses."""
        name = self._database.pseudonym(who)
        with self._database.writing() as transaction:
            if language is None:
                transaction.change("DELETE FROM languages WHERE who = ?", name)
            else:
                transaction.change(
                    "INSERT INTO languages (who, language) VALUES (?, ?) "
                    "ON CONFLICT (who) DO UPDATE SET language = excluded.language",
                    name,
                    language,
                )

    def set_active(self, chat: int, active: bool) -> None:
        """Store whether the bot may still write to a chat."""
        self._database.soon(lambda: self._set_active(chat, active=active))

    def _set_active(self, chat: int, *, active: bool) -> None:
        database = self._database
        with database.softly(), database.writing() as transaction:
            if active:
                query = "DELETE FROM inactive WHERE chat = ?"
                transaction.change(query, database.pseudonym(chat))
            else:
                transaction.change(
                    "INSERT INTO inactive (chat, at) VALUES (?, ?) "
                    "ON CONFLICT (chat) DO UPDATE SET at = excluded.at",
                    database.pseudonym(chat),
                    database.at(),
                )

    def is_active(self, chat: int) -> bool:
        """Return True if the bot may write to a chat, as far as the journal knows."""
        database = self._database
        with database.softly():
            query = "SELECT 1 FROM inactive WHERE chat = ?"
            return not database.rows(query, database.pseudonym(chat))
        return True

    def moved(self, old: int, new: int) -> None:
        """Give a group its new id: everything stored for the old one applies to the new."""
        if old != new:
            self._database.soon(lambda: self._moved(old, new))

    def _moved(self, old: int, new: int) -> None:
        database = self._database
        before, after = database.pseudonym(old), database.pseudonym(new)
        with database.softly(), database.writing() as transaction:
            transaction.change(
                "INSERT INTO moves (new, old) VALUES (?, ?) "
                "ON CONFLICT (new) DO UPDATE SET old = excluded.old",
                new,
                old,
            )
            # a supergroup numbers its messages from the start
            transaction.change(
                "UPDATE answers SET chat = ?, asked = NULL, answer = NULL WHERE chat = ?",
                after,
                before,
            )
            for table, column in (("languages", "who"), ("inactive", "chat")):
                transaction.change(
                    f"DELETE FROM {table} WHERE {column} = ? "  # noqa: S608, names from above
                    f"AND EXISTS (SELECT 1 FROM {table} WHERE {column} = ?)",
                    after,
                    before,
                )
                transaction.change(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608, the same
                    after,
                    before,
                )
            transaction.change("UPDATE awaiting SET chat = ? WHERE chat = ?", new, old)

    def first_id(self, chat: int) -> int:
        """Return the first id of a chat, before it ever moved; its own if it never did."""
        with self._database.softly():
            rows = self._database.rows(
                # UNION drops ids seen before, so that a ring of moves ends
                "WITH RECURSIVE way (id) AS (SELECT CAST(? AS BIGINT) UNION "
                "SELECT old FROM moves JOIN way ON new = way.id) SELECT id FROM way",
                chat,
            )
            return int(rows[-1][0])
        return chat
