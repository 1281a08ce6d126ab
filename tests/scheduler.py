# SPDX-License-Identifier: MIT
"""NT's scheduler for one processor, as a model: nt-facts 3.12, 8. A list of who is ready, no more.

Journal: what tests/guest/schedule.c prints. Who becomes ready, who waits and when the clock ticks
is taken from it; who must run, with which priority and how much of its turn left, is foretold.
"""
import dataclasses

START, IDLE, NEW, WAIT, WAKE, TICK, PRIORITY, BASE, YIELD, INTERRUPT, SWITCH, LEAVE = range(12)
NAMES = "start idle new wait wake tick priority base yield interrupt switch leave".split()
TURN, TICK_COST, WAIT_COST = 6, 3, 1
REALTIME = 16  # from here on priorities stay what they are
TIME_CRITICAL = 14  # from here on a wait gives a whole turn anew
PROCESS_BASE = 8


class Wrong(Exception):
    """The kernel did not do what the model says."""


@dataclasses.dataclass
class Thread:
    name: str
    priority: int
    base: int
    turn: int

    def state(self):
        return self.priority, self.base, self.turn


class Scheduler:
    def __init__(self):
        self.threads, self.ready = {}, []  # ready: in the order in which equals are to run
        self.running = self.idle = None
        self.turn_over = False

    def best(self, above):
        """The first of the highest that are more urgent than that."""
        found = [t for t in self.ready if t.priority > above]
        return max(found, key=lambda t: t.priority) if found else None

    def make_ready(self, thread, first=False):
        self.ready.insert(0 if first else len(self.ready), thread)

    def run(self, thread):
        if thread is not self.idle:
            self.ready.remove(thread)
        self.running = thread

    def urgency(self):
        return -1 if self.running is self.idle else self.running.priority

    def preempt(self):
        """Somebody more urgent takes the processor; the running thread keeps its turn."""
        best = self.best(self.urgency())
        if best:
            if self.running is not self.idle:
                self.make_ready(self.running, first=True)
            self.run(best)

    def decay(self, thread):
        if thread.priority < REALTIME:
            thread.priority = max(thread.priority - 1, thread.base)

    def wake(self, thread, increment):
        if thread.priority >= REALTIME:
            thread.turn = TURN
        else:
            thread.priority = max(thread.priority, min(thread.base + increment, REALTIME - 1))
            if thread.base >= TIME_CRITICAL:
                thread.turn = TURN
            else:
                thread.turn -= WAIT_COST
                if thread.turn <= 0:
                    thread.turn = TURN
                    self.decay(thread)
        self.make_ready(thread)

    def set_priority(self, thread, priority):
        thread.turn = TURN
        if thread.priority == priority:
            return
        thread.priority = priority
        if thread in self.ready:
            self.ready.remove(thread)
            self.make_ready(thread)

    def end_turn(self):
        thread = self.running
        if thread is self.idle or thread.turn > 0:
            return
        thread.turn = TURN
        self.decay(thread)  # or back up to the base, when its priority was set below it
        # An equal is enough now: the running thread goes behind it.
        if self.best(thread.priority - 1):
            self.make_ready(thread)
            self.run(self.best(-1))

    # --- what the journal says

    def note(self, name, kind, argument, *state):
        thread = self.threads.get(name)
        if thread is None:
            thread = self.threads[name] = Thread(name, *state)
        elif kind not in (SWITCH, LEAVE, INTERRUPT) and thread.state() != state:
            raise Wrong(f"priority, base, turn {state}, should be {thread.state()}")
        getattr(self, "on_" + NAMES[kind])(thread, argument, state)

    def on_start(self, thread, *_):
        self.running = thread

    def on_idle(self, thread, *_):
        self.idle = thread

    def on_new(self, thread, *_):
        self.make_ready(thread)

    def on_wait(self, thread, *_):
        if thread is not self.running:
            raise Wrong(f"{thread.name} waits, but {self.running.name} runs")
        self.running = None

    def on_wake(self, thread, increment, _):
        self.wake(thread, increment)

    def on_tick(self, thread, *_):
        if thread is not self.idle:
            thread.turn -= TICK_COST
            self.turn_over |= thread.turn <= 0

    def on_priority(self, thread, priority, _):
        self.set_priority(thread, priority)

    def on_base(self, thread, increment, _):
        thread.base = max(1, min(PROCESS_BASE + increment, REALTIME - 1))
        self.set_priority(thread, thread.base)

    def on_yield(self, thread, *_):
        if self.best(thread.priority - 1):
            self.make_ready(thread)
            self.run(self.best(-1))

    def on_interrupt(self, thread, ended, _):
        if bool(ended) != self.turn_over:
            raise Wrong(f"a turn is over: {bool(ended)}, should be {self.turn_over}")
        self.turn_over = False
        if ended:
            self.end_turn()

    def on_switch(self, thread, _, state):
        if self.running is None:  # it waits
            self.run(self.best(-1) or self.idle)
        else:
            self.preempt()
        if thread is not self.running:
            raise Wrong(f"{thread.name} runs, should be {self.running.name} "
                        f"(ready: {[(t.name, t.priority) for t in self.ready]})")
        if thread is not self.idle and thread.state() != state:
            raise Wrong(f"it runs with {state}, should be {thread.state()}")

    def on_leave(self, thread, *_):
        best = self.best(self.urgency())
        if thread is not self.running or best:
            raise Wrong(f"{thread.name} runs on, should be {(best or self.running).name}")


def check(lines):
    """One seed's lines, the first 'seed N COUNT'. How often each kind was noted."""
    scheduler, kinds = Scheduler(), dict.fromkeys(NAMES, 0)
    _, seed, count = lines[0].split()
    if int(count) != len(lines) - 1:
        raise Wrong(f"seed {seed}: {count} records, {len(lines) - 1} fitted")
    for number, line in enumerate(lines[1:], 1):
        name, kind, *rest = line.split()
        kinds[NAMES[int(kind, 16)]] += 1
        try:
            scheduler.note(name, int(kind, 16), *map(int, rest))
        except Wrong as wrong:
            near = "\n".join(f"  {i:5} {l.split()[0]} {NAMES[int(l.split()[1], 16)]} "
                             + " ".join(l.split()[2:])
                             for i, l in enumerate(lines[max(1, number - 12):number + 1],
                                                   max(1, number - 12)))
            raise Wrong(f"seed {seed}, record {number}: {wrong}\n{near}") from None
    return kinds
