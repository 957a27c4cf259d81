"""The session language: text of a session file in, a checked ``Script`` out.

``text`` reads YAML with the line of everything in it, ``schema`` and ``values`` say how it is
written, ``checks`` what must fit together, ``model`` what comes out, ``load`` is the way through,
and ``problems`` is how everything that is wrong with a file is told at once, in any language.
"""

from .load import builtin, links_out, load_folder, parse, session_id
from .model import Script
from .phrases import ENGLISH
from .problems import Problem, ScriptError

__all__ = [
    "ENGLISH",
    "Problem",
    "Script",
    "ScriptError",
    "builtin",
    "links_out",
    "load_folder",
    "parse",
    "session_id",
]
