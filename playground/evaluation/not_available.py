"""The one error of the evaluation that is no failure: a number that does not exist here."""

from __future__ import annotations


class NotAvailable(ValueError):
    """Something cannot be computed for this series; the message is the reason, as a plain clause."""
