"""Development command: encode every shipped text that has no vector yet and write the folders of vectors."""

from __future__ import annotations

import sys

from knowledge.disagreement.topics import shipped_topics
from knowledge.encoding.model import model_folder
from knowledge.encoding.quick import QuickEncoder
from knowledge.shipped import HERE, ShippedVectors, load_shipped


def main() -> int:
    """Write the vectors; run after every change of an article, the glossary, the silences or the topics."""
    encoder = QuickEncoder(model_folder())
    shipped = load_shipped()
    topics = [question for topic in shipped_topics() for question in topic.questions]
    for folder, texts in (("vectors", shipped.texts()), ("disagreement/vectors", topics)):
        new = ShippedVectors(HERE / folder).write(texts, encoder)
        print(f"{folder}: {len(texts)} texts, {new} newly encoded", file=sys.stderr)
    ShippedVectors(HERE / "vectors").write_examples(shipped.examples())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
