"""LlamaIndex: a vector retriever and a BM25 retriever under its fusion retriever (RRF)."""

from __future__ import annotations

from typing import Any

import Stemmer
from llama_index.core import VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.peers.protocol import TOP, Corpus, Ranking, model, numbered, serve

_STEMMERS = {"en": "english", "ru": "russian"}


class LlamaIndex:
    """Passages as nodes in the default, in-memory vector store."""

    def __init__(self) -> None:
        self._model = HuggingFaceEmbedding(model_name=model(), device="cpu")
        self._retriever: Any = None

    def index(self, corpus: Corpus) -> None:
        nodes = [TextNode(id_=str(n), text=text) for n, text in enumerate(corpus.passages)]
        top = min(TOP, len(nodes))
        vectors = VectorStoreIndex(nodes, embed_model=self._model)
        words = BM25Retriever.from_defaults(
            nodes=nodes,
            similarity_top_k=top,
            stemmer=Stemmer.Stemmer(_STEMMERS[corpus.language]),
            language=corpus.language,
        )
        self._retriever = QueryFusionRetriever(
            [vectors.as_retriever(similarity_top_k=top), words],
            # the question as it stands: no language model rewrites it
            num_queries=1,
            llm=MockLLM(),
            mode="reciprocal_rerank",
            similarity_top_k=top,
            use_async=False,
        )

    def ask(self, question: str, top: int) -> Any:
        return self._retriever.retrieve(question)[:top]

    def told(self, answer: Any) -> dict[str, Any]:
        ranking: Ranking = [(int(found.node.node_id), found.score) for found in answer]
        return numbered(ranking)


if __name__ == "__main__":
    serve(LlamaIndex)
