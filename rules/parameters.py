"""The numbers of the method as dated data: value, range, unit, basis, and reference or reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from rules.canonical import fingerprint, plain

Basis = Literal["stated", "assumed", "contract", "estimated"]
SHIPPED = Path(__file__).with_name("parameters.yaml")
KEPT = Path(__file__).with_name("parameters.json")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value is from: a shipped document (id, heading, paragraph of its source) or an address."""

    document_id: str | None = None
    heading: str | None = None
    paragraph: int | None = None
    url: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of the contract: {document_id, heading, paragraph} or {url}."""
        if self.url is not None:
            return {"url": self.url}
        return {"document_id": self.document_id, "heading": self.heading, "paragraph": self.paragraph}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number (or word, list, table) of the method.

    `low` and `high` bound numeric values, both ends allowed; None where the value is not a number.
    `reference` is set for `stated` and `contract`, `reason` for `assumed` and `estimated`.
    `choices` are the words allowed for a value of unit `name`.
    """

    id: str
    value: Any
    unit: str
    basis: Basis
    low: float | None
    high: float | None
    reference: Reference | None
    reason: str | None
    note: str | None
    choices: tuple[str, ...] = ()


class Parameters(Mapping[str, Parameter]):
    """All parameters by id, immutable, with the date they are valid from and a fingerprint of their values."""

    def __init__(self, dated: date, entries: Mapping[str, Parameter], overridden: tuple[str, ...] = ()) -> None:
        self.dated = dated
        self.overridden = overridden
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> Parameter:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def sha256(self) -> str:
        """Fingerprint of the loaded values, whatever file they came from."""
        return fingerprint({key: entry.value for key, entry in self._entries.items()})


def load_parameters() -> Parameters:
    """The shipped parameters.

    Reading YAML costs more than a calculation: the validated values are kept as JSON with the checksum of
    `parameters.yaml`, and used while it holds. Raises RulesError when the file is edited into something unusable.
    """
    data = SHIPPED.read_bytes()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    if kept.get("checksum") == checksum(data):
        return Parameters(date.fromisoformat(kept["dated"]), {entry["id"]: _from_kept(entry) for entry in kept["parameters"]})
    from rules.parameter_file import read_parameters

    return read_parameters(SHIPPED)


def checksum(data: bytes) -> str:
    """Length and CRC-32 of a file's bytes: enough to see that it was edited."""
    return f"{len(data)}:{crc32(data)}"


def as_kept(parameters: Parameters, data: bytes) -> dict[str, Any]:
    """What `parameters.json` holds for the parameters read from the bytes of `parameters.yaml`."""
    entries = [asdict(entry) for entry in parameters.values()]
    return {"checksum": checksum(data), "dated": parameters.dated.isoformat(), "parameters": plain(entries)}


def _from_kept(entry: dict[str, Any]) -> Parameter:
    reference = None if entry["reference"] is None else Reference(**entry["reference"])
    value = entry["value"]
    if entry["unit"] == "dates":
        value = [date.fromisoformat(day) for day in value]
    elif entry["unit"] == "day_moves":
        value = [item | {"date": date.fromisoformat(item["date"])} for item in value]
    return Parameter(**(entry | {"reference": reference, "value": value, "choices": tuple(entry["choices"])}))
