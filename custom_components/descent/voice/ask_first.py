"""Has Assist ask Descent about a sentence before anybody else.

Assist lets an integration register templates of sentences, and a sentence that fits one is taken
for good. A template says what a sentence has, not what it must not have ("stop", but no music; "set
the incline to 40", but not "on the bed"): no template can be right. So Assist's own agent is asked
through: a sentence that means Stop, or is a request that Descent understands, it is told is
Descent's. Assist asks this agent about sentences that are registered before it passes one on,
also where another agent answers, such as a language model.

An agent that has asked something back gets the answer without that, and so does one that an action
names. What is said to it is heard as it is written down, and is left to it: the belt stops, and the
agent answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
import logging
from typing import Any

from homeassistant.components.conversation import ConversationInput
from homeassistant.core import HomeAssistant, callback

_LOGGER = logging.getLogger(__name__)

# A registered sentence that nobody can say: stands for all those that are Descent's.
OWN_SENTENCE = "\ue001"


class AskFirst:
    """Between Assist and its own agent."""

    def __init__(
        self,
        hass: HomeAssistant,
        is_own: Callable[[str, str], bool],
        means_stop: Callable[[str], bool],
        stop: Callable[[], None],
    ) -> None:
        """Ask ``is_own`` about all sentences and their languages.

        ``stop`` for those that Assist passes by it and that mean it.
        """
        self._hass = hass
        self._is_own = is_own
        self._means_stop = means_stop
        self._stop = stop
        self._added: object = None  # the event of a sentence that was written down
        self._asked: str | None = None  # the sentence that Assist asked about last

    @callback
    def async_listen(self) -> None:
        """Be asked from now on.

        If Assist cannot be asked so, the sentences stay that are registered: they mean Stop.
        """
        try:
            self._listen()
        except (ImportError, AttributeError) as error:
            _LOGGER.warning(
                "Assist cannot be asked about all sentences, only short ones mean Stop: %s", error
            )

    def _listen(self) -> None:
        # Private to Assist, and not where it was in every version.
        from homeassistant.components.conversation import async_get_agent  # noqa: PLC0415
        from homeassistant.components.conversation.chat_log import (  # noqa: PLC0415
            async_subscribe_chat_logs,
        )
        from homeassistant.components.conversation.const import ChatLogEventType  # noqa: PLC0415

        self._added = ChatLogEventType.CONTENT_ADDED
        agent: Any = async_get_agent(self._hass)
        recognize = agent.async_recognize_sentence_trigger
        agent.async_recognize_sentence_trigger = partial(self._async_recognize, recognize)
        async_subscribe_chat_logs(self._hass, self._written_down)

    async def _async_recognize(
        self, recognize: Callable[[ConversationInput], Awaitable[Any]], said: ConversationInput
    ) -> Any:
        """Find a sentence that is Descent's to be ``OWN_SENTENCE``, which is registered.

        What others have registered for it is done too.
        """
        self._asked = said.text
        found = await recognize(said)
        if not self._is_own(said.text, said.language):
            return found
        own = await recognize(replace(said, text=OWN_SENTENCE))
        if found is None or own is None:
            return own or found
        return replace(found, matched_triggers=found.matched_triggers | own.matched_triggers)

    @callback
    def _written_down(self, conversation: str, event: object, data: Mapping[str, Any]) -> None:
        content = data.get("content", {})
        if event != self._added or content.get("role") != "user":
            return
        if self._means_stop(content["content"]):
            self._asked = None
            self._hass.loop.call_soon(self._look_at, content["content"])

    @callback
    def _look_at(self, text: str) -> None:
        """Stop, unless Assist has asked: it does in the same turn of the loop."""
        if self._asked != text:
            self._stop()
