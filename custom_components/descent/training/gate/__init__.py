"""The one way to the machine: wishes in, permitted commands out, judged by telemetry."""

from ..rules import Permissions
from .gate import Gate

__all__ = ["Gate", "Permissions"]
