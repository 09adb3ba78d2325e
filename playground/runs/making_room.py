"""Whose run goes when room must be made: one of whoever has most, so that nobody's work costs another's.

Whoever has most is an owner or, where it is known, an address: names are free, and many names of one person
would otherwise each have little.
"""

from __future__ import annotations

from playground.runs.stored import UNDER_WAY

WEIGH = """
    UPDATE runs SET bytes = coalesce((SELECT length(data) FROM series WHERE series.series_key = runs.series_key), 0)
        + coalesce((SELECT length(data) FROM checkpoints WHERE checkpoints.run_id = runs.run_id), 0)
        + coalesce((SELECT length(data) FROM snapshots WHERE snapshots.run_id = runs.run_id), 0)
        + coalesce((SELECT sum(length(data)) FROM keyframes WHERE keyframes.run_id = runs.run_id), 0)
        + 80 * checkpoint_epoch
    WHERE run_id = ?
"""
"""Writes on a run what it takes, an epoch's line as 80 bytes; a series that several runs share counts for each."""

_WEIGHT = {"runs": "1", "bytes": "bytes"}

_NEXT = """
    WITH stays AS (SELECT ? AS run_id), weighed AS (
        SELECT run_id, owner, state, deleted, starred, touched,
            sum({weight}) OVER (PARTITION BY owner) AS own,
            CASE address WHEN '' THEN 0 ELSE sum({weight}) OVER (PARTITION BY address) END AS nearby
        FROM runs)
    SELECT run_id FROM weighed WHERE state NOT IN ({under_way}) AND run_id != (SELECT run_id FROM stays) {whose}
    ORDER BY max(own, nearby) DESC, own DESC, deleted IS NULL, starred, touched LIMIT 1
"""


def next_to_go(counted: str, own: bool = False) -> str:
    """Return the query for the run that goes next, none if all are under way; its parameter names a run that stays.

    It belongs to whoever has most; of theirs, deleted ones go first and starred ones last, older ones before newer.

    Args:
        counted: What there is too much of, "runs" or "bytes".
        own: Whether only runs of that run's owner may go.
    """
    return _NEXT.format(
        weight=_WEIGHT[counted],
        under_way=", ".join(f"'{state}'" for state in UNDER_WAY),
        whose="AND owner = (SELECT owner FROM runs WHERE run_id = (SELECT run_id FROM stays))" if own else "",
    )
