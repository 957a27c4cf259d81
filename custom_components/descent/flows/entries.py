"""What adding and changing an entry have in common, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlow, ConfigFlowResult

from ..const import CONF_KIND, KIND_RUNNER
from ..targets import NONE


class EntryFlow(ConfigFlow):
    """Adds or changes an entry."""

    def __init__(self) -> None:
        """Start with no answers."""
        self._data: dict[str, Any] = {}  # what the entry will hold

    @property
    def _reconfiguring(self) -> bool:
        return self.source == SOURCE_RECONFIGURE

    def _created(self, options: Mapping[str, Any] | None = None) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self._data["name"], data=self._data, options=dict(options or {})
        )

    def _changed(self) -> ConfigFlowResult:
        """Take over an edit. The entry's update listener applies it: nothing here reloads."""
        return self.async_update_and_abort(
            self._get_reconfigure_entry(), title=self._data["name"], data=self._data
        )

    def _known(self, new: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a form begins with: the entry that is changed, or ``new``."""
        if self._reconfiguring:
            entry = self._get_reconfigure_entry()
            return {**entry.data, "name": entry.title}
        return dict(new)

    def _taken(self, *, by_runners: bool) -> set[str]:
        """Names in use: two treadmills or two runners of one name cannot be told apart by voice."""
        own = self.context.get("entry_id")
        names = {
            entry.title.casefold()
            for entry in self._async_current_entries(include_ignore=False)
            if (entry.data[CONF_KIND] == KIND_RUNNER) is by_runners and entry.entry_id != own
        }
        return names | ({NONE} if by_runners else set())
