"""The middle of the lesson: the network that reads a sequence, and its first weights."""

from __future__ import annotations

from playground.export.lesson_network import DERIVED_SEED, LAYER
from playground.export.sequences.exported import AnyExported


def network_cell(run: AnyExported) -> tuple[str, str]:
    """Return the step that builds the network; `INPUTS` and `OUTPUTS` are known by then."""
    chosen = run.recipe.network
    by_hand = chosen.cell == "simple"
    prose = _PROSE + (_PROSE_BY_HAND if by_hand else "")
    network = _by_hand(chosen.sigma, chosen.output_path) if by_hand else _OF_LAYERS.format(layer=LAYER[chosen.cell])
    first = _FIRST_BY_HAND if by_hand else _FIRST
    layers = "" if by_hand else f"\nLAYERS = {chosen.layers}"
    code = f"""
HIDDEN_SIZE = {chosen.hidden_size}{layers}

{network}
{DERIVED_SEED}

network = Network()
generator = torch.Generator().manual_seed(derived_seed("sequence weights"))
with torch.no_grad():
{first}
print(f"{{sum(parameter.numel() for parameter in network.parameters()):,}} numbers to learn")
"""
    return prose, code


_PROSE = """
The network

It reads the sequence step by step, keeps what matters in its hidden state h, and after every step
says how likely each answer is, as the natural logarithm of its probability. All weights begin as
small random numbers, drawn with a seed of their own.
"""

_PROSE_BY_HAND = """
This is the cell of many first articles, written by hand from two linear layers.
"""

_OF_LAYERS = """
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = {layer}(INPUTS, HIDDEN_SIZE, LAYERS, batch_first=True)
        self.readout = nn.Linear(HIDDEN_SIZE, OUTPUTS)

    def forward(self, inputs, lengths=None, state=None):
        if lengths is None:
            states, state = self.recurrent(inputs, state)
        else:  # sequences of different lengths: each is read to its own end
            packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
            states, state = self.recurrent(packed, state)
            states, _ = pad_packed_sequence(states, batch_first=True, total_length=inputs.shape[1])
        return log_softmax(self.readout(states), dim=2), state
"""

_FIRST = """
    for parameter in network.parameters():
        bound = 1 / math.sqrt(HIDDEN_SIZE)
        parameter.uniform_(-bound, bound, generator=generator)
""".strip("\n")

_FIRST_BY_HAND = """
    for layer in (network.i2h, network.i2o):
        bound = 1 / math.sqrt(layer.in_features)
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
""".strip("\n")


def _by_hand(sigma: bool, output_path: str) -> str:
    new = output_path == "new"
    return f"""
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.i2h = nn.Linear(INPUTS + HIDDEN_SIZE, HIDDEN_SIZE)
        self.i2o = nn.Linear({"HIDDEN_SIZE" if new else "INPUTS + HIDDEN_SIZE"}, OUTPUTS)

    def forward(self, inputs, lengths=None, state=None):
        h = torch.zeros(len(inputs), HIDDEN_SIZE, dtype=inputs.dtype) if state is None else state
        said = []
        for x in inputs.unbind(1):
            combined = torch.cat([x, h], dim=1)
            h = {"torch.tanh(self.i2h(combined))" if sigma else "self.i2h(combined)  # no sigma"}
            said.append(log_softmax(self.i2o({"h" if new else "combined"}), dim=1))
        return torch.stack(said, dim=1), h
"""
