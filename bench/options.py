"""What somebody can ask of the benchmarks, and how it reaches the process of a part."""

from __future__ import annotations

from dataclasses import asdict, dataclass
import json
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much is measured, and beside what."""

    quick: bool = False  # fewer rounds: figures within a tenth or so
    full: bool = False  # and a whole session in real time
    hassio_ftms: str | None = None  # a checkout of the real peer

    def to_json(self) -> str:
        """Return them as one argument of a command."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**json.loads(text))

    @property
    def checkout(self) -> Path | None:
        """Return the folder of the real peer, if one was given."""
        return None if self.hassio_ftms is None else Path(self.hassio_ftms)
