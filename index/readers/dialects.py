"""Markdown beyond CommonMark: Obsidian's links, notes, tabs, raised characters."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

__all__ = ["extend"]


def extend(parser: MarkdownIt, deepest: int) -> None:
    """Teach `parser` these extensions, with blocks nested up to `deepest`."""
    # nesting within a line is expensive, and the parser's own limit loses nothing
    parser.core.ruler.before("block", "deep", _nest(deepest))
    parser.core.ruler.after("block", "shallow", _nest(parser.options["maxNesting"]))
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False).use(deflist_plugin).use(admon_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False)
    parser.use(container_plugin, "box", validate=lambda *_: True, render=_box)
    parser.inline.ruler.before("link", "wikilink", _wikilink)
    parser.inline.ruler.before("emphasis", "raised", _raised)
    parser.inline.ruler.before("emphasis", "highlight", _highlight)
    parser.inline.ruler.before("text", "remark", _remark)
    parser.block.ruler.before("fence", "remark", _remark_block, {"alt": ["paragraph"]})
    parser.core.ruler.before("inline", "callouts", _callouts)
    parser.core.ruler.push("rows", _rows)
    parser.core.ruler.push("unclosed", _unclosed)
    parser.add_render_rule("math_inline", _formula)
    parser.add_render_rule("math_block", _formula)
    # a note that is named again keeps its number
    parser.add_render_rule("footnote_caption", _caption)
    parser.add_render_rule("admonition_title_open", lambda *_: "<p><b>")
    parser.add_render_rule("admonition_title_close", lambda *_: "</b></p>")


def _nest(most: int) -> Callable[[StateCore], None]:
    def limit(state: StateCore) -> None:
        state.md.options["maxNesting"] = most

    return limit


def _formula(self: RendererHTML, tokens: list[Token], at: int, *_: object) -> str:
    token = tokens[at]
    tag = "div" if token.block else "span"
    return f"<{tag}>{escape(token.markup + token.content + token.markup)}</{tag}>"


def _caption(self: RendererHTML, tokens: list[Token], at: int, *_: object) -> str:
    return f"[{tokens[at].meta['id'] + 1}]"


_TITLE = re.compile(r"\s*\{?\.?([\w-]*)\}?\s*(?:\[(.+)\]|(.*))$")


def _box(self: RendererHTML, tokens: list[Token], at: int, *_: object) -> str:
    """Parse a box between lines of colons, with its title if it has one: `:::note Before you
    begin`.
    """
    if tokens[at].nesting < 0:
        return "</div>\n"
    match = _TITLE.match(tokens[at].info)
    title = (match.group(2) or match.group(3) or "").strip() if match else ""
    # pandoc writes attributes there
    return f"<div><p><b>{escape(title)}</b></p>" if title and title[0] not in "{#." else "<div>"


_LINK = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{0,300}))?\]\]")


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = _LINK.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        words = match.group(2) or match.group(1)
        # the width of an embedded picture
        shown = match.group(1) if match.group().startswith("!") and words.isdigit() else words
        state.push("text", "", 0).content = shown.strip()
    state.pos = match.end()
    return True


_RAISED = re.compile(r"\^([\w+\u2212-]{1,12})\^(?!\w)")


def _raised(state: StateInline, silent: bool) -> bool:
    match = _RAISED.match(state.src, state.pos, state.posMax)
    # a power may be written x^2, with another one later in the line
    if not match or not state.src[state.pos - 1 : state.pos].isalnum():
        return False
    if not silent:
        state.push("sup_open", "sup", 1)
        state.push("text", "", 0).content = match.group(1)
        state.push("sup_close", "sup", -1)
    state.pos = match.end()
    return True


_HIGHLIGHT = re.compile(r"==(?=[^\s=])(?:[^=\n]|=(?!=)){1,1000}(?<=[^\s=])==(?![\w=])")


def _highlight(state: StateInline, silent: bool) -> bool:
    """Parse words between pairs of equals signs, which Obsidian and Typora highlight."""
    inside = state.pos > 0 and (
        state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] == "="
    )
    match = None if inside else _HIGHLIGHT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        most = state.posMax
        state.pos, state.posMax = state.pos + 2, match.end() - 2
        state.md.inline.tokenize(state)
        state.posMax = most
    state.pos = match.end()
    return True


def _remark(state: StateInline, silent: bool) -> bool:
    """Parse text between two pairs of percent signs, which Obsidian shows only to its author."""
    if not state.src.startswith("%%", state.pos):
        return False
    end = state.src.find("%%", state.pos + 2, state.posMax)
    if end < 0:
        return False
    if not silent:
        words = state.src[state.pos + 2 : end]
        state.push("html_inline", "", 0).content = f"<span hidden>{escape(words)}</span>"
    state.pos = end + 2
    return True


def _remark_block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("%%", start) or state.is_code_block(first):
        return False
    end = state.src.find("%%", start + 2, state.eMarks[last - 1])
    line = first
    while line < last and state.eMarks[line] < end:
        line += 1
    if end < 0 or state.src[end + 2 : state.eMarks[line]].strip():
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map = [first, line + 1]
        token.content = f"<div hidden>{escape(state.src[start + 2 : end])}</div>\n"
    state.line = line + 1
    return True


_CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?[ \t]*(.*)")


def _callouts(state: StateCore) -> None:
    """Show the kind or title of a note in a quotation, as GitHub and Obsidian do."""
    for before, token in zip(state.tokens[1:], state.tokens[2:], strict=False):
        if token.type != "inline" or before.type != "paragraph_open":
            continue
        match = _CALLOUT.match(token.content)
        if match and before.level > 0:
            title = match.group(2).replace("**", "").strip() or match.group(1).capitalize()
            rest = token.content[match.end() :].lstrip("\n")
            token.content = f"**{title}**" + (f"  \n{rest}" if rest else "")


_FIELD = re.compile(
    r"\s*(?:\*\*|__)?[^\s:*|`][^:*|`\n]{0,30}:(?:\*\*|__)?(?=\s)|\s*\[[^\]\n]{4,20}\] "
)


def _rows(state: StateCore) -> None:
    """Keep the lines of a paragraph in which each is a field, such as `Phone: 555 0142`."""
    for token in state.tokens:
        lines = token.content.split("\n") if token.type == "inline" else []
        if len(lines) > 1 and all(map(_FIELD.match, lines)):
            for child in token.children or []:
                if child.type == "softbreak":
                    child.type = "hardbreak"


_TAG = re.compile(
    r"<(script|style|textarea|title|template|noscript|iframe|select|option|object|embed|svg|math|xmp"
    r"|plaintext|head|body|html|frameset|frame|audio|video|canvas|button|noembed|noframes|datalist"
    r"|dialog|nav)(?=[\s/>])",
    re.I,
)


def _unclosed(state: StateCore) -> None:
    """Show as text a tag that would swallow the rest of the page: someone writes about a
    `<script>`.
    """
    lines = state.src.lower().split("\n")
    closed = {}
    for number, line in enumerate(lines):
        for name in re.findall(r"</([a-z]+)", line):
            closed[name] = number

    def swallows(content: str, first: int) -> bool:
        names = (match.group(1).lower() for match in _TAG.finditer(content))
        return any(closed.get(name, -1) < first for name in names)

    for token in state.tokens:
        first = token.map[0] if token.map else 0
        if token.type == "html_block" and swallows(token.content, first):
            token.type = "code_block"
        for child in token.children or []:
            if child.type == "html_inline" and swallows(child.content, first):
                child.type = "text"
