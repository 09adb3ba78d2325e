"""The bundled tasks, own tables, and the baselines."""

import csv
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.sequences.classify.baselines import score_baselines
from playground.sequences.classify.convolution import advance_cnn
from playground.sequences.classify.own_texts import labelled_texts, open_labelled, read_own_texts
from playground.sequences.classify.tasks import TASKS, load_task
from playground.sequences.classify.work import advance_classifier, epoch_seconds
from playground.sequences.encoding import split_sequences
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import Sequences


def test_names_are_many_and_each_has_one_language():
    names = load_task("names")
    assert len(names.classes) >= 8
    assert np.bincount(names.labels).min() >= 60
    assert len({text.lower() for text in names.texts}) == len(names.texts)


def test_sentences_are_many_balanced_and_different():
    sentences = load_task("sentiment")
    assert len(sentences.texts) >= 400
    assert len(set(np.bincount(sentences.labels))) == 1
    assert len({text.lower() for text in sentences.texts}) == len(sentences.texts)
    openings = Counter(" ".join(text.split()[:3]) for text in sentences.texts)
    assert openings.most_common(1)[0][1] <= 10


def test_waves_keep_their_scale_and_come_from_a_fixed_seed():
    waves = load_task("waveforms")
    assert np.array_equal(waves.values, load_task("waveforms").values)
    for label in range(4):
        values = np.concatenate([waves.rows(row) for row in np.flatnonzero(waves.labels == label)])
        assert values.std() == pytest.approx(1, abs=0.05)
    assert len(set(np.diff(waves.starts))) > 10


def test_digits_are_rows_of_eight_pixels():
    digits = load_task("digits")
    assert digits.rows(5).shape == (8, 8)
    assert len(digits.labels) == 1797


def test_what_a_task_suggests_is_allowed():
    for name, task in TASKS.items():
        assert ClassifyRecipe().replaced(task=name, **task.suggests).task == name


def test_an_unknown_task_is_refused():
    with pytest.raises(ValueError, match="no bundled task"):
        load_task("own")


def test_baselines_are_above_chance_where_order_does_not_matter():
    majority, grams = score_baselines(load_task("names"))
    assert majority.accuracy == pytest.approx(0.1)
    assert grams.accuracy > 0.5
    assert majority.confusion.sum() == grams.confusion.sum() == len(split_sequences(load_task("names").labels).test)


def test_baselines_never_see_the_test_part():
    names = load_task("names")
    parts = split_sequences(names.labels)
    labels = names.labels.copy()
    labels[parts.validation] = np.roll(labels[parts.validation], 1)
    changed = Sequences("names", "Names", names.classes, labels, names.texts)
    if np.array_equal(split_sequences(labels).train, parts.train):
        assert np.array_equal(score_baselines(changed)[1].confusion, score_baselines(names)[1].confusion)
    texts = list(names.texts)
    texts[int(parts.test[0])] = "qqq"
    other = score_baselines(Sequences("names", "Names", names.classes, names.labels, tuple(texts)))[1].confusion
    assert np.abs(other - score_baselines(names)[1].confusion).sum() <= 2


@pytest.mark.parametrize(("name", "title"), [("waveforms", "Counts of values"), ("digits", "on all values")])
def test_numbers_have_baselines_too(name, title):
    _, regression = score_baselines(load_task(name))
    assert title in regression.title and regression.accuracy > 0.8


def test_the_small_cnn_learns_the_digits_in_pieces():
    digits = load_task("digits")
    recipe = ClassifyRecipe().replaced(task="digits", epochs=2, batch_size=64).model_dump_json()
    run = cut = None
    while run is None or not run.done:
        run = advance_cnn(recipe, digits, run, 60.0)
    while cut is None or not cut.done:
        cut = advance_cnn(recipe, digits, cut, 0.05)
    assert run.test.accuracy > 0.7
    assert np.array_equal(run.test.confusion, cut.test.confusion)


def table(rows: list[tuple[str, str]]) -> bytes:
    return "\n".join(["text,label", *(f'"{text}",{label}' for text, label in rows)]).encode()


GOOD = [(f"word {k}", "ab"[k % 2]) for k in range(24)]


