"""The messages that a person types at the terminal, one after another."""

from __future__ import annotations

import os
from collections.abc import Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.key_binding.key_processor import KeyPressEvent

__all__ = ["messages"]


def messages() -> Iterator[str]:
    """The messages, without the spaces around them, until Ctrl-D, or Ctrl-C on an empty line.

    Ctrl-C clears a half-typed line. Pasted lines are one message. The history is not stored.
    """
    # else it asks the terminal where its cursor is, and warns of terminals that do not say
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    session: PromptSession[str] = PromptSession(
        history=InMemoryHistory(), key_bindings=_keys(), reserve_space_for_menu=0
    )
    while True:
        print()
        try:
            yield session.prompt("? ").strip()
        except EOFError:
            return


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def clear(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=EOFError)

    @keys.add("enter")
    def send(event: KeyPressEvent) -> None:
        # a terminal that does not announce a paste sends it at once: more waits after this key
        if event.key_processor.input_queue:
            event.current_buffer.insert_text("\n")
        else:
            event.current_buffer.validate_and_handle()

    return keys
