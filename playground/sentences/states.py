"""What is said of hidden states along a series."""

from __future__ import annotations

from playground.inspection.memory import UnitsShown


def remark_on_units(found: UnitsShown) -> str:
    """Say what the units follow."""
    if found.unit is None:
        return "No unit moves with the series here."
    correlation = f"{found.correlation:+.2f}".replace("-", "−")
    told = [f"Unit {found.unit} follows the series most closely (correlation {correlation})"]
    if found.close:
        told.append(f"{found.close} of {found.units} follow it with more than 0.9 or less than −0.9")
    if found.still:
        told.append(f"{found.still} hardly move")
    return f"{'; '.join(told)}."
