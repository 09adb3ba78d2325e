"""Learning which class a sequence is: in pieces, the same numbers however it is cut."""

import dataclasses
import itertools
import tracemalloc

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score

from playground.keyframes import keyframe_epochs
from playground.sentences.classifying import comparison_sentence, live_sentence
from playground.sequences.classify.scores import confusion_of, standings
from playground.sequences.classify.work import Classifying, advance_classifier, score_keyframe
from playground.sequences.encoding import encode_text, fit_encoding, split_sequences
from playground.sequences.equations import read_sequence
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import KEPT_BYTES, MOST_KEPT, ClassScore, Sequences, planned_keyframes

SMALL = ClassifyRecipe().replaced(hidden_size=8, epochs=6, batch_size=8, learning_rate=0.02)


def make_texts(per_class: int = 20) -> Sequences:
    """Three classes that the first letter tells apart; the rest is noise of several lengths."""
    generator = np.random.default_rng(5)
    labels = np.repeat([0, 1, 2], per_class)
    texts = tuple("abc"[label] + "".join(generator.choice(list("xyz"), generator.integers(1, 6))) for label in labels)
    return Sequences("own", "First letter", ("A", "B", "C"), labels, texts)


def train(recipe, sequences, budget_s):
    run = None
    while run is None or not run.done:
        run = advance_classifier(recipe.model_dump_json(), sequences, run, budget_s)
    return run


@pytest.mark.parametrize(
    "fields",
    [
        {"cell": "simple"},
        {"cell": "lstm"},
        {"optimizer": "sgd", "momentum": 0.5},
        {"optimizer": "rmsprop", "learning_rate_changes": ((2, 0.001),)},
    ],
    ids=lambda fields: " ".join(map(str, fields.values())),
)
def test_pieces_change_no_number(fields):
    recipe, sequences = SMALL.replaced(epochs=3, **fields), make_texts()
    whole, cut = train(recipe, sequences, 60.0), train(recipe, sequences, 0.0)
    assert whole.pieces == 1 and cut.pieces == 3 * -(-42 // SMALL.training.batch_size)
    for one, other in zip(whole.training.epochs, cut.training.epochs, strict=True):
        assert (one.train_loss, one.validation_loss) == (other.train_loss, other.validation_loss)
        assert (one.train_accuracy, one.validation_accuracy) == (other.train_accuracy, other.validation_accuracy)
    for one, other in zip(whole.training.keyframes, cut.training.keyframes, strict=True):
        assert one.epoch == other.epoch
        assert all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)
    assert np.array_equal(whole.test.confusion, cut.test.confusion)


def test_every_optimizer_takes_its_own_steps_and_the_rate_is_the_one_of_its_epoch():
    changed = {"learning_rate_changes": ((2, 0.001),), "epochs": 2}
    kinds = (
        {"optimizer": "adam"},
        {"optimizer": "rmsprop"},
        {"optimizer": "sgd", "momentum": 0.0},
        {"optimizer": "sgd"},
    )
    runs = [train(SMALL.replaced(**changed, **kind), make_texts(), 60.0) for kind in kinds]
    assert len({run.training.epochs[0].train_loss for run in runs}) == len(kinds)
    assert all([epoch.learning_rate for epoch in run.training.epochs] == [0.02, 0.001] for run in runs)
    assert all(epoch.gradient_norm > 0 for run in runs for epoch in run.training.epochs)


def test_a_training_without_progress_stops_early_and_says_why(turn_up_after):
    turn_up_after(2)
    run = train(SMALL.replaced(epochs=20, patience_epochs=3), make_texts(), 60.0)
    end = run.training.checkpoint
    assert (end.state, end.epoch, end.best_epoch, run.training.progress) == ("stopped_early", 5, 2, 1.0)
    assert "not improved for 3 epochs; the best was epoch 2" in end.reason
    assert run.test.title == "epoch 2"


def test_the_first_letter_is_learned():
    run = train(SMALL.replaced(epochs=25), make_texts(), 60.0)
    assert run.test.accuracy == 1.0
    assert run.training.epochs[-1].validation_loss < run.training.epochs[0].validation_loss