def test_an_own_table_is_read():
    own = read_own_texts(table(GOOD))
    assert own.classes == ("a", "b") and len(own.texts) == 24 and own.notes == ()


def test_column_names_may_be_written_in_capitals_and_delimited_by_semicolons():
    swapped = "\n".join(["Label;Text", *(f"{label};{text}" for text, label in GOOD)]).encode()
    assert read_own_texts(swapped).classes == ("a", "b")


def test_as_many_names_as_public_lists_have_are_read():
    own = read_own_texts(table([(f"name {k}", f"language {k % 18}") for k in range(17_449)]))
    assert len(own.texts) == 17_449 and len(own.classes) == 18


TEXTS = [f"it was {'good' if k % 2 else 'bad'}, {'really ' * (k % 5)}number {k}" for k in range(40)]
FORMS = {
    "five columns": [("id", "date", "review", "stars", "split")]
    + [(f"{k}", f"2024-01-{k % 28 + 1:02}", text, f"{k % 2}", "ab"[k % 3 == 0]) for k, text in enumerate(TEXTS)],
    "labels first": [("sentiment", "comment")] + [("-+"[k % 2], text) for k, text in enumerate(TEXTS)],
    "chinese": [("编号", "文本", "标签")] + [(f"{k}", f"今天{text}", "负正"[k % 2]) for k, text in enumerate(TEXTS)],
    "numbers as labels": [("phrase", "target")] + [(text, f"{k % 2}") for k, text in enumerate(TEXTS)],
    "no names, words": [(text, ("bad", "good")[k % 2]) for k, text in enumerate(TEXTS)],
    "no names, numbers": [(text, f"{k % 2}") for k, text in enumerate(TEXTS)],
    "named and a longer one": [("label", "text", "remark")]
    + [("-+"[k % 2], text, f"{text} and more {k}") for k, text in enumerate(TEXTS)],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("delimiter", ",;\t|")
def test_columns_are_found_by_what_stands_in_them(form, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(form)
    found = read_own_texts(file.getvalue().encode())
    assert [text.removeprefix("今天") for text in found.texts] == TEXTS
    assert len(found.classes) == 2 and np.array_equal(found.labels == found.labels[0], np.arange(40) % 2 == 0)


def test_quotation_marks_between_tabs_are_letters_where_they_enclose_no_cell():
    """Made in the form of a public collection of messages: a label, a tab, a message, and no quotation of cells."""
    marks = ['"Hi" he said {}', 'so "good" {}', '"and so on {}', "it's {}", 'end "{}"']
    messages = [marks[k % 5].format(f"number {k}") for k in range(40)]
    file = "\r\n".join(f"{('ham', 'spam')[k % 2]}\t{message}" for k, message in enumerate(messages))
    found = read_own_texts(file.encode())
    assert list(found.texts) == messages and found.classes == ("ham", "spam")
    assert "quotation marks are read as letters of the texts" in found.notes
    enclosed = "\n".join(["text\tlabel", *(f'"word ""{k}"""\t"{"ab"[k % 2]}"' for k in range(40))])
    assert read_own_texts(enclosed.encode()).texts[0] == 'word "0"'


def test_other_columns_than_the_guessed_can_be_taken():
    file = io.StringIO()
    csv.writer(file).writerows(FORMS["five columns"])
    opened = open_labelled(file.getvalue().encode())
    assert (opened.text, opened.label) == ("review", "stars")
    other = labelled_texts(replace(opened, label="split"))
    assert other.classes == ("a", "b") and other.notes[-1] == (
        "the column review is read as the text and split as its label"
    )
    with pytest.raises(ValueError, match="must be two columns, got 'review' for both"):
        labelled_texts(replace(opened, label="review"))


def test_a_chinese_table_of_a_public_report_is_read():
    found = read_own_texts((Path(__file__).parents[1] / "cases" / "75-labelled-gbk.csv").read_bytes())
    assert len(found.texts) == 60 and found.classes == ("正面", "负面")
    assert found.notes[0] == "the text is read as GB18030 (Chinese)"


def test_what_an_epoch_costs_is_about_what_it_takes():
    texts = tuple(f"{'ab'[k % 2] * 4}{k}" for k in range(4000))
    sequences = Sequences("own", "Own", ("a", "b"), np.arange(4000) % 2, texts, private=True)
    recipe = ClassifyRecipe(task="own").replaced(hidden_size=8, epochs=1, batch_size=8)
    told = epoch_seconds(recipe.model_dump_json(), sequences)
    took = advance_classifier(recipe.model_dump_json(), sequences, None, 60.0).training.checkpoint.elapsed_s
    assert 1 / 10 < told / took < 10
    few = replace(sequences, labels=sequences.labels[:40], texts=texts[:40])
    assert 0 < epoch_seconds(recipe.model_dump_json(), few) < told


def test_a_text_under_two_labels_is_named_with_the_label_it_loses():
    torn = [("WORD 1", "a"), ("word 2", "b"), ("word 3", "b")]
    own = read_own_texts(table([*GOOD, *torn]))
    assert len(own.texts) == 24 and own.labels.tolist() == [0, 1] * 12
    assert own.notes[0].startswith("1 row whose text stood above already: left out (row 28)")
    assert own.notes[1] == (
        "2 rows whose text stood above under another label: left out (“WORD 1” in row 26 as “a”, kept as “b”; "
        "“word 2” in row 27 as “b”, kept as “a”)"
    )
    many = read_own_texts(table([*GOOD * 2, *((text, "ba"[k % 2]) for k, (text, _) in enumerate(GOOD))])).notes[1]
    assert many.count("kept as") == 20 and many.endswith("; and 4 more)")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"text,label\n", "no rows"),
        (b"x" * (5 * 2**20 + 1), "at most 5 MB"),
        (b"text\none\ntwo\n", "a column of texts and one of labels, got 'text' alone"),
        (b"word,kind\nno,yes\n", "at least 2 different labels, got 1"),
        (table([(f"word {k}", "a") for k in range(30)]), "at least 2 different labels, got 1"),
        (table([*GOOD, ("alone", "c")]), "every label needs at least 10 different texts, 'c' has 1"),
        (table([(f"word {k}", f"class {k % 21}") for k in range(420)]), "at most 20 different labels, got 21"),
        (table([(f"w{k}", "ab"[k % 2]) for k in range(30_001)]), "at most 30,000 texts can be read, got 30,001"),
        (b"PK\x03\x04", "a zip file; unpack it"),
        (b"\x89PNG....", "a picture"),
    ],
)
def test_every_problem_is_one_sentence(data, said):
    with pytest.raises(ValueError, match=said) as error:
        read_own_texts(data)
    assert "\n" not in str(error.value)


