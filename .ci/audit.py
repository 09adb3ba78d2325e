"""Ask for known faults of the packages installed, as a part of `make check`. Says so where it cannot ask.

pip-audit asks the package index. A package that the index does not know counts as not checked.
"""

from __future__ import annotations

import json
import subprocess
import sys

PATIENCE_S = 120


def verdict(report: str) -> tuple[int, list[str]]:
    """Return exit status and sentences for the JSON report of pip-audit; empty = it could not ask.

    0: no known fault among the packages that were checked. 1: faults. 2: nothing was checked.
    """
    packages = json.loads(report)["dependencies"] if report.strip() else []
    checked = [package for package in packages if "vulns" in package]
    faults = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version'}"
        for package in checked
        for fault in package["vulns"]
    ]
    if not checked:
        return 2, ["NOTHING WAS CHECKED: the package index could not be asked."]
    unknown = len(packages) - len(checked)
    count = f"{len(checked)} packages checked, {unknown} unknown to the index, {len(faults)} known faults."
    return (1 if faults else 0), [*faults, count]


def main() -> int:
    """Run pip-audit on this environment and print what it says."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]
    try:
        report = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S).stdout
    except subprocess.TimeoutExpired:
        report = ""
    status, sentences = verdict(report)
    print("\n".join(sentences))
    return status


if __name__ == "__main__":
    sys.exit(main())