@pytest.fixture
def turn_up_after(monkeypatch):
    """Return a function that lets the validation loss fall until an epoch and rise from there on."""

    def prescribe(best: int) -> None:
        validate = Classifying.validate
        losses = itertools.chain(np.linspace(2.0, 1.0, best + 1)[1:].tolist(), np.linspace(1.1, 3.0, 200).tolist())
        monkeypatch.setattr(Classifying, "validate", lambda self, network: (next(losses), validate(self, network)[1]))

    return prescribe


def test_kept_weights_are_the_planned_ones_the_best_and_the_newest(turn_up_after):
    turn_up_after(11)
    run = train(SMALL.replaced(epochs=14), make_texts(), 60.0)
    losses = [epoch.validation_loss for epoch in run.training.epochs]
    assert losses.index(min(losses)) == 10 and losses[-1] > losses[10]
    assert run.training.best.epoch == run.training.checkpoint.best_epoch == 11
    assert 11 not in run.training.planned
    assert [frame.epoch for frame in run.training.keyframes] == [*range(9), 10, 11, 12, 14]


def test_the_test_score_is_that_of_the_best_weights_not_of_the_newest(turn_up_after):
    turn_up_after(1)
    sequences = make_texts()
    run = train(SMALL, sequences, 60.0)
    losses = [epoch.validation_loss for epoch in run.training.epochs]
    assert (run.training.best.epoch, run.training.newest.epoch) == (1, 6) and losses[-1] > losses[0]
    rows = split_sequences(sequences.labels).test
    inputs = [encode_text(run.encoding, sequences.texts[row]) for row in rows]

    def confusion_with(weights):
        said = [read_sequence(SMALL, weights, one).log_probabilities[-1].argmax() for one in inputs]
        return confusion_of(sequences.labels[rows], np.array(said), 3)

    assert np.array_equal(run.test.confusion, confusion_with(run.training.best.weights))
    assert not np.array_equal(run.test.confusion, confusion_with(run.training.newest.weights))
    assert run.test.title == "epoch 1"


def test_the_validation_score_of_any_kept_epoch_is_the_one_that_training_met():
    sequences = make_texts()
    run = train(SMALL, sequences, 60.0)
    by_epoch = {epoch.epoch: epoch.validation_accuracy for epoch in run.training.epochs}
    for frame in run.training.keyframes[1:]:
        score = score_keyframe(SMALL.model_dump_json(), sequences, run.encoding, frame)
        assert score.accuracy == by_epoch[frame.epoch] and score.title == f"epoch {frame.epoch}"


@pytest.mark.parametrize(("wrong", "said"), [(0, "about level with"), (1, "about level with"), (6, "clearly above")])
def test_a_difference_within_luck_is_not_called_clear(wrong, said):
    own = ClassScore("this network", np.array([[9, 0], [0, 9]]))
    baseline = ClassScore("Baseline", np.array([[9 - wrong, wrong], [0, 9]]))
    told = comparison_sentence(standings(own, [baseline]), own.count)
    assert f"the network is {said} baseline." in told
    assert told.endswith(
        "The test part has 18 sequences: one answer more or less is 5.6%, so small differences are luck."
    )


def test_the_headline_tells_the_part_that_is_measured_and_the_baselines_once_it_is_the_test():
    baseline = ClassScore("Majority class", np.array([[9, 0], [9, 0]]))
    run = train(SMALL.replaced(epochs=2), make_texts(), 60.0)
    under_way = dataclasses.replace(run, test=None)
    share = f"{run.validation.accuracy:.0%}"
    assert live_sentence(None, [baseline], 2).startswith("Untrained: ")
    assert live_sentence(under_way, [baseline], 2) == f"Epoch 2 of 2: {share} of the validation sequences right."
    done = f"Trained: {run.test.accuracy:.0%} of the test sequences right, majority class 50%."
    assert live_sentence(run, [baseline], 2) == done


def test_the_standard_error_is_that_of_independent_answers_with_one_right_and_one_wrong_added():
    score = ClassScore("x", np.array([[30, 10], [5, 15]]))
    shares = np.array([31 / 42, 16 / 22])
    assert score.standard_error == pytest.approx(np.sqrt(np.sum(shares * (1 - shares) / [39, 19])) / 2)
    assert ClassScore("x", np.diag([3, 3])).standard_error > 0.1


