"""Messages as the Bot API gives them -> HTML, without a browser."""

from __future__ import annotations

import pytest

from tests.botapi import utf16
from tests.botapi.entities import Entity
from tests.screens.chromium import Chromium, MissingError
from tests.screens.page import bubble, inline, page
from tests.screens.rich import rich

BOT = {"is_bot": True, "first_name": "Citebot"}
ANN = {"is_bot": False, "first_name": "Ann"}


def span(kind: str, text: str, part: str, **more: str) -> Entity:
    """The entity that marks this part of a text."""
    offset = utf16.length(text[: text.index(part)])
    return {"type": kind, "offset": offset, "length": utf16.length(part), **more}


def test_whatever_stands_in_a_text_is_escaped() -> None:
    text = 'Light & <heat> "spoil" it</b>'
    assert rich(text, []) == "Light &amp; &lt;heat&gt; &quot;spoil&quot; it&lt;/b&gt;"
    assert rich(text, [span("bold", text, "<heat>")]).count("<b>&lt;heat&gt;</b>") == 1


def test_offsets_count_utf16_units() -> None:
    """Emoji take two units, and joined ones more, before a span and within it."""
    text = "🍋🐕‍🦺 is yellow 🍋, not red"
    marked = rich(text, [span("bold", text, "yellow 🍋"), span("italic", text, "red")])
    assert marked == "🍋🐕‍🦺 is <b>yellow 🍋</b>, not <i>red</i>"


def test_bold_stands_within_its_quotation_in_whatever_order_they_come() -> None:
    """The line break that ends a quotation is not shown as an empty line."""
    text = "Title\nOne. Two.\n\nEnd"
    quote, bold = span("blockquote", text, "One. Two."), span("bold", text, "One.")
    expected = 'Title\n<blockquote dir="auto"><div><b>One.</b> Two.</div></blockquote>\nEnd'
    assert rich(text, [quote, bold]) == rich(text, [bold, quote]) == expected


def test_all_of_a_quotation_may_be_bold() -> None:
    bold, quote = span("bold", "One.", "One."), span("blockquote", "One.", "One.")
    expected = '<blockquote dir="auto"><div><b>One.</b></div></blockquote>'
    assert rich("One.", [bold, quote]) == expected


def test_spans_that_follow_each_other_in_a_quotation() -> None:
    text = "a One. Two. Three. z"
    spans = [span(*of) for of in (("bold", text, "One."), ("bold", text, "Three."))]
    marked = rich(text, [*spans, span("blockquote", text, "One. Two. Three.")])
    assert "<div><b>One.</b> Two. <b>Three.</b></div></blockquote> z" in marked


def test_an_expandable_quotation_is_folded_until_it_is_opened() -> None:
    text = "A long passage."
    quote = span("expandable_blockquote", text, text)
    assert '<blockquote dir="auto" class="folded">' in rich(text, [quote])
    assert "folded" not in rich(text, [quote], opened=True)


def test_links_keep_their_address() -> None:
    """Addresses are escaped as well; what Telegram finds by itself looks like a link."""
    text = "Tea, see /help"
    link = span("text_link", text, "Tea", url='https://tea.example/?a=1&b="2"')
    marked = rich(text, [link, span("bot_command", text, "/help")])
    address = "https://tea.example/?a=1&amp;b=&quot;2&quot;"
    assert marked == f'<a href="{address}">Tea</a>, see <a>/help</a>'


def test_a_reply_names_what_it_answers() -> None:
    question = {"from": ANN, "text": "Is it\n<late>?"}
    assert '<section class="out">' in bubble(question)
    answer = bubble({"from": BOT, "text": "No.", "reply_to_message": question})
    assert answer.startswith('<section class="in">')
    assert '<b>Ann</b><p dir="auto">Is it &lt;late&gt;?</p>' in answer


def test_reading_around_shows_its_buttons_row_by_row() -> None:
    buttons = [
        [{"text": "◀", "callback_data": "v1:<"}, {"text": "▶", "callback_data": "v1:>"}],
        [
            {"text": "Copy & go", "copy_text": {"text": "One."}},
            {"text": "Open", "url": "https://tea.example"},
        ],
    ]
    shown = bubble(
        {
            "from": BOT,
            "text": "¶ 7 of 31\nOne.",
            "entities": [span("blockquote", "¶ 7 of 31\nOne.", "One.")],
            "reply_markup": {"inline_keyboard": buttons},
        }
    )
    assert shown.endswith(
        "</article>"
        '<nav><span class="callback_data">◀</span><span class="callback_data">▶</span></nav>'
        '<nav><span class="copy_text">Copy &amp; go</span><span class="url">Open</span></nav>'
        "</section>"
    )


def test_inline_results_are_cards_above_what_is_typed() -> None:
    results = [
        {"type": "article", "id": "1", "title": "Tea & time", "description": "It <keeps>."},
        {"type": "article", "id": "2", "title": "הספרייה"},
    ]
    shown = inline("green <tea>", results, button={"text": "Ask me", "start_parameter": "x"})
    assert shown.index("Ask me") < shown.index("Tea &amp; time") < shown.index("הספרייה")
    assert "<b>Tea &amp; time</b><p>It &lt;keeps&gt;.</p>" in shown
    assert shown.endswith('<p class="typed">@citebot <bdi>green &lt;tea&gt;</bdi></p></footer>')


def test_a_posted_result_names_the_bot() -> None:
    posted = bubble({"from": ANN, "via_bot": {"username": "citebot"}, "text": "One."})
    assert '<p class="via">via @citebot</p>' in posted


def test_a_page_needs_nothing_from_elsewhere() -> None:
    whole = page(bubble({"from": BOT, "text": "One."}), title="<Readers>")
    assert "<b>&lt;Readers&gt;</b>" in whole
    assert "src=" not in whole
    assert "url(" not in whole


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingError, match="apt-get install chromium"):
        Chromium()
