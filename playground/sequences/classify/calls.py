"""What workers compute for classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.jobs import Call
from playground.sequences.records import ClassifierRun

if TYPE_CHECKING:
    from playground.sequences.classify import baselines, convolution, tasks, work

BEGIN = Call("playground.sequences.classify.work:begin_classifier", lambda: work.begin_classifier)
ADVANCE = Call("playground.sequences.classify.work:advance_classifier", lambda: work.advance_classifier, ClassifierRun)
ADVANCE_CNN = Call(
    "playground.sequences.classify.convolution:advance_cnn",
    lambda: convolution.advance_cnn,
    ClassifierRun,
)
EPOCH_SECONDS = Call("playground.sequences.classify.work:epoch_seconds", lambda: work.epoch_seconds)
SCORE_KEYFRAME = Call("playground.sequences.classify.work:score_keyframe", lambda: work.score_keyframe)
SCORE_BASELINES = Call("playground.sequences.classify.baselines:score_baselines", lambda: baselines.score_baselines)
LOAD_TASK = Call("playground.sequences.classify.tasks:load_task", lambda: tasks.load_task)
