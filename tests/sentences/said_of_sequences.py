"""What is said of networks for sequences, over facts of every kind."""

import math
from itertools import product

import numpy as np
from said_of_forecasts import NOISE

from playground.histories import Checkpoint, Keyframe, SequenceEpoch
from playground.sentences import (
    classifying,
    hand_made,
    music,
    writing,
)
from playground.sequences.arithmetic import effects_of
from playground.sequences.classify.scores import standings
from playground.sequences.music.by_heart import copied, rise_of
from playground.sequences.music.melodies import Copy
from playground.sequences.records import ClassifierRun, ClassScore, SequenceRun, WriterRun
from playground.sequences.speech.spoken import trust_of
from playground.sequences.write.baselines import StreamScore, against_best, best_on_validation
from playground.sequences.write.streams import make_stream
from playground.sequences.write.writing import DepthUnit


def score_of(right, wrong=None, title="majority class"):
    right = np.asarray(right)
    wrong = np.resize(2, right.shape) if wrong is None else np.asarray(wrong)
    return ClassScore(title, np.diag(right) + np.roll(np.diag(wrong), 1, axis=1))


SCORES = [
    score_of(*one)
    for one in (((1, 1), (1, 0)), ((3, 4), (3, 3)), ((10, 30), (2, 6)), ((40, 40), (1, 0)), ((90, 10, 5), (5, 60, 60)))
]


def sequence_run(bits=(3.0, 2.5), test_bits=None, best=None, accuracy=0.9996, blocks=()):
    """Return a training of a writer with these bits on validation after each epoch."""
    epochs = tuple(
        SequenceEpoch(k, 1.0, math.log(2) * value, 1.0, 0.0, 0.01, 1.0, 0.5, accuracy)
        for k, value in enumerate(bits, 1)
    )
    done = test_bits is not None
    best = best or (int(np.argmin(bits)) + 1 if bits else 0)
    checkpoint = Checkpoint(epoch=len(epochs), best_epoch=best, count=1200, state="finished" if done else "training")
    training = SequenceRun(max(len(bits), 1), checkpoint, epochs, (Keyframe(0, {}),))
    return WriterRun(training, ("a", "b"), (), 1, 1, test_bits, 0.998 if done else None, blocks)


def symbols_compared():
    """Return finished runs with baselines that they beat, lose to, or cannot be told from, and one under way."""
    stretches = 0.3 * NOISE[:20]
    rivals = [
        StreamScore(title, bits, bits, tuple(bits + stretches)) for title, bits in (("Uniform", 4.0), ("Trigram", 2.0))
    ]
    runs = [sequence_run(test_bits=bits, blocks=tuple(bits + 0.1 * NOISE[20:40])) for bits in (1.25, 2.01, 2.6, 3.9)]
    runs += [sequence_run(), sequence_run(()), sequence_run(test_bits=1.0), None]
    return [(run, tuple(rivals[:count])) for run, count in product(runs, (0, 1, 2))]


def the_writers():
    asked = make_stream("x", "X", ["ab"], asked=np.ones(2, dtype=np.uint8), asked_title="Copied letters right")
    plain = make_stream("x", "X", ["ab"], asked=np.empty(0, dtype=np.uint8))
    said = []
    for run, baselines in symbols_compared():
        said += [writing.progress_sentence(run, stream, 4) for stream in (asked, plain)]
        said += [] if run is None else [writing.comparison_sentence(against_best(run, baselines))]
    said += [
        writing.depth_sentence(DepthUnit(4, np.full(5, value), 4000)) for value in (-0.93, 0.95, 0.7, -0.61, 0.3, -0.1)
    ]
    return said


def the_tunes():
    curves = [(5.0, 4.5, *np.linspace(4.6, 5.5, 20)), (5.0, 4.5, 4.4), (5.0, *np.linspace(4.5, 4.55, 20))]
    said = [music.heart_sentence(rise_of(sequence_run(bits, 4.0, best=2))) for bits in curves]
    said.append(music.heart_sentence(rise_of(sequence_run(curves[0], best=2))))
    said += [
        music.progress_sentence(run, against_best(run, baselines), best_on_validation(baselines), 4)
        for run, baselines in symbols_compared()
    ]
    for notes, written in product((0, 1, 2, 10, 11, 14), (0, 20)):
        said.append(music.copy_sentence(copied(Copy(notes, 0, "Ode to Joy" if notes else ""), written, 5)))
    return said


def the_classes():
    said = []
    for one in SCORES:
        rivals = [
            score_of(np.diag(one.confusion)[::-1], title="Nearest Mean"),
            score_of([0] * (len(one.confusion) - 1) + [9]),
        ]
        said += [classifying.comparison_sentence(standings(one, rivals[:count]), one.count) for count in (0, 1, 2)]
        said += [
            classifying.trust_sentence(trust_of(one)),
            classifying.spread_sentence(trust_of(one)),
            classifying.spoken_comparison_sentence(trust_of(one), standings(one, rivals)),
        ]
        training = sequence_run().training
        for test, validation, trained in ((one, one, training), (None, one, training), (None, None, training)):
            run = ClassifierRun(trained, None, validation, 1, test)
            said += [classifying.live_sentence(run, rivals[:count], 4) for count in (0, 2)]
    return [*said, classifying.live_sentence(None, (), 4)]


def the_switches():
    settings = list(product((False, True), ("old", "new")))
    means = {
        setting: [score_of((20 + 3 * k + seed * step, 20), (9, 9)) for seed in range(5)]
        for (k, setting), step in zip(enumerate(settings), (0, 1, -4, 1), strict=True)
    }
    said = list(hand_made.effect_sentences(effects_of(means)))
    said += hand_made.effect_sentences(effects_of({setting: found[:1] for setting, found in means.items()}))
    said += hand_made.effect_sentences(effects_of({setting: means[setting] for setting in settings[:2]}))
    said += hand_made.effect_sentences(effects_of({setting: [] for setting in settings}))
    return [*said, *(hand_made.setting_title(*setting) for setting in settings)]
