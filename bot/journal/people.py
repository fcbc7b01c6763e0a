"""People's and chats' choices, which chats are left, and changes of their ids."""

from __future__ import annotations

from bot.journal.database import Database

__all__ = ["People"]


class People(Database):
    """The part of the journal about people and chats."""

    def language(self, who: int) -> str | None:
        """Return the language that a person or chat has chosen."""
        with self._softly():
            query = "SELECT language FROM languages WHERE who = ?"
            for (language,) in self._rows(query, self.pseudonym(who)):
                return str(language)
        return None

    def set_language(self, who: int, language: str | None) -> None:
        """Store a chosen language, or none; StoreError if the disk refuses."""
        with self._writing() as database:
            if language is None:
                database.execute("DELETE FROM languages WHERE who = ?", (self.pseudonym(who),))
            else:
                values = (self.pseudonym(who), language)
                database.execute("INSERT OR REPLACE INTO languages VALUES (?, ?)", values)

    def set_active(self, chat: int, active: bool) -> None:
        """Store whether the bot may still write to a chat."""
        self._soon(lambda: self._set_active(chat, active=active))

    def _set_active(self, chat: int, *, active: bool) -> None:
        with self._softly(), self._writing() as database:
            if active:
                database.execute("DELETE FROM inactive WHERE chat = ?", (self.pseudonym(chat),))
            else:
                values = (self.pseudonym(chat), self._at())
                database.execute("INSERT OR REPLACE INTO inactive VALUES (?, ?)", values)

    def is_active(self, chat: int) -> bool:
        """Return True if the bot may write to a chat, as far as the journal knows."""
        with self._softly():
            return not self._rows("SELECT 1 FROM inactive WHERE chat = ?", self.pseudonym(chat))
        return True

    def moved(self, old: int, new: int) -> None:
        """Give a group its new id: everything stored for the old one applies to the new."""
        if old != new:
            self._soon(lambda: self._moved(old, new))

    def _moved(self, old: int, new: int) -> None:
        before, after = self.pseudonym(old), self.pseudonym(new)
        with self._softly(), self._writing() as database:
            database.execute("INSERT OR REPLACE INTO moves VALUES (?, ?)", (new, old))
            # a supergroup numbers its messages from the start
            database.execute(
                "UPDATE answers SET chat = ?, asked = NULL, answer = NULL WHERE chat = ?",
                (after, before),
            )
            for table, column in (("languages", "who"), ("inactive", "chat")):
                database.execute(
                    f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
                    (after, before),
                )
            database.execute("UPDATE awaiting SET chat = ? WHERE chat = ?", (new, old))

    def first_id(self, chat: int) -> int:
        """Return the first id of a chat, before it ever moved; its own if it never did."""
        with self._softly():
            rows = self._rows(
                # UNION drops ids seen before, so that a ring of moves ends
                "WITH RECURSIVE way (id) AS (VALUES (?) UNION "
                "SELECT old FROM moves JOIN way ON new = way.id) SELECT id FROM way",
                chat,
            )
            return int(rows[-1][0])
        return chat
