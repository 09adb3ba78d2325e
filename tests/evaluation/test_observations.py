import numpy as np
import pytest

from playground.evaluation.observations import notice_loss, notice_states
from playground.histories import EpochRecord
from playground.records import Series, Trace
from playground.sentences.live import remark_on_loss, remark_on_states


def epochs(train: list[float], validation: list[float]) -> list[EpochRecord]:
    return [
        EpochRecord(k, t, v, 1.0, 0.0, 0.01, 0.1 * k) for k, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    ]


def series(values: np.ndarray) -> Series:
    return Series("x", "X", "", values, None, "step")


def loss_sentence(given, baseline_loss, best_epoch, baseline="drift"):
    return remark_on_loss(notice_loss(given, (baseline, baseline_loss), best_epoch), horizon=1)


def states_sentence(*given):
    return remark_on_states(notice_states(*given))


def test_loss_notes_for_each_course():
    assert "should fall" in loss_sentence([], 0.5, 0)
    assert "stayed above" in loss_sentence(epochs([1.0, 0.9], [1.0, 0.8]), 0.5, 2)
    assert "after epoch 3, validation loss is 40% below" in loss_sentence(
        epochs([1.0, 0.4, 0.3], [1.0, 0.4, 0.3]), 0.5, 3
    )
    assert "level with" in loss_sentence(epochs([1.0, 0.6], [1.0, 0.495]), 0.5, 2)
    turned = loss_sentence(epochs([1.0, 0.5] + [0.1] * 10, [1.0, 0.4] + [0.6] * 10), 0.5, 2)
    assert "after epoch 2" in turned
    assert "overfitting" in turned


def test_loss_notes_name_the_baseline_that_is_drawn():
    assert "stayed above the dotted line: there linear autoregression errs less" in loss_sentence(
        epochs([1.0], [0.8]), 0.5, 1, "linear autoregression"
    )
    assert "below the dotted line, “same as the step before”." in loss_sentence(
        epochs([1.0], [0.3]), 0.5, 1, "last value"
    )
    assert "The dotted line is the loss of drift" in loss_sentence([], 0.5, 0)


@pytest.mark.parametrize(("loss", "word"), [(0.979, "2% below"), (0.981, "level"), (1.019, "level"), (1.021, "above")])
def test_level_is_within_two_percent_of_the_loss(loss, word):
    assert word in loss_sentence(epochs([1.0], [loss]), 1.0, 1)


def test_no_skill_is_read_off_the_lowest_of_many_epochs():
    """The best of 40 noisy losses around the baseline's goes below it: said as a number, with its luck."""
    noisy = list(1 + 0.05 * np.random.default_rng(0).normal(size=40))
    best = int(np.argmin(noisy)) + 1
    said = loss_sentence(epochs(noisy, noisy), 1.0, best)
    assert "below the dotted line" in said and "lucky" in said and "knows" not in said


def test_a_single_jump_of_validation_loss_is_not_called_overfitting():
    jump = loss_sentence(epochs([1.0, 0.5] + [0.1] * 10, [1.0, 0.4] + [0.4] * 9 + [0.6]), 0.5, 2)
    early = loss_sentence(epochs([1.0, 0.5] + [0.1] * 9, [1.0, 0.4] + [0.6] * 9), 0.5, 2)
    assert "overfitting" not in jump + early


def test_states_note_counts_followers_quiet_and_saturated_units():
    values = np.sin(np.arange(50) / 5)
    states = np.stack([values, -values, np.zeros(50), np.where(np.arange(50) % 2, 0.99, -0.99)], axis=1)
    trace = Trace(np.arange(50), states.astype(np.float32), np.arange(4))
    note = states_sentence(trace, series(values), "lstm")
    assert note.startswith("2 of 4 units follow")
    assert "1 never move" in note
    assert "1 stand near -1 or +1" in note
    assert "saturated" not in states_sentence(trace, series(values), "relu")


def test_a_sigmoid_unit_is_saturated_near_0_too():
    states = np.full((50, 3), 0.5, dtype=np.float32)
    states[:, 0], states[:, 1] = 0.01, 0.99
    trace = Trace(np.arange(50), states, np.arange(3))
    assert "2 stand near 0 or 1 most of the time (saturated)" in states_sentence(
        trace, series(np.arange(50.0)), "sigmoid"
    )
