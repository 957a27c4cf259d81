"""What automations can ask: whether a session is under way, its phase, whether the belt moves.

The newest snapshot of every targeted treadmill answers: it is written before anything is told
(runtime/broadcast.py), so a condition already knows what its automation was triggered by. A
treadmill that is not set up has no session and no moving belt.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Unpack, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.typing import ConfigType
import probatio as vol

from .snapshot import Snapshot
from .targets import snapshot_of, some_of, target_required, targeted
from .training.events import OVER, State
from .training.model import Phase

ACTIVE = tuple(state for state in State if state not in OVER)


class TreadmillCondition(Condition):
    """Something that is so on any, or on all, of the targeted treadmills."""

    options: ClassVar[dict[vol.Marker, Any]] = {}

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        behavior = {
            vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL])
        }
        options = {vol.Required(CONF_OPTIONS, default={}): behavior | cls.options}
        valid: ConfigType = vol.Schema(target_required() | options)(config)
        return valid

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Know the target and the options."""
        super().__init__(hass, config)
        self._target = TargetSelection(config.target or {})
        self._options = config.options or {}

    @abstractmethod
    def holds(self, now: Snapshot) -> bool:
        """Whether it is so on one treadmill."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        snapshots = [snapshot_of(entry) for entry in targeted(self._hass, self._target)]
        answers = [now is not None and self.holds(now) for now in snapshots]
        if self._options.get(ATTR_BEHAVIOR) == BEHAVIOR_ALL:
            return bool(answers) and all(answers)  # a target without treadmills is no yes
        return any(answers)


class IsSessionActive(TreadmillCondition):
    """A session is under way; in some states only, if any are named."""

    options: ClassVar = {vol.Optional("state"): some_of(ACTIVE)}

    @override
    def holds(self, now: Snapshot) -> bool:
        return now.state in (self._options.get("state") or ACTIVE)


class IsPhase(TreadmillCondition):
    """The step under way is of a phase."""

    options: ClassVar = {
        vol.Required("phase"): vol.All(
            some_of(Phase), vol.Length(min=1, msg="choose at least one phase")
        )
    }

    @override
    def holds(self, now: Snapshot) -> bool:
        return now.phase in self._options["phase"]


class IsBeltMoving(TreadmillCondition):
    """The belt is measured to move."""

    @override
    def holds(self, now: Snapshot) -> bool:
        return now.belt_moving is True


CONDITIONS: dict[str, type[TreadmillCondition]] = {
    "is_session_active": IsSessionActive,
    "is_phase": IsPhase,
    "is_belt_moving": IsBeltMoving,
}


async def async_get_conditions(hass: HomeAssistant) -> Mapping[str, type[Condition]]:
    """Return the conditions of Descent."""
    return CONDITIONS
