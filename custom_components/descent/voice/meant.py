"""Which treadmill a sentence is about, when it does not say."""

from __future__ import annotations

from collections.abc import Collection

from homeassistant.core import HomeAssistant

from ..coordinator import TreadmillConfigEntry, TreadmillCoordinator
from ..targets import in_area_of, invalid, loaded, sessions_under_way, treadmills


class WhichTreadmillError(Exception):
    """It could be any of these: the runner is asked."""

    def __init__(self, names: list[str]) -> None:
        """Keep the names to choose from."""
        super().__init__(", ".join(names))
        self.names = names


def which_treadmill(
    hass: HomeAssistant, named: Collection[str], device_id: str | None, *, of_session: bool
) -> TreadmillCoordinator:
    """Find the treadmill: the named one, the only one, that of the room, that with a session.

    ``named`` are entry ids, ``device_id`` is what heard the sentence, and ``of_session`` says that
    it is about a session under way. Raises ``WhichTreadmillError``, or ``ServiceValidationError``
    if there is none.
    """
    known = [entry for entry in treadmills(hass) if not named or entry.entry_id in named]
    if not known:
        raise invalid("no_treadmill")
    known = _narrowed(known, in_area_of(hass, known, device_id))
    if of_session:
        known = _narrowed(known, sessions_under_way(known))
    if len(known) != 1:
        raise WhichTreadmillError([entry.title for entry in known])
    return loaded(known[0])


def _narrowed(
    known: list[TreadmillConfigEntry], some: list[TreadmillConfigEntry]
) -> list[TreadmillConfigEntry]:
    return some if len(known) > 1 and some else known
