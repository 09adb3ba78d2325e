"""Notes, tunes and melodies: what is written is what is read, bar by bar, and nothing held out is learned from."""

from fractions import Fraction

import numpy as np
import pytest

from playground.sequences.music.melodies import (
    HELD,
    OWN,
    dealt_tunes,
    learned_tunes,
    longest_copy,
    melody_stream,
    part_of,
    shifts_of,
    usual_copy,
)
from playground.sequences.music.notes import (
    END,
    LENGTHS,
    MOST_OWN,
    Note,
    moved,
    note_of,
    notes_of,
    pitch_name,
    pitch_of,
    played_notes,
    sixteenths_of,
    symbols_of,
    total_length,
)
from playground.sequences.music.tunes import FILE, bundled_tunes, read_tunes
from playground.sequences.write.streams import split_stream

ONE = "title: One\norigin: Here\nyear: 1800\nkey: G major\nmetre: 3/4\n"
TITLES = [tune.title for tune in bundled_tunes()]


@pytest.mark.parametrize("title", TITLES)
def test_every_bar_of_every_tune_adds_up(title):
    tune = bundled_tunes()[TITLES.index(title)]
    first = 1 if tune.upbeat else 0
    if first:
        assert total_length(tune.bars[0]) == tune.upbeat < tune.metre
    for bar in tune.bars[first:-1]:
        assert total_length(bar) == tune.metre
    assert total_length(tune.bars[-1]) in (tune.metre, tune.metre - tune.upbeat)


def test_there_are_enough_tunes_and_all_are_old_enough():
    assert len(TITLES) >= 25
    assert all(1500 < tune.year < 1926 and tune.origin for tune in bundled_tunes())


def test_a_known_tune_reads_as_it_is_sung():
    twinkle = bundled_tunes()[TITLES.index("Twinkle, Twinkle, Little Star")]
    sung = [pitch_name(note.pitch) for note in twinkle.notes[:7]]
    assert sung == ["C4", "C4", "G4", "G4", "A4", "A4", "G4"]
    assert twinkle.notes[6].length == Fraction(1, 2)


def test_in_one_key_every_tune_has_the_notes_of_c_major_and_comes_home_in_one_octave():
    white = {0, 2, 4, 5, 7, 9, 11}
    for tune in bundled_tunes():
        pitches = [note.pitch for note in tune.in_one_key if note.pitch is not None]
        assert np.mean([pitch % 12 in white for pitch in pitches]) > 0.6, tune.title
        assert 55 <= pitches[-1] <= 66, tune.title
        written = [note.pitch for note in tune.notes if note.pitch is not None]
        assert np.ptp(np.subtract(pitches, written)) == 0
    major = [tune for tune in bundled_tunes() if tune.key.endswith("major")]
    ends = [next(n.pitch for n in reversed(tune.in_one_key) if n.pitch is not None) for tune in major]
    assert np.mean(np.array(ends) % 12 == 0) > 0.9


def test_names_and_numbers_of_pitches_match():
    assert (pitch_of("C4"), pitch_of("A4"), pitch_of("F#5"), pitch_of("Bb3"), pitch_of("R")) == (60, 69, 78, 58, None)
    assert all(pitch_of(pitch_name(pitch)) == pitch for pitch in range(36, 97))
    for length in LENGTHS:
        for pitch in (None, 61):
            assert note_of(Note(pitch, length).symbol) == Note(pitch, length)
    assert notes_of(("C4 1/4", END, "D4 1/4")) == (Note(60, Fraction(1, 4)),)


@pytest.mark.parametrize(
    ("music", "said"),
    [
        ("C4:1/4 D4 |", "bar 1 must add up to 3/4"),
        ("C4:1/4 D4 E4 | H4 |", "got 'H4'"),
        ("C4 D4 E4 |", "must say its length"),
        ("C4:1/5 |", "one of 1/16, 1/8"),
        ("C9:3/4 |", "between C2 and C7"),
        ("", "at least one bar"),
    ],
)
def test_what_is_wrong_in_a_tune_is_one_sentence(music, said):
    with pytest.raises(ValueError, match=said) as problem:
        read_tunes(ONE + music)
    assert "One" in str(problem.value)


def test_missing_lines_unknown_keys_and_twice_the_same_title_are_sentences():
    with pytest.raises(ValueError, match="metre is missing"):
        read_tunes("title: One\norigin: Here\nyear: 1800\nkey: G major\nC4:1/4 |")
    with pytest.raises(ValueError, match="write C major"):
        read_tunes(ONE.replace("G major", "H moll") + "C4:3/4 |")
    with pytest.raises(ValueError, match="twice"):
        read_tunes(f"{ONE}C4:3/4 |\n\n{ONE}C4:3/4 |")


