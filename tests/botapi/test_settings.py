"""Commands, names, descriptions and rights."""

import pytest
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeChat, ChatAdministratorRights
from telegram.error import BadRequest
from telegram.ext import ExtBot

from .people import User
from .server import BotApi
from .settings import commands


async def test_commands_by_scope_and_language(api: BotApi, bot: "ExtBot[None]", ann: User) -> None:
    """Each scope and language has its own list."""
    editor = BotCommandScopeChat(api.private(ann).id)
    async with bot:
        await bot.set_my_commands([("ask", "Ask"), ("help", "Help")])
        await bot.set_my_commands([("ask", "Frag")], language_code="de")
        await bot.set_my_commands([("reindex", "Build anew")], scope=editor)
        assert [c.command for c in await bot.get_my_commands(scope=editor)] == ["reindex"]
        assert await bot.get_my_commands(scope=BotCommandScopeAllGroupChats()) == ()
        await bot.delete_my_commands(scope=editor)
        assert await bot.get_my_commands(scope=editor) == ()
        for name, about in (("Ask", "a"), ("a-b", "a"), ("a" * 33, "a"), ("ask", "")):
            with pytest.raises(BadRequest):
                await bot.set_my_commands([(name, about)])
    assert commands(api.state) == {"ask": "Ask", "help": "Help"}
    assert commands(api.state, language="de") == {"ask": "Frag"}
    assert len(api.forgive("commands")) == 4


async def test_the_profile_is_kept_by_language(api: BotApi, bot: "ExtBot[None]") -> None:
    """Names and descriptions, with their limits, and the rights asked for."""
    async with bot:
        await bot.set_my_description("Answers in the documents' words.")
        await bot.set_my_short_description("Kurz", language_code="de")
        assert (await bot.get_my_description()).description.startswith("Answers")
        assert (await bot.get_my_short_description("de")).short_description == "Kurz"
        assert (await bot.get_my_name()).name == "Citebot"
        with pytest.raises(BadRequest):
            await bot.set_my_name("a" * 65)
        await bot.set_my_default_administrator_rights(ChatAdministratorRights.no_rights())
        assert not (await bot.get_my_default_administrator_rights()).can_delete_messages
    assert api.forgive("bot profile")
