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

__all__ = [
    "EVERYTHING",
    "Anchor",
    "Answer",
    "Document",
    "Generation",
    "Heading",
    "Hit",
    "Omission",
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
