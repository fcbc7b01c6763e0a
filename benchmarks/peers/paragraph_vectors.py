"""Plain paragraph vectors: one vector a passage, the nearest by cosine, exactly, in FAISS."""

from __future__ import annotations

from typing import Any

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peers.protocol import Corpus, Ranking, model, numbered, serve


class ParagraphVectors:
    """What most examples of semantic search do."""

    def __init__(self) -> None:
        self._model = SentenceTransformer(model(), device="cpu")
        self._index: Any = None

    def index(self, corpus: Corpus) -> None:
        vectors = self._model.encode_document(list(corpus.passages), normalize_embeddings=True)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def ask(self, question: str, top: int) -> Ranking:
        vector = self._model.encode_query([question], normalize_embeddings=True)
        scores, numbers = self._index.search(vector, min(top, self._index.ntotal))
        return list(zip(numbers[0], scores[0], strict=True))

    def told(self, answer: Ranking) -> dict[str, Any]:
        return numbered(answer)


if __name__ == "__main__":
    serve(ParagraphVectors)
