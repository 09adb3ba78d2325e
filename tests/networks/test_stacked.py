import numpy as np
import pytest
import torch

from playground import worker
from playground.config import Recipe
from playground.networks.network import build_network
from playground.networks.stacked import choice
from playground.networks.stacked import kernel as kernel_module
from playground.networks.stacked import whole as whole_module
from playground.networks.stacked.kernel import KernelLSTMs, kernel_is_there
from playground.networks.stacked.layout import StackShape
from playground.networks.stacked.whole import StackedNetworks

CELLS = [("rnn", "tanh"), ("rnn", "relu"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh")]
KERNEL = pytest.mark.skipif(not kernel_is_there(), reason="this build of torch has no fused kernel")
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-13}


class Case:
    """A stack of networks with weights, windows and targets of their own."""

    def __init__(
        self, cell, nonlinearity, layers, features, batch, stack, dtype, hidden=7, window=9, horizon=2, kernel=False
    ):
        recipe = Recipe().replaced(
            cell=cell, nonlinearity=nonlinearity, layers=layers, hidden_size=hidden, window_steps=window,
            horizon_steps=horizon,
        )  # fmt: skip
        self.networks = [build_network(recipe.replaced(seed=seed), features).to(dtype) for seed in range(stack)]
        rng = torch.Generator().manual_seed(3)
        self.inputs = torch.randn(stack, batch, window, features, dtype=dtype, generator=rng)
        self.targets = torch.randn(stack, batch, horizon, dtype=dtype, generator=rng)
        named = [dict(network.named_parameters()) for network in self.networks]
        self.weights = {name: torch.stack([own[name].detach() for own in named]) for name in named[0]}
        self.gradients = {name: torch.full_like(weight, 9.0) for name, weight in self.weights.items()}
        shape = StackShape.of(recipe.network, features, horizon, window, stack)
        self.stacked = KernelLSTMs(shape) if kernel else StackedNetworks(shape, dtype)
        self.stacked.pack(self.weights)

    def losses(self, **options):
        return self.stacked.losses(self.inputs, self.targets, self.gradients, **options)


@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize(("features", "batch", "stack"), [(1, 64, 2), (3, 5, 3), (2, 1, 1)])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_losses_and_gradients_are_autograds(cell, nonlinearity, layers, features, batch, stack, dtype):
    case = Case(cell, nonlinearity, layers, features, batch, stack, dtype)
    assert_autograds(case, TOLERANCE[dtype])


def assert_autograds(case, tolerance):
    case.losses()
    losses = case.losses()  # a second time, on buffers that hold the first
    for row, network in enumerate(case.networks):
        loss = torch.nn.functional.mse_loss(network(case.inputs[row]), case.targets[row])
        loss.backward()
        assert losses[row].item() == pytest.approx(loss.item(), abs=tolerance)
        for name, parameter in network.named_parameters():
            torch.testing.assert_close(
                case.gradients[name][row], parameter.grad, rtol=0, atol=tolerance, msg=lambda m, n=name: n + m
            )


@KERNEL
@pytest.mark.parametrize(("features", "batch", "stack"), [(1, 64, 2), (3, 5, 3), (2, 1, 1)])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_kernel_alone_gives_autograds_losses_and_gradients(layers, features, batch, stack):
    assert_autograds(Case("lstm", "tanh", layers, features, batch, stack, torch.float32, kernel=True), 1e-5)


@KERNEL
def test_the_kernel_alone_gives_autograds_gradients_at_the_size_that_people_train():
    case = Case("lstm", "tanh", 1, 1, 64, 2, torch.float32, hidden=64, window=100, horizon=1, kernel=True)
    assert_autograds(case, 1e-5)


def test_the_kernel_serves_single_lstms_and_large_stacks_in_single_precision(monkeypatch):
    def built(stack, hidden, dtype=torch.float32, cell="lstm"):
        recipe = Recipe().replaced(cell=cell, hidden_size=hidden)
        return type(choice.build_passes(StackShape.of(recipe.network, 1, 1, 9, stack), dtype))

    lstm = Recipe().replaced(cell="lstm", hidden_size=256)
    monkeypatch.setattr(choice, "kernel_works", lambda: True)
    assert built(1, 2) is built(8, 64) is KernelLSTMs
    assert built(8, 8) is built(1, 64, torch.float64) is built(8, 64, cell="gru") is StackedNetworks
    assert choice.own_pass_wins(lstm)
    assert not choice.own_pass_wins(lstm.replaced(layers=2, dropout=0.1))
    monkeypatch.setattr(choice, "kernel_works", lambda: False)
    assert built(1, 64) is built(8, 64) is StackedNetworks
    assert not choice.own_pass_wins(lstm)


def broken(change):
    """The kernel's pass with something done to the gradients that it writes."""

    class Broken(kernel_module.Pass):
        def backward(self, d_last, gradients):
            super().backward(d_last, gradients)
            change(gradients)

    return Broken


def turned(gradients):
    gradients[0][1].mul_(1.01)


def lost(gradients):
    gradients[1][3].fill_(float("nan"))


def refused(gradients):
    raise RuntimeError("aten::mkldnn_rnn_layer_backward() takes other arguments")


@pytest.fixture
def tried_anew():
    """A process that has not tried the kernel yet."""
    kernel_module.kernel_works.cache_clear()
    yield
    kernel_module.kernel_works.cache_clear()


@KERNEL
@pytest.mark.parametrize(
    ("change", "said"),
    [(turned, "differs from autograd by"), (lost, "differs from autograd by nan"), (refused, "takes other arguments")],
)
def test_a_kernel_that_differs_or_raises_is_told_and_trains_nothing(change, said, tried_anew, monkeypatch, caplog):
    monkeypatch.setattr(kernel_module, "Pass", broken(change))
    lstm = Recipe().replaced(cell="lstm", hidden_size=64)
    assert not choice.own_pass_wins(lstm)
    assert type(choice.build_passes(StackShape.of(lstm.network, 1, 1, 9, 8))) is StackedNetworks
    assert [said in record.getMessage() for record in caplog.records] == [True]
    assert "autograd" in caplog.text


def test_a_build_without_the_kernel_trains_without_it(tried_anew, monkeypatch, caplog):
    monkeypatch.setattr(kernel_module, "kernel_is_there", lambda: False)
    assert not choice.own_pass_wins(Recipe().replaced(cell="lstm"))
    assert not caplog.records


@KERNEL
def test_the_kernel_is_tried_once_when_a_worker_warms_up(tried_anew, monkeypatch):
    tries = []
    real = kernel_module.difference_to_autograd
    monkeypatch.setattr(kernel_module, "difference_to_autograd", lambda: tries.append(1) or real())
    worker.warm_up()
    assert tries == [1]
    assert kernel_module.kernel_works()
    assert tries == [1]


@KERNEL
def test_the_tolerance_of_the_check_is_far_from_what_rounding_leaves():
    assert kernel_module.difference_to_autograd() < kernel_module.CHECK_TOLERANCE / 50


@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_gradients_are_autograds_at_the_size_that_people_train(cell, nonlinearity):
    case = Case(cell, nonlinearity, 1, 1, 64, 2, torch.float32, hidden=64, window=100, horizon=1)
    case.losses()
    for row, network in enumerate(case.networks):
        torch.nn.functional.mse_loss(network(case.inputs[row]), case.targets[row]).backward()
        for name, parameter in network.named_parameters():
            torch.testing.assert_close(case.gradients[name][row], parameter.grad, rtol=0, atol=1e-5)


@pytest.mark.parametrize("count", [1, 10, 23, 40])
@pytest.mark.parametrize(
    ("cell", "nonlinearity", "kernel"),
    [*((*cell, False) for cell in CELLS), pytest.param("lstm", "tanh", True, marks=KERNEL)],
)
def test_predictions_in_chunks_are_each_networks_own(cell, nonlinearity, kernel, count, monkeypatch):
    for module in (whole_module, kernel_module):
        monkeypatch.setattr(module, "CHUNK_WINDOWS", 10)
    case = Case(cell, nonlinearity, 2, 2, 4, 3, torch.float32, kernel=kernel)
    windows = np.random.default_rng(1).normal(size=(count, 9, 2)).astype(np.float32)
    outputs = case.stacked.predict(torch.tensor(windows))
    assert outputs.shape == (3, count, 2)
    for network, own in zip(case.networks, outputs, strict=True):
        np.testing.assert_allclose(own, network.predict(windows), rtol=0, atol=1e-6)


def loss_after_pushing(case, network, layer, step, push):
    """The mean squared error when one layer's h after one step is pushed, by stepping torch's layer in two halves."""
    recurrent = network.recurrent
    _, state = recurrent(case.inputs[0][:, : step + 1])
    if isinstance(state, tuple):
        hidden, cell = state[0].clone(), state[1]
        hidden[layer] += push
        state = hidden, cell
    else:
        state = state.clone()
        state[layer] += push
    if step + 1 == case.inputs.shape[2]:
        last = state[0] if isinstance(state, tuple) else state
        return torch.nn.functional.mse_loss(network.readout(last[-1]), case.targets[0]).item()
    rest, _ = recurrent(case.inputs[0][:, step + 1 :], state)
    return torch.nn.functional.mse_loss(network.readout(rest[:, -1]), case.targets[0]).item()


@pytest.mark.parametrize("step", [0, 4, 8])
@pytest.mark.parametrize(("cell", "nonlinearity"), CELLS)
def test_gradient_of_each_state_is_the_finite_difference(cell, nonlinearity, step):
    case = Case(cell, nonlinearity, 1, 1, 3, 1, torch.float64)
    record = torch.zeros(1, 9, 1, 7, 3, dtype=torch.float64)
    case.losses(record=record)
    rng, size = torch.Generator().manual_seed(0), 1e-6
    with torch.no_grad():
        for _ in range(3):
            push = torch.randn(3, 7, dtype=torch.float64, generator=rng)
            up, down = (loss_after_pushing(case, case.networks[0], 0, step, sign * size * push) for sign in (1, -1))
            expected = (up - down) / (2 * size)
            assert (record[0, step, 0].T * push).sum().item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_asking_for_the_states_gradients_changes_no_other():
    case = Case("lstm", "tanh", 2, 1, 4, 2, torch.float32)
    case.losses()
    before = {name: gradient.clone() for name, gradient in case.gradients.items()}
    record = torch.zeros(2, 9, 2, 7, 4)
    case.losses(record=record)
    for name, gradient in case.gradients.items():
        assert torch.equal(gradient, before[name])
    assert (record.abs().amax(dim=(2, 3, 4)) > 0).all()
