"""The nouns that travel through citebot. Standard library only; every offset counts code points."""

from index.types.answers import (
    Answer,
    Generation,
    Hit,
    Outcome,
    Parts,
    Picture,
    Place,
    Query,
    Talk,
    Thresholds,
)
from index.types.documents import (
    EVERYTHING,
    Anchor,
    Document,
    Heading,
    Omission,
    Passage,
    Scope,
    Source,
    Span,
    folded,
)
from index.types.omitted import Omitted

__all__ = [
    "EVERYTHING",
    "Anchor",
    "Answer",
    "Document",
    "Generation",
    "Heading",
    "Hit",
    "Omission",
    "Omitted",
    "Outcome",
    "Parts",
    "Passage",
    "Picture",
    "Place",
    "Query",
    "Scope",
    "Source",
    "Span",
    "Talk",
    "Thresholds",
    "folded",
]
