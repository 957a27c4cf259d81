"""What is asked about a treadmill when it is added: questions as data.

The config flow makes a form of them (flows/treadmill_form.py) and keeps each answer in the data of
the config entry, under the ``key`` of its question. A number without ``default`` has to be answered
by the machine itself or by whoever adds it. Questions that are ``folded`` go into a part of the
form that is closed at first.

The texts of a question are in ``translations/``: its label under ``config.step``, the error for a
number out of its range as ``config.error.<key>_out_of_range``, the labels of a choice as
``selector.<key>.options``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """The unit a number is kept in. Whoever uses miles types speeds in miles per hour."""

    KMH = "km/h"
    PERCENT = "%"
    TIMES = "x"
    SECONDS = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number from ``low`` to ``high``, both included, in ``unit``."""

    key: str
    unit: Measure
    low: float
    high: float
    step: float = 0.1  # of the arrows beside the box
    digits: int = 1  # decimals that are shown
    default: float | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo:
    """A switch."""

    key: str
    default: bool
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several values."""

    key: str
    options: tuple[str, ...]
    default: str
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenEntity:
    """An entity of Home Assistant, of one of ``domains``; its entity id is kept."""

    key: str
    domains: tuple[str, ...]
    default: None = None
    folded: bool = False


type Question = Number | YesNo | Choice | ChosenEntity
