"""One session from arming to its end: its states, and the way through the steps of its plan."""

from .session import Session

__all__ = ["Session"]
