"""What is said of time stamps to come."""

from __future__ import annotations

from playground.data.future import FutureTimes
from playground.sentences.listing import listed
from playground.words import percent

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WORKING_WEEK = (0, 1, 2, 3, 4)

_CLOSED = {
    "none": "public holidays are not left out",
    "US exchange": "the holidays of the exchanges in New York are left out, as they were; other closings are not known",
    "by the past": "left out are holidays on which the past never has a row; others are not known",
}


def how_times_go_on(step: str, found: FutureTimes) -> str:
    """Say by which calendar the time stamps go on.

    Args:
        step: One step of the series in words.
        found: The time stamps.
    """
    if found.calendar == "even":
        return f"Time goes on evenly, with a step every {step}."
    if found.calendar == "clock changes":
        return f"Time goes on with a step every {step}, without the hour that clocks leave out in spring, as before."
    if found.calendar == "months":
        return f"Time goes on with a step every {step}, on the day of it that {_most(found.kept)} have."
    if found.calendar == "usual step":
        return f"The rows keep no calendar that is known here; time goes on by the step that {_most(found.kept)} keep."
    days = "on weekdays" if found.weekdays == _WORKING_WEEK else f"on {listed([_DAYS[day] for day in found.weekdays])}"
    when = "on every day of the week" if len(found.weekdays) == len(_DAYS) else days
    hours = ", at the hours of the last days like them" if found.calendar == "hours" else ""
    return f"The steps ahead fall {when}{hours}; {_CLOSED[found.closed]}."


def _most(share: float) -> str:
    return "all rows" if share == 1 else f"{percent(share)} of the rows"
