"""The learner's words: names, samples, what is missing, and how far a score can be trusted."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from playground.sentences.classifying import spoken_comparison_sentence, spread_sentence, trust_sentence
from playground.sequences.classify.scores import standings
from playground.sequences.encoding import split_sequences
from playground.sequences.records import ClassScore, Sequences
from playground.sequences.speech.baselines import nearest_mean, score_spoken_baselines
from playground.sequences.speech.spoken import (
    LONGEST_NAME,
    MOST_SAMPLES,
    Clip,
    SpokenWords,
    check_enough,
    clip_at,
    merge,
    share_interval,
    to_sequences,
    trust_of,
)


def clip(number: int, steps: int = 5) -> Clip:
    return Clip(np.full(800, number, np.int16), np.full((steps, 3), -number, np.float32))


def words_with(*counts: int) -> SpokenWords:
    words = SpokenWords()
    for place, count in enumerate(counts):
        words = words.named(place, "abcd"[place])
        for k in range(count):
            words = words.with_clip(place, clip(100 * place + k + 1, steps=3 + k))
    return words


def test_renaming_keeps_the_samples_and_cleans_the_name():
    words = words_with(2).named(0, "  Ja\u202e \n  <b>👍</b>  ")
    assert words.names[0] == "Ja <b>👍</b>" and len(words.clips[0]) == 2
    assert len(words.named(1, "x" * 100).names[1]) == LONGEST_NAME
    assert words.named(0, "").title(0) == "word 1" and words.named(0, "").used == (0,)


def test_a_sample_is_there_once_and_can_be_deleted():
    words = words_with(2, 1)
    with pytest.raises(ValueError, match="a sample of 'a' already"):
        words.with_clip(1, clip(1))
    assert [one.key for one in words.without(0, clip(1).key).clips[0]] == [clip(2).key]


def test_a_word_has_room_for_so_many_samples():
    with pytest.raises(ValueError, match=f"at most {MOST_SAMPLES} samples"):
        words_with(MOST_SAMPLES).with_clip(0, clip(999))


def test_what_is_missing_is_said_word_by_word():
    for words, said in (
        (words_with(9), "at least 2 words"),
        (words_with(4, 1), "^Every word needs 4 samples or more: speak 3 more of “b”.$"),
        (words_with(4, 4).named(2, "c"), "4 more of “c”"),
        (words_with(4, 4).named(1, "A"), "same name"),
    ):
        with pytest.raises(ValueError, match=said):
            check_enough(words)
    check_enough(words_with(4, 4))
    with pytest.raises(ValueError, match="3 more of “b”"):
        to_sequences(words_with(4, 1))


def test_an_upload_takes_places_without_samples_and_joins_words_of_the_same_name():
    first = SpokenWords(names=("yes", "no", "", ""))
    merged, notes = merge(first, (("left", clip(1)), ("Right", clip(2)), ("left", clip(3)), ("left", clip(3))))
    assert merged.names == ("left", "Right", "", "")
    assert [len(clips) for clips in merged.clips] == [2, 1, 0, 0]
    assert len(notes) == 1 and "already" in notes[0]
    joined, _ = merge(merged, (("LEFT", clip(4)), ("up", clip(5))))
    assert joined.names == ("left", "Right", "up", "") and len(joined.clips[0]) == 3


def test_too_many_words_leave_everything_as_it_was():
    words = words_with(1, 1, 1)
    with pytest.raises(ValueError, match="at most 4 words, with the new ones there would be 5"):
        merge(words, (("x", clip(901)), ("y", clip(902))))
    assert words.count() == 3


def test_sequences_hold_the_frames_and_are_named_by_the_sound():
    words = words_with(4, 5)
    found = to_sequences(words)
    assert found.classes == ("a", "b") and np.bincount(found.labels).tolist() == [4, 5]
    for row in range(9):
        assert np.array_equal(found.rows(row), clip_at(words, row).frames)
    assert found.name.startswith("speech ")
    assert found.name != to_sequences(words.named(0, "z")).name
    assert found.name != to_sequences(words.without(1, words.clips[1][0].key)).name


@pytest.mark.parametrize(("right", "count"), [(0, 3), (2, 3), (7, 8), (20, 20), (33, 40)])
def test_the_interval_is_that_of_clopper_and_pearson(right, count):
    assert share_interval(right, count) == pytest.approx(proportion_confint(right, count, method="beta"), abs=1e-9)


def test_a_small_number_is_called_too_small():
    few, many = ClassScore("x", np.array([[1, 1], [0, 1]])), ClassScore("x", np.diag([10, 10]))
    assert trust_sentence(trust_of(few)) == "2 of 3 held-out samples recognised: too few to trust"
    assert "from 9% to 99%" in spread_sentence(trust_of(few))
    assert trust_sentence(trust_of(many)) == "20 of 20 held-out samples recognised"
    assert "from 83% to 100%" in spread_sentence(trust_of(many))
    assert "one answer more or less is 33.3%: which of these is better cannot be told" in spoken_comparison_sentence(
        trust_of(few), standings(few, [many])
    )
    assert "about level with" in spoken_comparison_sentence(trust_of(many), standings(many, [many]))


def test_baselines_are_fitted_on_the_training_part_only():
    generator = np.random.default_rng(3)
    labels = np.repeat([0, 1], 20)
    rows = [generator.normal(size=(4, 3)) + 5 * label for label in labels]
    starts = np.arange(41) * 4

    def scored(values) -> list[float]:
        sequences = Sequences("speech", "s", ("a", "b"), labels, values=np.concatenate(values), starts=starts)
        return [score.accuracy for score in score_spoken_baselines(sequences)]

    assert scored(rows) == [0.5, 1.0, 1.0]
    held = split_sequences(labels).validation
    assert scored([row * (100 if k in held else 1) for k, row in enumerate(rows)]) == [0.5, 1.0, 1.0]


def test_the_nearest_mean_is_worked_out_by_hand():
    heard, labels = np.array([[0.0, 0], [2, 0], [10, 10]]), np.array([0, 0, 1])
    assert nearest_mean(heard, labels, np.array([[5.0, 5], [6, 6]])).tolist() == [0, 1]
