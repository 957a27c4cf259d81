"""Figures of Descent, measured: ``scripts/bench`` prints them as they come.

Benchmarks, not tests: a goal that is missed is printed, and nothing fails because a computer is
slow.

- ``parts.py``: what is measured, and the goals; ``__main__.py``: the command;
- ``run.py``, ``part.py``: each part in a process of its own; ``table.py``: figures for people;
- ``engine.py``, ``wire.py``, ``script.py``: without Home Assistant;
- ``home.py``: a Home Assistant in this process, whose time can be moved on; ``ours.py`` and
  ``peer.py`` are the two integrations in it, ``packets.py``, ``link.py`` and ``session.py`` what
  both hear; ``states.py``, ``history.py``, ``startup.py`` (with ``start.py``), ``scale.py`` and
  ``voice.py`` measure there;
- ``commands.py``, ``links.py`` (with ``air.py``), ``card.py``: a whole Home Assistant in real time.

Parts import what they measure in their own process, and nothing else here does.
"""
