"""All measurements, one after the other: `python -m benchmarks`; some by name: `python -m benchmarks training floor`.

Each part runs as a command of its own and prints its section, which takes the place of the older one in
docs/benchmarks.md. A part that fails leaves its section as it was.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import time

from benchmarks.report import PAGE, ROOT, file_section, load_average, machine
from benchmarks.training import WORKERS_ENVIRONMENT

PARTS = (
    "training",
    "sizes",
    "floor",
    "levers",
    "stacked",
    "inspection",
    "sweep",
    "suggestions",
    "memory",
    "speed",
    "standing_back",
    "workers",
    "workshop",
    "calibration",
)
IN_TURNS = {"training", "sizes", "floor", "levers", "stacked"}
"""Parts that compare ways to train: all of them in the environment that the app gives its workers."""


def main() -> int:
    """Measure what the command line names; return 0 if all of it was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all without a name")
    parser.add_argument("--rounds", type=int, help="fewer or more rounds where a part takes turns, for a rehearsal")
    chosen = parser.parse_args()
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"a part must be one of {', '.join(PARTS)}, got {', '.join(unknown)}")
    measured = [measure(part, chosen.rounds) for part in chosen.parts or PARTS]
    return 0 if all(measured) else 1


def measure(part: str, rounds: int | None) -> bool:
    """Run one part and file its section; return whether it could be measured."""
    options = ["--rounds", str(rounds)] if rounds and part in IN_TURNS else []
    now, load, began = dt.datetime.now(dt.UTC), load_average(), time.perf_counter()
    print(f"{part} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{part}", *options]
    environment = os.environ | (WORKERS_ENVIRONMENT if part in IN_TURNS else {})
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    took = time.perf_counter() - began
    if done.returncode or not done.stdout.strip():
        print(f"{part} failed after {took:.0f} s; its section stays as it was", file=sys.stderr)
        return False
    file_section(part, f"{done.stdout.strip()}\n\n{machine(load, now)}")
    print(f"{part} took {took:.0f} s, in {PAGE.relative_to(ROOT)}\n{done.stdout}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
