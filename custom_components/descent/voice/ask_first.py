"""Has Assist ask Descent about a sentence before anybody else, for Stop.

Assist lets an integration register templates of sentences, and a sentence that fits one is taken
for good. A template says what a sentence has, not what it must not have ("stop", but no music): no
template can be right. So Assist's own agent is asked through: a sentence that means Stop it is told
is Descent's. Assist asks this agent about sentences that are registered before it passes one on,
also where another agent answers, such as a language model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import logging
from typing import Any

from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import async_get_agent
from homeassistant.core import HomeAssistant, callback

_LOGGER = logging.getLogger(__name__)

# A registered sentence that nobody can say: stands for all those that mean Stop.
STOP_SENTENCE = "\ue001"


@callback
def ask_first(hass: HomeAssistant, means_stop: Callable[[str], bool]) -> bool:
    """Have sentences that mean Stop found to be ``STOP_SENTENCE``, which is registered.

    What others registered for the same sentence is done too. Returns whether Assist can be asked
    so: if not, the short words stay that are registered while a session is under way.
    """
    agent: Any = async_get_agent(hass)
    recognize = getattr(agent, "async_recognize_sentence_trigger", None)
    if recognize is None:
        _LOGGER.warning("Assist cannot be asked about all sentences: only short ones mean Stop")
        return False

    async def recognize_stop(said: ConversationInput) -> Any:
        found = await recognize(said)
        try:
            is_stop = means_stop(said.text)
        except Exception:
            _LOGGER.exception("Unexpected error while listening for Stop")
            is_stop = False
        own = await recognize(replace(said, text=STOP_SENTENCE)) if is_stop else None
        if found is None or own is None:
            return own or found
        return replace(found, matched_triggers=found.matched_triggers | own.matched_triggers)

    agent.async_recognize_sentence_trigger = recognize_stop
    return True
