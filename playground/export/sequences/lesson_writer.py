"""The lesson of a network that says what comes next: from symbols to stretches, its losses, and what it writes."""

from __future__ import annotations

from playground.export.sequences.exported import ExportedWriter
from playground.export.sequences.material import between_symbols, material_code, told_of
from playground.sequences.write.generating import SAMPLE_START, SAMPLE_SYMBOLS, SAMPLE_TEMPERATURE
from playground.sequences.write.streams import (
    FEWEST_PIECES,
    HELD_LANES,
    HELD_LONGEST,
    HELD_SHARE,
    HELD_STEPS,
    MOST_SYMBOLS,
    MOST_VALIDATION,
)

Pairs = list[tuple[str, str]]
"""(prose, code) of each step."""


def stream_cells(run: ExportedWriter) -> Pairs:
    """Return the steps from the pieces to numbers."""
    return [_pieces(run), _parts(run), (_VOCABULARY, _NUMBERS)]


def prediction_cells(run: ExportedWriter) -> Pairs:
    """Return the steps that read stretches and measure how well the next symbol is known."""
    return [(_STRETCHES, _sections(run)), (_READING, _reading(run)), (_MEASURE, _MEASURING)]


def sample_cell(run: ExportedWriter) -> tuple[str, str]:
    """Return the step that lets the best weights write."""
    stream = run.material
    joined = between_symbols(stream)
    start = "[]" if stream.pieces >= FEWEST_PIECES else f"symbols[max(train.stop - {SAMPLE_START}, 0) : train.stop]"
    ends = f"symbol == {stream.end!r}" if stream.end else "False"
    code = f"""
{_WRITING}
START = {start}  # what it reads first
TEMPERATURE = {SAMPLE_TEMPERATURE}
written = write(START, {SAMPLE_SYMBOLS}, TEMPERATURE, 1000 * SEED + best_epoch)
print("written:", {joined!r}.join(written))
"""
    return _SAMPLE, code.replace("ENDS_HERE", ends)


def _pieces(run: ExportedWriter) -> tuple[str, str]:
    stream, between, told = run.material, between_symbols(run.material), told_of(run.material)
    split = f"[piece.split({between!r}) for piece in PIECES]" if between else "PIECES"
    asked = '[sign == "1" for piece in ASKED for sign in piece]' if "asked" in told else "[True] * len(symbols)"
    code = f"""
TITLE = {stream.title!r}
SOURCE = {stream.source!r}
LICENCE = {stream.licence!r}
SEED = {run.recipe.seed}  # decides the first weights and the order of what is read

{material_code(stream, told)}

pieces = {split}
symbols = [symbol for piece in pieces for symbol in piece]
starts = np.cumsum([0, *map(len, pieces[:-1])])  # where each piece begins
asked = np.array({asked})  # which symbols count for the share that is right
print(f"{{len(symbols):,}} symbols in {{len(pieces):,}} pieces")
"""
    return _MATERIAL, code


def _parts(run: ExportedWriter) -> tuple[str, str]:
    stream = run.material
    if stream.pieces >= FEWEST_PIECES:
        held = stream.held_pieces or max(round(HELD_SHARE * stream.pieces), 1)
        cut = f"held = {held}  # pieces\nfirst, second = int(starts[-2 * held]), int(starts[-held])"
    else:
        held = max(round(HELD_SHARE * stream.length), 1)
        cut = f"held = {held}  # symbols\nfirst, second = len(symbols) - 2 * held, len(symbols) - held"
    code = f"""
{cut}
train, test = range(first), range(second, len(symbols))
validation = range(first, second)[:{MOST_VALIDATION}]  # all of it, unless it is very long
"""
    return _SPLIT, code


def _sections(run: ExportedWriter) -> str:
    return f"""
BATCH_SIZE = {run.recipe.training.batch_size}
STRETCH_STEPS = {run.recipe.stretch_steps}
{_SECTIONS}"""


def _reading(run: ExportedWriter) -> str:
    choices = run.material.choices
    loses = f"np.array([symbol not in {choices!r} for symbol in vocabulary])" if choices else "np.zeros(OUTPUTS, bool)"
    detached = "tuple(part.detach() for part in state)" if run.recipe.network.cell == "lstm" else "state.detach()"
    return _READ.replace("LOSES", loses).replace("DETACHED", detached)


_MATERIAL = """
What it learns from

Pieces of symbols. The network reads one symbol after the other and says each time which comes next.
At the beginning of a piece it knows nothing.
"""

_SPLIT = """
The split

In order: the last tenth or the last pieces for the test, those before for choosing the epoch, the
rest for training.
"""

_VOCABULARY = """
From symbols to numbers

The network knows the symbols of the training part. One more stands for all others. What it reads
before a symbol is the symbol before it, and nothing where a piece begins.
"""

_NUMBERS = f"""
UNSEEN = "\\N{{REPLACEMENT CHARACTER}}"
counts = Counter(symbols[: train.stop])
del counts[UNSEEN]
usual = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))[:{MOST_SYMBOLS - 1}]
vocabulary = [*sorted(usual), UNSEEN]
INPUTS = OUTPUTS = len(vocabulary)

code_of = {{symbol: code for code, symbol in enumerate(vocabulary)}}
targets = np.array([code_of.get(symbol, OUTPUTS - 1) for symbol in symbols])
NOTHING = OUTPUTS
read_before = np.concatenate([[NOTHING], targets[:-1]])
read_before[starts] = NOTHING
print(f"{{OUTPUTS}} symbols are known")
"""

