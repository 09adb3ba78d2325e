"""What workers compute for networks that listen to words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call

if TYPE_CHECKING:
    from playground.sequences.speech import baselines, recordings, work

BEGIN = Call("playground.sequences.speech.work:begin_listener", lambda: work.begin_listener)
SCORE_BASELINES = Call(
    "playground.sequences.speech.baselines:score_spoken_baselines",
    lambda: baselines.score_spoken_baselines,
)
LOAD_BUNDLED = Call("playground.sequences.speech.recordings:load_bundled", lambda: recordings.load_bundled)
TAKE_RECORDING = Call("playground.sequences.speech.recordings:take_recording", lambda: recordings.take_recording)
TAKE_ZIP = Call("playground.sequences.speech.recordings:take_zip", lambda: recordings.take_zip)
