"""Training: what a session is, and what happens next.

This room is pure. It imports the standard library, voluptuous and PyYAML, knows no Home Assistant,
no asyncio and no clock, and reads no file but the session files (``script.load_folder`` and
``script.builtin``, which block). Time is an argument: seconds of whatever clock the caller keeps.

The way of a session through this room::

    library/*.yaml --script--> Script --planner--> Plan --engine--> effects
                               what was            for one runner   commands, cues,
                               written             on one machine   what was measured

What a session is
    ``model``     the nouns: Machine, Runner, Step, Plan, Telemetry; frozen, checked at birth
    ``script/``   the session language: text of a file in, a checked ``Script`` out
    ``library/``  the sessions that come with the integration, as data
    ``pace``      effort and slope to belt speed; the caps of levels; energy cost as information
    ``planner/``  Script + Runner + Machine to Plan; who may run what, and which rule says no

What happens next
    ``events``    everything that goes in and everything that comes out, as frozen data
    ``engine``    the whole as one thing: events and the time in, effects out; ``wakes_at``
    ``view``      everything anybody may know of it, as one frozen value
    ``session/``  the states of a session, and the way through the steps of its plan
    ``gate/``     the one way to the machine: wishes in, permitted commands out, judged afterwards
    ``rules``     the numbers of the safety rules, and their only home
    ``actuators`` how fast belt and deck really move, learned
    ``cues``      what is announced, and when
    ``voice_timing`` when a voice has to begin so that a cue is heard in time

Glossary: one word for one thing
    aim       a wish for a belt speed and an incline, by a session, a slider or a voice
    target    what is aimed at right now; never mixed with what was measured
    command   an order for the machine. The gate makes it, the conductor sends it, telemetry judges
              it: confirmed, rejected or unknown
    effect    anything that comes out of the engine: a command, a cue, a state, a lap
    cue       one announcement to the runner, spoken and shown
    notice    what the runner was told of a change to come; the gate waits for it (rule R9)
    prompt    what the runner is asked to do at the console, where no command can do it
    console   buttons and display of the treadmill itself; a hand there wins (rule R11)
    step      one part of a plan: warm-up, descent, recovery ...; a *lap* is what was done in it
    rep       one descent. ``Step.rep`` of ``Step.reps`` is counted by the planner, and only there
    set       a run of repetitions; what the runner changes holds until it ends
    approach  the way into a descent: told of, deck sent, counted down to, gone into
    ramp      the time in which belt or deck change; what they add to a plan is predicted
    arming    waiting for the runner to start the belt (rule R2)
    letting go  the gate forgets what it wished: belt and deck belong to the console
    suspended automation has let go because of something it saw; the runner resumes, or stops
    decline   downhill as a positive number; an *incline* is signed, and downhill is negative

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
