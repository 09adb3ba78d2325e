"""The tasks say what they claim: answers recomputed from the inputs, baselines measured on many draws."""

import numpy as np
import pytest

from playground.labs.memory.tasks import OLDER_STEPS, SEQUENCES, TASKS, task_recipe

EACH = [(task, difficulty) for task in TASKS.values() for difficulty in (task.easiest, task.usual, task.hardest)]
NAMES = [f"{task.name} {difficulty}" for task, difficulty in EACH]


def answer(task, difficulty, sequence):
    """The rule, spelled out for one sequence."""
    if task.name == "adding":
        first, second = (step for step, (_, mark) in enumerate(sequence) if mark)
        return sequence[first, 0] + sequence[second, 0]
    numbers = list(sequence[:, 0])
    if task.name == "copy":
        return numbers[len(numbers) - 1 - difficulty]
    return 1 if sum(number < 0 for number in numbers[len(numbers) - difficulty :]) % 2 == 0 else -1


@pytest.mark.parametrize(("task", "difficulty"), EACH, ids=NAMES)
def test_every_target_is_what_the_rule_says(task, difficulty):
    drawn = task.draw(difficulty, 50, 3, "train")
    assert drawn.inputs.shape == (50, task.window_steps(difficulty), len(task.channels))
    assert drawn.inputs.dtype == drawn.targets.dtype == np.float32
    expected = [answer(task, difficulty, sequence) for sequence in drawn.inputs]
    np.testing.assert_allclose(drawn.targets[:, 0], expected, rtol=1e-6)
    np.testing.assert_array_equal(drawn.anchors, np.arange(50))


@pytest.mark.parametrize(("task", "difficulty"), EACH, ids=NAMES)
def test_only_the_steps_that_count_decide_the_answer(task, difficulty):
    drawn = task.draw(difficulty, 20, 4, "test")
    counting = task.counting_steps(drawn.inputs, difficulty)
    assert (counting.sum(axis=1) == {"adding": 2, "copy": 1, "parity": difficulty}[task.name]).all()
    other = drawn.inputs.copy()
    other[:, :, 0][~counting] *= -0.5 if not task.binary else -1.0
    for sequence, target in zip(other, drawn.targets[:, 0], strict=True):
        assert answer(task, difficulty, sequence) == pytest.approx(target, rel=1e-6)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_constant_answer_and_chance_cost_what_is_stated(task):
    """The variance of U(0,1)+U(0,1) is 1/6; the mean over many draws must agree within its standard error."""
    targets = task.draw(task.usual, 200_000, 5, "train").targets[:, 0].astype(np.float64)
    off = np.square(targets - task.constant_answer)
    tolerance = 5 * off.std() / np.sqrt(len(off)) + 1e-9
    assert off.mean() == pytest.approx(task.constant_error, abs=tolerance)
    assert targets.mean() == pytest.approx(task.constant_answer, abs=5 * targets.std() / np.sqrt(len(targets)))
    guesses = np.random.default_rng(6).permutation(targets)
    blind = np.square(targets - guesses)
    assert blind.mean() == pytest.approx(2 * task.constant_error, abs=5 * blind.std() / np.sqrt(len(blind)))


def test_the_adding_problem_marks_one_number_in_each_half():
    marks = TASKS["adding"].draw(51, 3000, 1, "train").inputs[:, :, 1]
    assert (marks[:, :25].sum(axis=1) == 1).all() and (marks[:, 25:].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 0).all()


def test_parts_share_no_sequence_and_depend_on_the_seed_only():
    task = TASKS["copy"]
    one, again, other = (task.examples(10, seed, train=400, validation=300, test=300) for seed in (1, 1, 2))
    rows = [tuple(row) for part in (one.train, one.validation, one.test, other.train) for row in part.inputs[:, :, 0]]
    assert len(set(rows)) == len(rows) == 1400
    np.testing.assert_array_equal(one.test.inputs, again.test.inputs)
    np.testing.assert_array_equal(one.part("validation").targets, again.validation.targets)
    assert len(task.examples(1, 1).train.anchors) == SEQUENCES["train"]


def test_a_constant_guess_is_far_from_solved_and_older_inputs_are_there():
    for task in TASKS.values():
        assert task.solved_error < task.constant_error
        assert task.easiest <= task.usual <= task.hardest
        assert all(task.easiest <= rung <= task.hardest for rung in task.ladder) and task.usual in task.ladder
    assert not TASKS["copy"].counting_steps(TASKS["copy"].draw(5, 1, 1, "train").inputs, 5)[:, :OLDER_STEPS].any()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_limits_are_told(task):
    for bad in (task.easiest - 1, task.hardest + 1):
        with pytest.raises(ValueError, match=f"must be between {task.easiest} and {task.hardest}, got {bad}"):
            task.draw(bad, 10, 1, "train")
        with pytest.raises(ValueError, match="must be between"):
            task.window_steps(bad)
    with pytest.raises(ValueError, match="count must be at least 1"):
        task.draw(task.usual, 0, 1, "train")


def test_the_recipe_fits_the_sequences():
    recipe = task_recipe(TASKS["adding"], 50, "gru", hidden_size=8, seed=4)
    assert (recipe.data.window_steps, recipe.data.horizon_steps) == (50, 1)
    assert (recipe.network.cell, recipe.network.hidden_size, recipe.seed) == ("gru", 8, 4)