def test_empty_and_repeated_texts_are_left_out_and_told():
    own = read_own_texts(table([*GOOD, ("", "a"), (GOOD[0][0].upper(), GOOD[0][1])]))
    assert len(own.texts) == 24
    assert len(own.notes) == 2 and "without a text" in own.notes[0] and "stood above" in own.notes[1]


def test_emoji_and_right_to_left_texts_are_kept_and_told():
    rows = [*GOOD, ("great 😀", "a"), ("שלום עולם", "b"), ("\u202eevil\u202c", "a"), ("y" * 300, "b")]
    own = read_own_texts(table(rows))
    assert own.texts[-2] == "evil"
    told = " ".join(own.notes)
    for words in ("1 text with emoji", "from right to left", "invisible signs", "longer than 250"):
        assert words in told


def test_markup_stays_text():
    own = read_own_texts(table([*GOOD, ("<script>alert(1)</script>", "a")]))
    assert own.texts[-1] == "<script>alert(1)</script>"


def test_of_very_many_letters_the_n_grams_are_fitted_on_a_share_of_each_class(monkeypatch):
    texts = tuple(f"{'abc'[k % 3] * 9}{k:04}" for k in range(300))
    sequences = Sequences("own", "Own", ("a", "b", "c"), np.arange(300) % 3, texts)
    whole = score_baselines(sequences)[1]
    monkeypatch.setattr("playground.sequences.classify.baselines.MOST_LETTERS", 1000)
    part = score_baselines(sequences)[1]
    assert whole.title == "Letter n-grams + logistic regression" and part.title == f"{whole.title} (1 text in 3)"
    assert part.accuracy == 1.0 and part.count == whole.count
