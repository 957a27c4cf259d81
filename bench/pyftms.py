"""pyftms, which hassio-ftms reads notifications with, if it is there."""

from __future__ import annotations

from dataclasses import dataclass
import importlib
from importlib.metadata import version
from typing import Any, Final, Self

NO_PYFTMS: Final = "pyftms is not there: --peers brings it"


@dataclass(frozen=True, slots=True)
class Pyftms:
    """Its own classes: who is notified, what of, and what reads that."""

    updater: type[Any]
    model: type[Any]
    reader: Any
    version: str

    @classmethod
    def found(cls) -> Self | None:
        """Import it; returns ``None`` if it is not there."""
        try:
            updater = importlib.import_module("pyftms.client.backends.updater")
        except ImportError:
            return None
        model = importlib.import_module("pyftms.models").TreadmillData
        reader = importlib.import_module("pyftms.serializer").get_serializer(model)
        return cls(updater.DataUpdater, model, reader, version("pyftms"))
