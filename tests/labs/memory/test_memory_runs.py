"""Trials of the memory tasks: real trainings, judged; the climb and its words on made-up runs."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from playground.labs.memory.climb import climb, climbing_s
from playground.labs.memory.results import (
    CELLS,
    SHOWN_SEQUENCES,
    Effort,
    MemoryRecordings,
    MemoryRun,
    Outcome,
    Trial,
    recorded_runs,
    remaining_s,
    top_error,
)
from playground.labs.memory.tasks import TASKS
from playground.labs.memory.work import advance_memory_run, train_memory_run
from playground.networks.network import build_network
from playground.packing import pack, unpack
from playground.sentences.memory import describe_climb, describe_run, describe_score, say_repeats

SHORT = Effort(hidden_size=6, steps=100, seconds=60)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def made_up(trial, error=None, *, solved=False, steps=100, ended="steps"):
    outcome = Outcome("solved" if solved else ended, error, trial.of.constant_error, None, solved)
    return MemoryRun(trial, (), np.zeros(SHOWN_SEQUENCES, np.float32), None, 2.0, 3, outcome)


def test_the_classic_result_at_length_50():
    """With the same small budget the GRU solves the adding problem and the plain RNN has learned nothing."""
    effort = Effort(steps=500)
    gru = train_memory_run(Trial("adding", 50, "gru", effort)).outcome
    rnn = train_memory_run(Trial("adding", 50, "rnn", effort)).outcome
    assert gru.solved and gru.error < 0.0167
    assert not rnn.solved and rnn.error > 0.9 * rnn.constant_error
    assert rnn.constant_error == gru.constant_error == pytest.approx(1 / 6, abs=0.01)


def test_the_recorded_race_shows_the_classic_result_with_the_usual_effort():
    rnn, lstm, gru = (recorded_runs()[Trial("adding", 50, cell)] for cell in ("rnn", "lstm", "gru"))
    assert lstm.outcome.error < 0.0167 and gru.outcome.error < 0.0167
    assert rnn.outcome.error > 0.9 * rnn.outcome.constant_error and rnn.steps == Effort().steps


def test_every_rung_of_every_ladder_is_recorded_for_every_cell():
    wanted = {Trial(task.name, rung, cell) for task in TASKS.values() for rung in task.ladder for cell in CELLS}
    assert recorded_runs().keys() == wanted
    assert all(run.done and run.outcome.ended != "seconds" for run in recorded_runs().values())


def test_pieces_give_the_numbers_of_one_piece():
    trial = Trial("copy", 2, "lstm", SHORT)
    whole = train_memory_run(trial)
    run = advance_memory_run(trial, None, budget_s=0.0)
    assert not run.done and 0 < run.progress < 1
    while not run.done:
        run = advance_memory_run(trial, run, budget_s=0.0)
    assert run.pieces > 2 and run.steps == whole.steps == 100
    np.testing.assert_array_equal(run.answers, whole.answers)
    assert run.outcome == whole.outcome
    assert [e.validation_loss for e in run.epochs] == [e.validation_loss for e in whole.epochs]


def test_the_score_is_that_of_the_best_weights_on_the_test_sequences():
    trial = Trial("parity", 2, "gru", dataclasses.replace(SHORT, steps=50))
    run = advance_memory_run(trial, None, budget_s=0.0)
    while run.steps < 49:
        run = advance_memory_run(trial, run, budget_s=0.0)
    ended = advance_memory_run(trial, run, budget_s=0.0)
    test = trial.of.draw(2, 2000, 1, "test")
    mean = (test.targets - trial.of.constant_answer) ** 2
    assert ended.outcome.constant_error == pytest.approx(mean.mean())
    assert ended.outcome.error == pytest.approx(ended.epochs[-1].validation_loss, rel=0.3)
    assert 0 <= ended.outcome.right_share <= 1 and ended.checkpoint is None and ended.progress == 1
    assert len(ended.answers) == SHOWN_SEQUENCES


def test_seconds_and_divergence_end_a_trial():
    late = train_memory_run(Trial("copy", 5, "rnn", dataclasses.replace(SHORT, seconds=0)))
    assert late.outcome.ended == "seconds" and not late.outcome.solved and "out of time" in describe_run(late)
    wild = Trial("copy", 5, "rnn", Effort(hidden_size=6, learning_rate=1.0, clip_norm=0.0, steps=100))
    first = advance_memory_run(wild, None, budget_s=0.0)
    broken = {name: np.full_like(value, 1e30) for name, value in first.checkpoint.weights.items()}
    first = dataclasses.replace(first, checkpoint=dataclasses.replace(first.checkpoint, weights=broken))
    torn = advance_memory_run(wild, first, budget_s=math.inf)
    assert torn.outcome.ended == "diverged" and torn.outcome.error is None
    assert "no longer finite" in describe_score(torn) and "diverged" in describe_run(torn)


def test_the_shown_sequences_are_not_among_the_test_sequences_and_stay_the_same():
    trial = Trial("copy", 5, "rnn")
    test = {tuple(row) for row in trial.of.draw(5, 2000, 1, "test").inputs[:, :, 0]}
    shown = {tuple(row) for row in trial.shown().inputs[:, :, 0]}
    assert not shown & test and len(shown) == SHOWN_SEQUENCES
    np.testing.assert_array_equal(trial.shown().inputs, trial.shown().inputs)


def test_the_recipe_of_a_trial_builds_a_network_for_its_inputs():
    trial = Trial("adding", 20, "lstm")
    network = build_network(trial.recipe, trial.shown().inputs.shape[2])
    assert network.predict(trial.shown().inputs).shape == (SHOWN_SEQUENCES, 1)


def test_a_climb_ends_at_the_first_rung_missed():
    task, effort = TASKS["adding"], Effort()
    trials = [Trial("adding", rung, "rnn", effort) for rung in task.ladder]
    known = {trials[0]: made_up(trials[0], 0.001, solved=True)}
    begun = climb(task, "rnn", effort, known.get)
    assert (begun.current, begun.highest, begun.missed) == (trials[1], trials[0].difficulty, None)
    assert 0 < begun.progress < 1 and "now at" in describe_climb(begun)
    known |= {trials[1]: made_up(trials[1], 0.15), trials[2]: made_up(trials[2], 0.001, solved=True)}
    ended = climb(task, "rnn", effort, known.get)
    assert (ended.current, ended.highest, ended.missed) == (None, trials[0].difficulty, trials[1].difficulty)
    assert ended.progress == 1 and len(ended.runs) == 2 and "missed" in describe_climb(ended)
    top = climb(task, "gru", effort, lambda trial: made_up(trial, 0.001, solved=True))
    assert (top.highest, top.missed, top.current) == (task.ladder[-1], None, None)
    assert "the top of the ladder" in describe_climb(top)
    low = climb(task, "gru", effort, lambda trial: made_up(trial, 0.1))
    assert low.highest is None and "did not solve even 10 steps" in describe_climb(low)


def test_a_climb_that_its_seconds_ended_says_so_and_promises_no_repeat():
    task, effort = TASKS["adding"], Effort()
    trials = [Trial("adding", rung, "lstm", effort) for rung in task.ladder[:2]]
    known = {trials[0]: made_up(trials[0], 0.001, solved=True), trials[1]: made_up(trials[1], 0.15, ended="seconds")}
    late = climb(task, "lstm", effort, known.get)
    first, second = task.ladder[:2]
    assert describe_climb(late) == f"LSTM: solved {first} steps, ran out of seconds at {second}"
    assert say_repeats(late.runs).startswith(f"Out of seconds: LSTM at {second}. ")
    assert "same numbers" not in say_repeats(late.runs)
    at_once = climb(task, "rnn", effort, lambda trial: made_up(trial, 0.15, ended="seconds"))
    assert describe_climb(at_once) == f"RNN: ran out of seconds at {first} steps"
    known[trials[1]] = made_up(trials[1], 0.15)
    missed = climb(task, "lstm", effort, known.get)
    assert describe_climb(missed) == f"LSTM: solved {first} steps, missed {second}"
    assert say_repeats(missed.runs).endswith("the same numbers on this server, as long as the seconds suffice")


def test_estimates_grow_with_what_is_left():
    task, effort = TASKS["adding"], Effort()
    assert climbing_s([climb(task, "rnn", effort, {}.get)], 2) is None
    assert remaining_s([None, None], 2) is None
    trial = Trial("adding", 50, "rnn", effort)
    run = advance_memory_run(trial, None, budget_s=0.0)
    half = dataclasses.replace(run, elapsed_s=10.0, checkpoint=dataclasses.replace(run.checkpoint, step=1000))
    assert half.progress == 0.5
    assert remaining_s([half], 2) == pytest.approx(10)
    assert remaining_s([half, None], 1) == pytest.approx(30)
    assert remaining_s([half, None], 2) == pytest.approx(15)
    started = Trial("adding", task.ladder[0], "rnn", effort)
    known = {started: dataclasses.replace(half, trial=started)}
    per_step_s = 10.0 / 1000 / task.ladder[0]
    costs = [min(effort.seconds, effort.steps * per_step_s * rung) for rung in task.ladder]
    assert climbing_s([climb(task, "rnn", effort, known.get)], 2) == pytest.approx(sum(costs) - costs[0] / 2)


def test_words_put_every_score_beside_the_constant():
    trial = Trial("adding", 50, "rnn")
    assert describe_score(made_up(trial, 0.165)).startswith("Hardly better than a constant, or no better: error 0.1650")
    assert describe_score(made_up(trial, 0.03)).startswith("On the way")
    assert describe_score(made_up(trial, 0.12)).startswith("It has learned a little")
    assert "always answering 1 makes 0.1667" in describe_score(made_up(trial, 0.01, solved=True))
    bits = recorded_runs()[Trial("parity", 2, "gru")]
    assert "guessing makes 50%" in describe_score(bits) and "solved after" in describe_run(bits)
    begun = advance_memory_run(Trial("copy", 1, "rnn", SHORT), None, budget_s=0.0)
    assert describe_run(begun) == "1 steps so far" and "no error measured yet" in describe_score(begun)


def test_the_axis_has_room_for_a_bad_start_but_not_for_an_explosion():
    assert top_error([None], TASKS["copy"]) == pytest.approx(1 / 3)
    run = recorded_runs()[Trial("adding", 50, "rnn")]
    blown = dataclasses.replace(run, epochs=(dataclasses.replace(run.epochs[0], validation_loss=1e9),))
    assert top_error([blown], TASKS["adding"]) == pytest.approx(4 / 6)


def test_recordings_survive_packing():
    run = train_memory_run(Trial("copy", 1, "rnn", dataclasses.replace(SHORT, steps=50)))
    back = unpack(MemoryRecordings, pack(MemoryRecordings((run,)))).runs[0]
    assert back.trial == run.trial and back.outcome == run.outcome and back.epochs == run.epochs
    np.testing.assert_array_equal(back.answers, run.answers)
