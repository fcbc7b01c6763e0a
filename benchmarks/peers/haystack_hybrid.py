"""Haystack: an embedding retriever and a BM25 retriever, joined by its DocumentJoiner (RRF)."""

from __future__ import annotations

from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.protocol import TOP, Corpus, Ranking, model, numbered, serve


class Haystack:
    """Passages as documents in the in-memory store, whose BM25 has neither stems nor stop words."""

    def __init__(self) -> None:
        self._reader = SentenceTransformersDocumentEmbedder(model=model(), progress_bar=False)
        self._reader.warm_up()
        self._pipeline: Any = None

    def index(self, corpus: Corpus) -> None:
        store = InMemoryDocumentStore(embedding_similarity_function="cosine", shared=False)
        documents = [Document(id=str(n), content=text) for n, text in enumerate(corpus.passages)]
        store.write_documents(self._reader.run(documents)["documents"])
        embedder = SentenceTransformersTextEmbedder(model=model(), progress_bar=False)
        embedder.warm_up()
        pipeline = Pipeline()
        pipeline.add_component("embedder", embedder)
        pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=TOP))
        pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=TOP))
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("embedder.embedding", "vectors.query_embedding")
        pipeline.connect("vectors", "joiner")
        pipeline.connect("words", "joiner")
        self._pipeline = pipeline

    def ask(self, question: str, top: int) -> Any:
        asked = {"embedder": {"text": question}, "words": {"query": question}}
        return self._pipeline.run(asked)["joiner"]["documents"][:top]

    def told(self, answer: Any) -> dict[str, Any]:
        ranking: Ranking = [(int(document.id), document.score) for document in answer]
        return numbered(ranking)


if __name__ == "__main__":
    serve(Haystack)