def test_the_plan_names_the_epochs_that_are_kept():
    run = train(SMALL.replaced(epochs=12), make_texts(), 60.0)
    kept = {frame.epoch for frame in run.training.keyframes}
    assert kept == set(run.training.planned) | {run.training.best.epoch}


def test_long_texts_with_many_words_take_little_memory():
    words = np.random.default_rng(2).integers(0, 2000, (200, 200))
    texts = tuple(" ".join(f"w{word}" for word in row) for row in words)
    sequences = Sequences("own", "Long", ("a", "b"), np.arange(200) % 2, texts)
    parts = split_sequences(sequences.labels)
    encoding = fit_encoding(sequences, parts.train, "words")
    tracemalloc.start()
    Classifying(SMALL.replaced(unit="words"), sequences, encoding, parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one_hot_bytes = 200 * 200 * encoding.inputs * 4
    assert encoding.inputs > 1000 and peak < one_hot_bytes / 20


def test_held_out_texts_do_not_reach_training():
    sequences = make_texts()
    parts = split_sequences(sequences.labels)
    texts = list(sequences.texts)
    for row in parts.test:
        texts[row] = "quite different"
    changed = Sequences("own", "First letter", sequences.classes, sequences.labels, tuple(texts))
    one, other = train(SMALL, sequences, 60.0), train(SMALL, changed, 60.0)
    assert one.encoding.tokens == other.encoding.tokens
    assert [e.validation_loss for e in one.training.epochs] == [e.validation_loss for e in other.training.epochs]


def test_a_run_that_diverges_says_why_and_ends():
    recipe = SMALL.replaced(cell="simple", learning_rate=1.0, clip_norm=0.0, epochs=300)
    sequences = make_texts()
    long = Sequences("own", "Long", sequences.classes, sequences.labels, tuple(text * 40 for text in sequences.texts))
    run = train(recipe, long, 60.0)
    assert run.training.checkpoint.state == "diverged"
    assert "lower the learning rate" in run.training.checkpoint.reason
    assert run.done and run.progress == 1.0


def test_numbers_can_be_classified_too():
    generator = np.random.default_rng(2)
    labels = np.repeat([0, 1], 20)
    lengths = generator.integers(3, 9, 40)
    values = np.repeat(np.where(labels == 0, -3.0, 5.0), lengths)[:, None].astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    run = train(SMALL, Sequences("own", "Levels", ("low", "high"), labels, values=values, starts=starts), 60.0)
    assert run.test.accuracy == 1.0


def test_scores_are_scikit_learns():
    generator = np.random.default_rng(4)
    truth, answers = generator.integers(0, 4, 200), generator.integers(0, 4, 200)
    confusion = confusion_of(truth, answers, 4)
    score = ClassScore("random", confusion)
    assert np.array_equal(confusion, confusion_matrix(truth, answers))
    assert score.accuracy == pytest.approx(accuracy_score(truth, answers))
    assert score.macro_f1 == pytest.approx(f1_score(truth, answers, average="macro"))
    assert score.macro_accuracy == pytest.approx(balanced_accuracy_score(truth, answers))


def test_a_class_nobody_answers_counts_as_zero_in_f1():
    truth, answers = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 0])
    expected = f1_score(truth, answers, average="macro", zero_division=0)
    assert ClassScore("majority", confusion_of(truth, answers, 3)).macro_f1 == pytest.approx(expected)


def test_a_class_that_is_neither_there_nor_answered_counts_nothing_in_f1():
    truth, answers = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    expected = f1_score(truth, answers, average="macro")
    assert expected > 0.7
    assert ClassScore("two of four", confusion_of(truth, answers, 4)).macro_f1 == pytest.approx(expected)


def test_as_many_epochs_are_kept_as_the_weights_leave_room_for():
    assert planned_keyframes(60, 1000) == keyframe_epochs(60, MOST_KEPT) and MOST_KEPT == 24
    assert len(planned_keyframes(1000, KEPT_BYTES // 24)) == 24
    assert len(planned_keyframes(1000, KEPT_BYTES // 10)) == 10
    assert len(planned_keyframes(1000, KEPT_BYTES)) == 3
