"""List the licence of every package that requirements.txt installs: `python .ci/licences.py`.

It reads what the installed packages say of themselves, so it needs no network. It fails on a
licence with which an app under MIT cannot be passed on freely, and on a package that names none.
The GPU packages that torch of the package index brings on Linux are left out: the app never asks
for them, and where it is passed on, as a container or hosted, torch is the CPU build.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|BSL|Boost|CC0|HPND|Unlicense|MPL|Mozilla)\b",
    re.IGNORECASE,
)
"""Licences that ask for no more than their notice; MPL asks for the source of its own files, which the index has."""

BOUND = re.compile(r"\b([AL]?GPL(v\d)?|GNU|SSPL|BUSL|EUPL|proprietary|non-?commercial|NC)\b", re.IGNORECASE)

GPU = re.compile(r"(nvidia|cuda|triton)(-|$)")
"""Names of the packages that torch brings for graphics cards only."""

MIT_TEXT = "Permission is hereby granted, free of charge"


@dataclass(frozen=True)
class Licence:
    """What one installed package says of its licence."""

    package: str
    version: str
    licence: str

    @property
    def problem(self) -> str:
        """Why it cannot be passed on with the app, empty if it can."""
        if not self.licence:
            return "names no licence"
        choices = re.split(r"\s+OR\s+", self.licence)
        if all(BOUND.search(choice) for choice in choices):
            return "is under a licence that binds what it is shipped with"
        return "" if any(map(FREE.search, choices)) else "is under a licence that nobody has looked at"


def requirements(path: Path = ROOT / "requirements.txt") -> list[Requirement]:
    """Return the lines of a requirements file."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def closure(wanted: Iterable[Requirement], environment: dict[str, str] | None = None) -> dict[str, Distribution]:
    """Return the installed packages that these need, by name, themselves included.

    Args:
        wanted: Where to begin.
        environment: Markers that differ from this Python's, such as {"python_version": "3.13"}.
    """
    found: dict[str, Distribution] = {}
    waiting = [(requirement, "") for requirement in wanted]
    done = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate((environment or {}) | {"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for part in ("", *sorted(requirement.extras)):
            if (name, part) in done:
                continue
            done.add((name, part))
            try:
                found[name] = distribution(name)
            except PackageNotFoundError:
                continue
            waiting += [(Requirement(line), part) for line in found[name].requires or ()]
    return found


def licence_of(package: Distribution) -> Licence:
    """Return the licence of an installed package: its SPDX expression, its classifiers, its word, or its text."""
    about = package.metadata
    classified = [line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier") or () if "License ::" in line]
    word = (about.get("License") or "").strip().split("\n")[0][:60]
    told = about.get("License-Expression") or " OR ".join(classified) or word
    if not told and any(MIT_TEXT in text for text in _texts(package)):
        told = "MIT"
    return Licence(about["Name"], package.version, told)


def _texts(package: Distribution) -> list[str]:
    names = package.metadata.get_all("License-File") or ()
    return [
        text for name in names for text in [package.read_text(f"licenses/{name}") or package.read_text(name)] if text
    ]


def passed_on() -> list[Licence]:
    """Return what every package that goes with the app says of its licence, by name."""
    return [licence_of(package) for name, package in sorted(closure(requirements()).items()) if not GPU.match(name)]


def main() -> int:
    """Print the list; return how many packages are a problem."""
    listed = passed_on()
    for line in listed:
        print(f"{line.package:28} {line.version:16} {line.licence}")
    problems = [line for line in listed if line.problem]
    for line in problems:
        print(f"{line.package} {line.problem}: {line.licence or 'none'}", file=sys.stderr)
    return len(problems)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
