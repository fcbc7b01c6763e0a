"""Assistants quote over the Model Context Protocol, with the SDK's own client."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from bot.settings import Settings
from bot.terminal.assistants import http_app, reader
from bot.terminal.assistants.tools import server
from index.errors import SettingsError
from index.library import Library
from index.model.encoder import Encoder
from index.types import EVERYTHING

TOKEN = "a-token-of-the-tests-alone"


@pytest.fixture
def reserved(library: Library, knowledge: Path, encoder: Encoder) -> Iterator[tuple[Path, Library]]:
    """The data directory of the built library, in which guides are for number 5 alone."""
    data = library.data
    own = Library(knowledge=knowledge, data=data, model=encoder)
    (data / "access.toml").write_text("[reserved]\nguides = [5]\n")
    yield data, own
    (data / "access.toml").unlink()
    (data / "reserved.json").unlink(missing_ok=True)
    own.close()


async def _call(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    content: dict[str, Any] | None = result.structured_content
    assert content is not None
    return content


async def test_a_question_is_answered_with_words_that_can_be_checked(library: Library) -> None:
    async with Client(server(library, lambda: EVERYTHING)) as client:
        found = await _call(client, "search", question="How many steps has the lighthouse?")
        assert found["outcome"] == "found"
        assert found["confidence"] > 0.5
        hit = found["passages"][0]
        document = library.document(hit["source"])
        assert document
        assert document.text[hit["start"] : hit["end"]] == hit["text"]
        [mark] = hit["marks"]
        assert "118 steps" in mark["text"]
        assert document.text[mark["start"] : mark["end"]] == mark["text"]
        assert hit["locator"].startswith("harbour.txt#p")

        around = await _call(client, "read_around", key=hit["key"])
        assert around["passage"]["text"] == hit["text"]
        assert around["before"] or around["after"]
        assert not around["changed"]

        checked = await _call(client, "verify", text=mark["text"])
        assert (checked["match"], checked["quote"]["text"]) == ("exact", mark["text"])
        wrong = mark["text"].replace("118", "181")
        checked = await _call(client, "verify", text=wrong)
        assert checked["match"] == "nearly"
        assert {"side": "document", "text": "118"} in [
            {**run, "text": run["text"].strip()} for run in checked["differences"]
        ]


async def test_what_is_not_there_is_said(library: Library) -> None:
    async with Client(server(library, lambda: EVERYTHING)) as client:
        found = await _call(client, "search", question="Who won the chess championship?")
        assert (found["outcome"], found["passages"]) == ("nothing", [])
        for tool, arguments, reason in (
            ("search", {"question": "  "}, "the question is empty"),
            ("read_around", {"key": "nonsense"}, "search again"),
            ("verify", {"text": ""}, "the text is empty"),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert reason in result.content[0].text  # type: ignore[union-attr]


async def test_the_tools_only_read_and_list_what_there_is(library: Library) -> None:
    async with Client(server(library, lambda: EVERYTHING)) as client:
        tools = (await client.list_tools()).tools
        assert sorted(tool.name for tool in tools) == [
            "read_around",
            "search",
            "sources",
            "verify",
        ]
        for tool in tools:
            assert tool.annotations
            assert tool.annotations.read_only_hint
        first = await _call(client, "sources", count=2)
        rest = await _call(client, "sources", first=2)
        assert (first["documents"], first["more"], rest["more"]) == (3, True, False)
        named = [each["source"] for each in first["sources"] + rest["sources"]]
        assert named == ["guides/tea.md", "harbour.txt", "библиотека.txt"]


async def test_a_reader_sees_what_they_see_in_their_chat(reserved: tuple[Path, Library]) -> None:
    data, own = reserved
    question = "How hot is the water for green tea?"
    for id, sees in ((None, False), (4, False), (5, True)):
        settings = Settings(data=data, mcp_reader=id)
        async with Client(server(own, reader(settings, own))) as client:
            found = await _call(client, "search", question=question)
            named = [hit["source"] for hit in found["passages"]]
            assert ("guides/tea.md" in named) is sees
            listed = await _call(client, "sources")
            assert listed["documents"] == (3 if sees else 2)
            checked = await _call(client, "verify", text="Tea keeps for two years in a closed tin.")
            assert (checked["match"] == "exact") is sees


def test_nobody_asks_who_may_not(library: Library, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CITEBOT_MCP_READER"):
        reader(Settings(data=tmp_path, chats=frozenset({7}), mcp_reader=8), library)
    with pytest.raises(SettingsError, match="CITEBOT_MCP_TOKEN needs 16"):
        http_app(Settings(data=tmp_path), library)


@asynccontextmanager
async def _listening(library: Library, data: Path) -> AsyncIterator[str]:
    app = http_app(Settings.model_validate({"data": data, "mcp_token": TOKEN}), library)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        web = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
        serving = asyncio.create_task(web.serve([listening]))
        while not web.started:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{port}/mcp"
        web.should_exit = True
        await serving


async def test_over_http_with_the_token_alone(library: Library, tmp_path: Path) -> None:
    async with _listening(library, tmp_path) as address:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx2.AsyncClient(headers=headers) as http:
            async with Client(streamable_http_client(address, http_client=http)) as client:
                found = await _call(client, "search", question="How long are the piers together?")
                assert found["outcome"] == "found"
            for shown in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN):
                refused = await http.post(address, headers={"Authorization": shown}, json={})
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"] == "Bearer"
            lower = {"Authorization": f"bearer {TOKEN}"}
            assert (await http.post(address, headers=lower, json={})).status_code != 401


async def test_over_standard_input_and_output(library: Library, knowledge: Path) -> None:
    data = library.data
    kept = {name: value for name, value in os.environ.items() if name[:8] != "CITEBOT_"}
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        env={**kept, "CITEBOT_KNOWLEDGE": str(knowledge), "CITEBOT_DATA": str(data)},
    )
    async with Client(program) as client:
        listed = await _call(client, "sources")
        assert listed["documents"] == 3
