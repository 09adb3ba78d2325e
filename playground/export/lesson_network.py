"""The middle of the lesson: the network and its first weights."""

from __future__ import annotations

from playground.export.exported import ExportedRun

LAYER = {"rnn": "nn.RNN", "lstm": "nn.LSTM", "gru": "nn.GRU"}

DERIVED_SEED = """
def derived_seed(purpose, *counters):
    name = "/".join(map(str, (purpose, SEED, *counters)))
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") >> 1
"""


def network_cells(run: ExportedRun) -> list[tuple[str, str]]:
    """Return the steps that build the network."""
    chosen = run.recipe.network
    cells = [_network(run), _first_weights()]
    if chosen.initialisation == "orthogonal" or chosen.spectral_radius:
        cells.append(_recurrence(run))
    return cells


def _network(run: ExportedRun) -> tuple[str, str]:
    chosen = run.recipe.network
    sigmoid = chosen.cell == "rnn" and chosen.nonlinearity == "sigmoid"
    prose = """
The network

It reads the window step by step and keeps what matters in its hidden state h. After the last step a
linear readout turns h into the forecast.
"""
    if chosen.cell != "lstm" or sigmoid:
        prose += """
Where it is faster the app trains this cell by a pass of its own: the same sums in another order.
In tests the scores agree to 1e-6; a training that swings wildly can magnify the rounding.
"""
    if sigmoid:
        layer, before = "SigmoidRNN(features.shape[1], HIDDEN_SIZE, LAYERS, dropout=DROPOUT)", _SIGMOID
    else:
        kind = f", nonlinearity={chosen.nonlinearity!r}" if chosen.cell == "rnn" else ""
        options = f"num_layers=LAYERS, dropout=DROPOUT, batch_first=True{kind}"
        layer, before = f"{LAYER[chosen.cell]}(features.shape[1], HIDDEN_SIZE, {options})", ""
    code = f"""
HIDDEN_SIZE = {chosen.hidden_size}
LAYERS = {chosen.layers}
DROPOUT = {chosen.dropout if chosen.layers > 1 else 0.0!r}  # between layers, while training

{before}
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = {layer}
        self.readout = nn.Linear(HIDDEN_SIZE, HORIZON_STEPS)

    def forward(self, inputs):
        states, _ = self.recurrent(inputs)  # (windows, time, hidden), from h = 0
        return self.readout(states[:, -1])
"""
    return prose, code


def _first_weights() -> tuple[str, str]:
    prose = """
The first weights

All weights begin as small random numbers. Every draw has a seed of its own, made from one number
and a purpose, so that the order of the windows does not change when the size of the network does.
"""
    code = f"{DERIVED_SEED}{_DRAWN}"
    return prose, code


_DRAWN = """

network = Network()
bound = 1 / math.sqrt(HIDDEN_SIZE)
generator = torch.Generator().manual_seed(derived_seed("weights"))
with torch.no_grad():
    for parameter in network.parameters():
        parameter.uniform_(-bound, bound, generator=generator)
print(f"{sum(parameter.numel() for parameter in network.parameters()):,} numbers to learn")
"""


def _recurrence(run: ExportedRun) -> tuple[str, str]:
    chosen = run.recipe.network
    prose = """
How the memory begins

W_hh carries the hidden state from step to step. An orthogonal matrix keeps its length; the spectral
radius says how fast what it holds fades (below 1) or grows (above 1). Each gate has a block of its own.
"""
    blocks = []
    if chosen.initialisation == "orthogonal":
        blocks.append("""
            rng = np.random.default_rng(derived_seed("orthogonal", layer, gate))
            q, r = np.linalg.qr(rng.standard_normal(tuple(block.shape)))
            block.copy_(torch.from_numpy(q * np.sign(np.diag(r))))""")
    if chosen.spectral_radius:
        blocks.append(f"""
            radius = np.abs(np.linalg.eigvals(block.numpy().astype(np.float64))).max()
            block.mul_({chosen.spectral_radius!r} / float(radius))""")
    code = """
with torch.no_grad():
    for layer in range(LAYERS):
        matrix = getattr(network.recurrent, f"weight_hh_l{layer}")
        for gate, block in enumerate(matrix.split(HIDDEN_SIZE)):""" + "".join(blocks)
    return prose, code


_SIGMOID = '''
class SigmoidRNN(nn.Module):
    """torch's nn.RNN has no sigmoid, so here is the formula itself."""

    def __init__(self, inputs, hidden, layers, dropout):
        super().__init__()
        self.hidden, self.layers, self.dropout = hidden, layers, dropout
        for layer in range(layers):
            width = hidden if layer else inputs
            shapes = {"weight_ih": (hidden, width), "weight_hh": (hidden, hidden), "bias_ih": hidden, "bias_hh": hidden}
            for name, shape in shapes.items():
                self.register_parameter(f"{name}_l{layer}", nn.Parameter(torch.empty(shape)))

    def forward(self, inputs):
        states = inputs
        for layer in range(self.layers):
            if layer and self.dropout:
                states = nn.functional.dropout(states, self.dropout, self.training)
            w_x, w_h = getattr(self, f"weight_ih_l{layer}"), getattr(self, f"weight_hh_l{layer}")
            b_x, b_h = getattr(self, f"bias_ih_l{layer}"), getattr(self, f"bias_hh_l{layer}")
            h, steps = inputs.new_zeros(len(inputs), self.hidden), []
            for x in nn.functional.linear(states, w_x, b_x).unbind(1):
                h = torch.sigmoid(x + nn.functional.linear(h, w_h, b_h))
                steps.append(h)
            states = torch.stack(steps, dim=1)
        return states, None

'''
