"""The scenes show what they are named after; only the browser is left out."""

from __future__ import annotations

from pathlib import Path

from index.model.encoder import Encoder
from tests.screens.scenes import scenes, stage

SHOWN = {
    "start": '<span class="callback_data">',
    "found": '<blockquote dir="auto"><div><b>A total of 5,000 troops',
    "related": "I found no clear answer. Closest:",
    "nothing": "find this in the 5 documents I have (last updated",
    "read-around": "¶ 3 of 8",
    "inline": "A total of 5,000 troops will take part in the drills",
    "verify": "<s>6,000</s>",
    "long": "<b>The lamp burns eleven litres of oil in a winter night",
    "emoji": "<b>The children&#x27;s table gets lemonade 🍋, because last year the &lt;elder",
    "right-to-left": "<b>زرعت أقدم شجرة في الحديقة سنة 1904 بيد معلم القرية.</b>",
}


def test_each_scene_is_as_its_name_says(tmp_path: Path, encoder: Encoder) -> None:
    with stage(tmp_path, encoder) as api:
        pages = dict(scenes(api))
    assert pages.keys() == SHOWN.keys()
    for name, words in SHOWN.items():
        assert words in pages[name], name
