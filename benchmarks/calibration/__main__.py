"""Simulate all families of sentences, or some by name: `python -m benchmarks.calibration residuals`.

Each family is filed in docs/calibration.md; a rehearsal with fewer tries is only printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pkgutil
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks import calibration
from benchmarks.calibration._claims import Claim, section
from benchmarks.report import ROOT, file_section, load_average, machine

PAGE = ROOT / "docs" / "calibration.md"


def families() -> tuple[str, ...]:
    """Return the names of all families, in order."""
    found = pkgutil.iter_modules([str(Path(calibration.__file__).parent)])
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def main() -> int:
    """Simulate what the command line names; return 0 if nothing was said too often."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"one of {', '.join(families())}; all without")
    parser.add_argument("--share", type=float, default=1.0, help="share of the tries, for a rehearsal")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.families if name not in families()]:
        parser.error(f"a family must be one of {', '.join(families())}, got {', '.join(unknown)}")
    claims = [claim for name in chosen.families or families() for claim in measure(name, chosen.share)]
    print(summary(claims))
    return 1 if any(claim.too_often for claim in claims) else 0


def measure(name: str, share: float) -> list[Claim]:
    """Simulate one family; file its section where all tries were made."""
    now, load, began = dt.datetime.now(dt.UTC), load_average(), time.perf_counter()
    claims = import_module(f"benchmarks.calibration.{name}").measure(share)
    took = f"{time.perf_counter() - began:.0f} s."
    body = f"{section(claims)}\n\n{machine(load, now)} Took {took}"
    if share == 1.0:
        file_section(name, body, PAGE)
    print(f"{name}: {took}\n{body}\n", file=sys.stderr, flush=True)
    return claims


def summary(claims: list[Claim]) -> str:
    """Return in one line how many claims were tried and how many of them were said too often."""
    false = [claim for claim in claims if claim.at_most is not None]
    late = sum(claim.too_often for claim in false)
    return (
        f"[calibration.md](calibration.md): {len(false)} sentences and badges, each simulated in a world where it is "
        f"false; {late or 'none'} of them said more often than it may be."
    )


if __name__ == "__main__":
    sys.exit(main())
