"""A real Home Assistant with Descent and the virtual treadmill, for trying things out.

Run by scripts/demo, in the environment of ``scripts/setup demo``:

- ``instance.py``: a configuration folder, and the Home Assistant process in it;
- ``client.py``: what a browser does: log in, REST, WebSocket;
- ``seed.py``: what a new user does once: accounts, config flows, Descent's own dashboard;
- ``machine.py``, ``links.py``: with ``--link``, a treadmill in a process of its own that speaks the
  protocol of real ones, and how it is added; ``demo_link.yaml`` is a session for it;
- ``serve.py``: ``scripts/demo``, until Ctrl-C;
- ``once.py``: ``scripts/demo --once``, one session from Start to its summary;
- ``rules.py``: an independent judge of what happened in it; ``report.py`` prints it.

Nothing here imports Home Assistant or Descent: it knows of them what a client can know.
"""
