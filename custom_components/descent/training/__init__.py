"""Training: what a session is, and what happens next.

This room is pure. It imports the standard library, voluptuous and PyYAML, knows no Home Assistant,
no asyncio and no clock, and reads no file but the session files (``script.load_folder`` and
``script.builtin``, which block). Time is an argument: seconds of whatever clock the caller keeps.

The way of a session through this room::

    library/*.yaml --script--> Script --planner--> Plan --control--> effects
                               what was            for one runner    commands, cues,
                               written             on one machine    what was measured

What a session is
    ``model``     the nouns: Machine, Runner, Step, Plan, Telemetry; frozen, checked at birth
    ``script``    the session language (and ``script_*``: text, values, schema, sense, tree)
    ``library/``  the sessions that come with the integration, as data
    ``pace``      effort and slope to belt speed; the caps of levels; energy cost as information
    ``settings``  a session's parameters, checked and filled in
    ``locks``     who may run which session, and which rule says no
    ``planner``   Script + Runner + Machine to Plan, with ``layout`` (steps, clamping, added
                  repetitions) and ``ramps`` (what belt and deck will add)

What happens next
    ``events``    everything that goes in and everything that comes out, as frozen data
    ``control``   the engine as one thing: events and the time in, effects out; ``wakes_at``
    ``session``   the states of a session and the table of what may follow what, with ``arming``
                  (the way in) and ``ending`` (the way out)
    ``course``    the way through a plan's steps, with ``lap`` (the step under way), ``relay`` (what
                  it says and wishes) and ``adjusted`` (what the runner set instead of the plan)
    ``gate``      the one way to the machine: wishes in, permitted commands out, judged afterwards,
                  within ``Limits``; what its private parts are for is said there; the numbers of
                  the rules are in ``rules``
    ``actuators`` how fast belt and deck really move, learned
    ``cues``      what is announced, and when
    ``summary``   what a session amounted to, measured
    ``stored``    an unfinished session as plain data, and back

What always holds
    1. Only the gate makes commands. Whoever wishes for a speed or a slope asks it.
    2. Telemetry is truth, commands are intents: distance is the integral of the measured speed.
    3. Values are frozen and checked when they are made; nothing behind that asks again.
    4. A wish that cannot be granted raises ``Refused`` and has changed nothing.
    5. A plan has decided every number before the belt moves; a plan's time is the sum of its steps.
    6. Compensation is by repetitions, never by speed, and never above the prescribed descent.
    7. Speeds are rounded down, slopes toward level: rounding never makes anything harder.
    8. A file that is wrong is that file's problem: one clear error, the others are there.
    9. Units are part of every name. Inclines are signed, downhill is negative; a *decline* is the
       same thing as a positive number, and only session files and users see it.
    10. What is a heuristic of this project is labelled [H] here, *heuristic* where users see it.
"""
