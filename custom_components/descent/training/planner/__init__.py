"""From a ``Script``, a runner and a machine to a ``Plan`` in which every number is decided.

``parameters`` checks what the runner changed, ``layout`` lays the steps out, ``predicted`` says
what belt and deck will add, ``locks`` who may run what.
"""

from .locks import alternatives, why_locked
from .parameters import PlanError
from .plan import plan

__all__ = ["PlanError", "alternatives", "plan", "why_locked"]
