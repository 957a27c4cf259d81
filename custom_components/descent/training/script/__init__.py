"""The session language: text of a session file in, a checked ``Script`` out.

``text`` reads YAML with the line of everything in it, ``schema`` and ``values`` say how it is
written, ``checks`` what must fit together, ``model`` what comes out, ``load`` is the way through.
"""

from .load import builtin, links_out, load_folder, parse
from .model import Script
from .text import ScriptError

__all__ = ["Script", "ScriptError", "builtin", "links_out", "load_folder", "parse"]
