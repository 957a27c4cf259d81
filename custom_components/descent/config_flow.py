"""Config flow: what to add, and what of it can be changed. The steps themselves are in flows/.

Nothing here reloads an entry: the entries' update listener applies every edit in place, because a
reload in the middle of a run would drop the link to the machine.
"""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import callback

from .const import CONF_KIND, DOMAIN, KIND_RUNNER
from .entries import DescentConfigEntry
from .flows.options import TreadmillOptionsFlow
from .flows.runner import RunnerFlow
from .flows.treadmills import TreadmillFlow
from .migration import MINOR_VERSION, VERSION
from .treadmills import KINDS


class DescentConfigFlow(TreadmillFlow, RunnerFlow, domain=DOMAIN):
    """Add or change a treadmill or a runner."""

    VERSION = VERSION
    MINOR_VERSION = MINOR_VERSION

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: DescentConfigEntry) -> OptionsFlow:
        """Choices for treadmills."""
        return TreadmillOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: DescentConfigEntry) -> bool:
        """Whether there is anything to choose: runners and ignored discoveries control nothing."""
        return config_entry.data.get(CONF_KIND) not in {None, KIND_RUNNER}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to add."""
        return self.async_show_menu(step_id="user", menu_options=[*KINDS, KIND_RUNNER])

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an entry: the questions are those of its kind."""
        if self._get_reconfigure_entry().data[CONF_KIND] == KIND_RUNNER:
            return await self.async_step_runner()
        return await self.async_change_treadmill()
