"""A small convolutional network on the digits, trained like the recurrent one, to compare with; runs in a worker."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, max_pool2d

from playground.networks.network import derived_seed
from playground.sequences.classify.work import advance_network
from playground.sequences.encoding import fit_encoding, split_sequences
from playground.sequences.models import Reader, State
from playground.sequences.recipe import ClassifyRecipe
from playground.sequences.records import ClassifierRun, Sequences
from playground.sequences.training import PIECE_S


class SmallCNN(Reader):
    """Two convolutions of 3 x 3, each halved by taking the largest of 2 x 2, and a readout."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 16, 3, padding=1)
        self.readout = nn.Linear(16 * 2 * 2, classes)

    def read(self, inputs: Tensor, lengths: Tensor | None = None, state: State | None = None) -> tuple[Tensor, State]:
        """Return the log-probabilities of (batch, 8, 8) pictures, the same at every row: it sees the whole at once."""
        seen = max_pool2d(torch.relu(self.first(inputs.unsqueeze(1))), 2)
        seen = max_pool2d(torch.relu(self.second(seen)), 2)
        said = log_softmax(self.readout(seen.flatten(1)), dim=1)
        return said.unsqueeze(1).expand(-1, inputs.shape[1], -1), {}


def advance_cnn(
    recipe_json: str, sequences: Sequences, before: ClassifierRun | None = None, budget_s: float = PIECE_S
) -> ClassifierRun:
    """Train the convolutional network for one piece, with the recipe's epochs, rate, batch and seed."""
    recipe = ClassifyRecipe.model_validate_json(recipe_json)
    network = SmallCNN(len(sequences.classes))
    generator = torch.Generator().manual_seed(derived_seed(recipe.seed, "picture weights"))
    with torch.no_grad():
        for module in (network.first, network.second, network.readout):
            bound = module.weight[0].numel() ** -0.5
            for parameter in module.parameters():
                parameter.uniform_(-bound, bound, generator=generator)
    train = split_sequences(sequences.labels).train
    encoding = before.encoding if before else fit_encoding(sequences, train)
    return advance_network(network, recipe, sequences, encoding, before, budget_s)
