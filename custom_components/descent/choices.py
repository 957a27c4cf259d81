"""What is chosen for the next session on a treadmill, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .training.model import Machine, Runner
from .training.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRunner:
    """A runner that can be chosen."""

    entry_id: str
    name: str
    runner: Runner


class Choices(NamedTuple):
    """It changes when somebody changes something, and never with a measurement."""

    machine: Machine  # that sessions are worked out for
    keeps_connected: bool  # contact to it is wanted
    scripts: Mapping[str, Script]  # by id
    runners: tuple[KnownRunner, ...]
    selected_session: str  # id of the one that Start arms
    selected_runner: str | None  # entry id; None is a guest
    runner: Runner  # who that is