_STRETCHES = """
Sections and stretches

The training part is cut into sections, which are read side by side in batches. A long section is read
stretch by stretch: the gradient reaches back to the beginning of its stretch, the state is carried on.
This is truncated backpropagation through time.
"""

_SECTIONS = '''

def sections_of(part, longest):
    """Cut a part at the borders of its pieces, and what is longer than `longest` into equal sections."""
    edges = np.unique([part.start, *starts[(starts > part.start) & (starts < part.stop)], part.stop])
    found = []
    for begin, end in pairwise(edges):
        cuts = np.linspace(begin, end, -(-(end - begin) // longest) + 1).round().astype(np.int64)
        found.append(np.stack([cuts[:-1], cuts[1:]], axis=1))
    return np.concatenate(found)  # (sections, begin and end)


def by_length(sections):
    return sections[np.argsort(sections[:, 1] - sections[:, 0], kind="stable")]


train_sections = sections_of(train, max(-(-len(train) // BATCH_SIZE), STRETCH_STEPS))


def batches_of(epoch):
    """Return the batches of sections in the order of this epoch; like lengths are side by side."""
    shuffle = torch.Generator().manual_seed(derived_seed("section order", epoch))
    mixed = by_length(train_sections[torch.randperm(len(train_sections), generator=shuffle).numpy()])
    batches = [mixed[first : first + BATCH_SIZE] for first in range(0, len(mixed), BATCH_SIZE)]
    return [batches[number] for number in torch.randperm(len(batches), generator=shuffle).tolist()]
'''

_READING = """
Reading a stretch

Each symbol becomes a row of zeros with a single one. What lies behind the end of a section is read,
because a batch is a rectangle, but it counts for nothing.
"""

_READ = '''
loses = torch.from_numpy(LOSES)  # symbols that do not compete where right answers are counted


def read(sections, offset, steps, state):
    """Read a stretch of each section; return log-probabilities (m, symbols), their places (m,) and the state."""
    begin, end = sections[:, :1] + offset, sections[:, 1:]
    places = begin + np.arange(min(steps, int((end - begin).max())))
    there = places < end
    places = np.minimum(places, end - 1)
    ones = torch.zeros(*places.shape, OUTPUTS + 1)
    ones.scatter_(2, torch.from_numpy(read_before[places]).unsqueeze(2), 1.0)
    said, state = network(ones[..., :-1].contiguous(), state=state)
    return said[torch.from_numpy(there)], places[there], state


def learn_epoch(epoch):
    """Read every training section once; return the mean loss while the weights moved."""
    loss_sum, count = 0.0, 0
    for sections in batches_of(epoch):
        state = None  # every section begins with an empty state
        longest = int((sections[:, 1] - sections[:, 0]).max())
        for offset in range(0, longest, STRETCH_STEPS):
            said, places, state = read(sections, offset, STRETCH_STEPS, state)
            loss = nll_loss(said, torch.from_numpy(targets[places]))
            take_step(loss)
            state = DETACHED
            loss_sum, count = loss_sum + loss.item() * len(places), count + len(places)
    return loss_sum / count
'''

_MEASURE = """
How well does it know what comes next?

The same on held-out symbols, without learning: the mean loss in nats, and the share of right answers.
"""

_MEASURING = f"""
@torch.inference_mode()
def measure(part):
    loss, right, answers = 0.0, 0, 0
    sections = by_length(sections_of(part, {HELD_LONGEST}))
    for first in range(0, len(sections), {HELD_LANES}):
        batch, state = sections[first : first + {HELD_LANES}], None
        for offset in range(0, int((batch[:, 1] - batch[:, 0]).max()), {HELD_STEPS}):
            said, places, state = read(batch, offset, {HELD_STEPS}, state)
            true = torch.from_numpy(targets[places])
            counts_here = torch.from_numpy(asked[places])
            loss += float(nll_loss(said, true, reduction="none").double().sum())
            answer = said.masked_fill(loses, -math.inf).argmax(dim=1)
            right, answers = right + int(((answer == true) & counts_here).sum()), answers + int(counts_here.sum())
    return loss / len(part), right / answers if answers else math.nan
"""

_SAMPLE = """
What it writes

Each symbol is drawn from what the network says. The logarithms of the probabilities are divided by the
temperature first: below 1 the likely becomes likelier still, above 1 the unlikely gets its chance.
"""

_WRITING = '''
@torch.inference_mode()
def write(start, count, temperature, seed):
    exact, chance = copy.deepcopy(network).double(), np.random.default_rng(seed)

    def says_after(symbol, state):
        """Return the log-probabilities of the next symbol and the state; a piece begins anew after its end."""
        if symbol is None or ENDS_HERE:
            symbol, state = None, None
        one = torch.zeros(1, 1, INPUTS, dtype=torch.float64)
        if symbol is not None:
            one[0, 0, code_of.get(symbol, OUTPUTS - 1)] = 1.0
        said, state = exact(one, state=state)
        return said[0, 0].numpy(), state

    said, state = says_after(None, None)
    for symbol in start:
        said, state = says_after(symbol, state)
    written = []
    for _ in range(count):
        odds = np.exp((said[:-1] - said[:-1].max()) / temperature)  # the last stands for all unseen: never written
        cumulated = np.cumsum(odds / odds.sum())
        code = min(np.searchsorted(cumulated, chance.random() * cumulated[-1], side="right"), OUTPUTS - 2)
        written.append(vocabulary[code])
        said, state = says_after(vocabulary[code], state)
    return written

'''
