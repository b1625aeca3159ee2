"""One library in a process of its own: `python rival_worker.py LIBRARY build|cold|warm FOLDER` (started by `rivals.py`).

FOLDER holds `model.txt` (the path of the weights), `passages.json` (a list of texts), `questions.json` and, for this project, `base`.
Every library answers with the places of the ten best passages in that list; this project with the first passages of ten documents.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from peak_memory import peak_megabytes

DEPTH = 10
WARM_UP = "what is a hedge"
Ask = Callable[[str], list[int]]


class Library(Protocol):
    """What is measured of a library."""

    def build(self, folder: Path, model: str, passages: Sequence[str]) -> None:
        """Make and save what answers come from."""

    def open(self, folder: Path, model: str) -> Ask:
        """Load it, ready to ask."""


class Txtai:
    """txtai: faiss and BM25 in one hybrid index, texts in SQLite."""

    def build(self, folder: Path, model: str, passages: Sequence[str]) -> None:
        """Make and save the index."""
        from txtai import Embeddings

        index = Embeddings(path=model, hybrid=True, content=True)
        index.index([(str(number), text, None) for number, text in enumerate(passages)])
        index.save(str(folder / "txtai"))

    def open(self, folder: Path, model: str) -> Ask:
        """The saved index, ready to ask; it names the weights itself."""
        from txtai import Embeddings

        index = Embeddings()
        index.load(str(folder / "txtai"))
        return lambda question: [int(found["id"]) for found in index.search(question, DEPTH)]


class Haystack:
    """Haystack: the in-memory store with a BM25 and an embedding retriever, joined by reciprocal rank."""

    def build(self, folder: Path, model: str, passages: Sequence[str]) -> None:
        """Make and save the store."""
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

        embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False, local_files_only=True)
        embedder.warm_up()
        documents = [Document(id=str(number), content=text) for number, text in enumerate(passages)]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / "haystack.json"))

    def open(self, folder: Path, model: str) -> Ask:
        """The saved store in a pipeline, ready to ask."""
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(folder / "haystack.json"))
        line = Pipeline()
        line.add_component("encoder", SentenceTransformersTextEmbedder(model=model, progress_bar=False, local_files_only=True))
        line.add_component("words", InMemoryBM25Retriever(store, top_k=DEPTH))
        line.add_component("vectors", InMemoryEmbeddingRetriever(store, top_k=DEPTH))
        line.add_component("joined", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=DEPTH))
        line.connect("encoder.embedding", "vectors.query_embedding")
        line.connect("words", "joined")
        line.connect("vectors", "joined")

        def ask(question: str) -> list[int]:
            found = line.run({"encoder": {"text": question}, "words": {"query": question}})
            return [int(document.id) for document in found["joined"]["documents"]]

        return ask


class LlamaIndex:
    """LlamaIndex: its vector index and its BM25 retriever, joined by reciprocal rank."""

    def build(self, folder: Path, model: str, passages: Sequence[str]) -> None:
        """Make and save the index and the words."""
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from llama_index.retrievers.bm25 import BM25Retriever

        nodes = [TextNode(id_=str(number), text=text) for number, text in enumerate(passages)]
        index = VectorStoreIndex(nodes, embed_model=HuggingFaceEmbedding(model_name=model, device="cpu"))
        index.storage_context.persist(str(folder / "llama-index"))
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEPTH).persist(str(folder / "llama-index-words"))

    def open(self, folder: Path, model: str) -> Ask:
        """The saved index and words, ready to ask."""
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from llama_index.retrievers.bm25 import BM25Retriever

        context = StorageContext.from_defaults(persist_dir=str(folder / "llama-index"))
        index = load_index_from_storage(context, embed_model=HuggingFaceEmbedding(model_name=model, device="cpu"))
        words = BM25Retriever.from_persist_dir(str(folder / "llama-index-words"))
        both = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=DEPTH), words],
            llm=MockLLM(),  # one is asked for; with one query it is never called
            num_queries=1,
            similarity_top_k=DEPTH,
            mode="reciprocal_rerank",
            use_async=False,
        )
        return lambda question: [int(found.node.node_id) for found in both.retrieve(question)]


class Ours:
    """This project's search over the base that is there already."""

    def build(self, folder: Path, model: str, passages: Sequence[str]) -> None:
        """Nothing to make: the passages were read from the base."""

    def open(self, folder: Path, model: str) -> Ask:
        """The base, ready to ask; its passages are numbered by id, as in `passages.json`."""
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program's own entry does, before numpy is loaded
        from knowledge.base import KnowledgeBase

        base = KnowledgeBase(folder / "base")
        return lambda question: base.retriever.index.row_of([hit.passage.passage_id for hit in base.search(question, DEPTH).hits]).tolist()[:DEPTH]


LIBRARIES: dict[str, type[Library]] = {"ours": Ours, "txtai": Txtai, "haystack": Haystack, "llama-index": LlamaIndex}


def warm(ask: Ask, questions: Sequence[str]) -> dict[str, object]:
    """Milliseconds of each question, what it found, and the most memory held."""
    ask(WARM_UP)
    times, found = [], []
    for question in questions:
        started = time.perf_counter()
        found.append(ask(question))
        times.append((time.perf_counter() - started) * 1000.0)
    return {"milliseconds": times, "found": found, "megabytes": peak_megabytes()}


def main() -> None:
    """Do one act with one library; the result is the last line of standard output."""
    name, act, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    library, model = LIBRARIES[name](), (folder / "model.txt").read_text(encoding="utf-8")
    if act == "build":
        library.build(folder, model, json.loads((folder / "passages.json").read_text(encoding="utf-8")))
        return
    ask = library.open(folder, model)
    if act == "cold":
        print(json.dumps(ask(sys.argv[4])), flush=True)
        return
    print(json.dumps(warm(ask, json.loads((folder / "questions.json").read_text(encoding="utf-8")))), flush=True)


if __name__ == "__main__":
    main()