def test_the_file_itself_is_listed_with_its_source():
    told = (FILE.parent / "PROVENANCE.md").read_text(encoding="utf-8")
    assert f"`{FILE.name}`" in told and str(len(TITLES)) in told


def test_whole_tunes_are_held_out_and_never_learned_in_any_key():
    for keys in (1, 3, 7):
        stream = melody_stream(keys)
        parts = split_stream(stream)
        dealt = dealt_tunes()
        held = [(*symbols_of(tune.in_one_key), END) for tune in dealt[-2 * HELD :]]
        assert stream.symbols(parts.validation) == sum(held[:HELD], ())
        assert stream.symbols(parts.test) == sum(held[HELD:], ())
        learned = dealt[: -2 * HELD]
        assert parts.train.stop == keys * sum(len(tune.notes) + 1 for tune in learned)
        assert stream.pieces == keys * len(learned) + 2 * HELD
    titles = {tune.title for tune in learned}
    assert {title for title in TITLES if part_of(title) == "training"} == titles
    assert sorted(map(part_of, TITLES)).count("test") == sorted(map(part_of, TITLES)).count("validation") == HELD


def test_more_keys_move_the_tunes_that_are_learned_and_only_those():
    assert shifts_of(1) == (0,) and shifts_of(4) == (0, 1, -1, 2)
    stream = melody_stream(3)
    tune = learned_tunes()[0][1]
    for place, shift in ((0, 0), (len(learned_tunes()), 1), (2 * len(learned_tunes()), -1)):
        assert stream.symbols(stream.piece(place)) == (*symbols_of(moved(tune, shift)), END)


def test_an_own_tune_is_learned_and_changes_nothing_that_is_held_out():
    own = notes_of(["C4 1/4", "R 1/8", "C#4 1/2"])
    plain, more = melody_stream(), melody_stream(own=own)
    cut, parts = split_stream(plain), split_stream(more)
    assert parts.train.stop == cut.train.stop + 4
    assert more.symbols(parts.validation) == plain.symbols(cut.validation)
    assert more.symbols(parts.test) == plain.symbols(cut.test)
    assert learned_tunes(own)[-1] == (OWN, own)


def slow_copy(melody, keys, own):
    """Look for every run of the melody in every tune, letter by letter."""
    texts = [
        (title, "".join(f"<{symbol}>" for symbol in symbols_of(moved(notes, shift))))
        for shift in shifts_of(keys)
        for title, notes in learned_tunes(own)
    ]
    for length in range(len(melody), 0, -1):
        for begin in range(len(melody) - length + 1):
            wanted = "".join(f"<{symbol}>" for symbol in melody[begin : begin + length])
            if any(wanted in text for _, text in texts):
                return length
    return 0


@pytest.mark.parametrize("keys", [1, 2])
def test_the_longest_copied_run_is_that_of_a_slow_search(keys):
    generator = np.random.default_rng(5)
    symbols = melody_stream().alphabet
    twinkle = symbols_of(dict(learned_tunes())["Twinkle, Twinkle, Little Star"])
    mixed = (*generator.choice(symbols, 4), *twinkle[5:14], *generator.choice(symbols, 6))
    for melody in (tuple(mixed), tuple(generator.choice(symbols, 20))):
        assert longest_copy(melody, keys).notes == slow_copy(melody, keys, ())
    found = longest_copy(tuple(mixed))
    assert found.notes >= 9 and mixed[found.start : found.start + found.notes][:9]


def test_a_run_names_its_tune_and_does_not_cross_from_one_tune_into_the_next():
    titles = [title for title, _ in learned_tunes()]
    first, second = (symbols_of(notes) for _, notes in learned_tunes()[:2])
    assert longest_copy(first).title == titles[0] and longest_copy(first).notes == len(first)
    assert longest_copy((*first[-4:], *second[:4])).notes < 8
    assert longest_copy(("C7 1/16",)).notes == 0
    own = notes_of(["C7 1/16", "B6 1/16", "C7 1/16"])
    assert longest_copy(symbols_of(own), own=own) == type(longest_copy(first))(3, 0, OWN)
    assert 2 <= usual_copy() <= 8


def test_what_a_keyboard_sends_is_checked():
    notes = notes_of(["C4 1/4", "R 3/8", "C#5 1/16"])
    pairs = [list(pair) for pair in sixteenths_of(notes)]
    assert pairs == [[60, 4], [-1, 6], [73, 1]]
    assert played_notes(pairs) == notes
    for forged in (None, "x", [[60]], [[60, 5]], [[200, 4]], [["60", 4]], [[float("nan"), 4]], [[60.5, 4]], [[True, 4]],
                   [[60, 4]] * (MOST_OWN + 1)):  # fmt: skip
        assert played_notes(forged) == ()
