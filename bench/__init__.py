"""Figures of Descent, measured: ``scripts/bench`` prints them as JSON.

Benchmarks, not tests: nothing here fails because a computer is slow.

- ``engine.py``: sessions through engine, gate and physics, in one process and without a clock;
- ``wire.py``: bytes of fitness machines, and what a connected treadmill costs;
- ``states.py``: from a notification to the states, beside the way of a peer;
- ``links.py``, ``air.py``: orders and lost contact over each link, in real time;
- ``core.py``: a running Home Assistant, in real time.
"""
