"""The one way to the machine: wishes in, permitted commands out, judged by telemetry.

``Gate`` is one object. Who uses it asks it; its parts are private, and this is what each knows::

    Gate            what is wished, what may be sent, and what follows when it did not come true
      limits        how far may belt and deck go, and who may move them?   (a value, public)
      motion        what may belt and deck be told next?
      commands      what were they told, and do they do it?
        axis        is this one on its way, there, astray, or in the hands of the console?
      stopping      is a stop under way, and does the belt obey it?
      decline_trial has the deck been seen to go below level, and how is that found out?
      notices       what was the runner told, and when?
      prompts       what was the runner asked to do at the console?
      telemetry_watch what was measured, is it fresh, does the belt move?
"""

from ..rules import Permissions
from .gate import Gate
from .limits import Limits

__all__ = ["Gate", "Limits", "Permissions"]
