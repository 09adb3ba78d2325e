"""The lesson of a classifier: from labelled sequences to batches, its verdicts and its losses."""

from __future__ import annotations

from playground.export.sequences.exported import ExportedClassifier
from playground.export.sequences.material import NUMBERS_FILE, material_code, told_of
from playground.sequences.encoding import MOST_STEPS, MOST_TOKENS, SHARES, SPLIT_SEED
from playground.sequences.recipe import ClassifyRecipe

Pairs = list[tuple[str, str]]
"""(prose, code) of each step."""


def labelled_cells(run: ExportedClassifier) -> Pairs:
    """Return the steps from the labelled sequences to numbers."""
    numbers = _numbers_of_texts(run) if run.material.texts else _NUMBERS_OF_ROWS
    return [_labelled(run), (_SPLIT, _SPLITTING), numbers]


def verdict_cells() -> Pairs:
    """Return the steps that read batches and measure how often the verdict is right."""
    return [(_READING, _READ), (_MEASURE, _MEASURING)]


def _labelled(run: ExportedClassifier) -> tuple[str, str]:
    sequences = run.material
    if sequences.texts:
        prose = _TEXTS
        read = f"""
{material_code(sequences, told_of(sequences))}

texts = [text for name, text in SAMPLES]
labels = np.array([CLASSES.index(name) for name, text in SAMPLES])
"""
    else:
        prose = _ROWS
        read = f"""
found = np.load("{NUMBERS_FILE}")
labels, values, starts = found["labels"], found["values"], found["starts"]
rows = [values[begin:end] for begin, end in pairwise(starts)]  # (steps, features) of each sequence
"""
    code = f"""
TITLE = {sequences.title!r}
SOURCE = {sequences.source!r}
LICENCE = {sequences.licence!r}
SEED = {run.recipe.seed}  # decides the first weights and the order of what is read
BATCH_SIZE = {run.recipe.training.batch_size}

CLASSES = {list(sequences.classes)!r}
{read}
OUTPUTS = len(CLASSES)
print(f"{{len(labels):,}} sequences, {{OUTPUTS}} classes")
"""
    return prose, code


def _numbers_of_texts(run: ExportedClassifier) -> tuple[str, str]:
    words = isinstance(run.recipe, ClassifyRecipe) and run.recipe.unit == "words"
    found = r"""re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", plain)""" if words else 'list(" ".join(plain.split()))'
    what = "words and signs" if words else "letters"
    return _ONE_HOT, _NUMBERS_OF_TEXTS.replace("FOUND", found).replace("WHAT", what)


_TEXTS = """
What it learns from

Texts, each with the class that it belongs to. The network reads a text step by step and says at the
end which class it takes it for.
"""

_ROWS = f"""
What it learns from

Sequences of numbers, each with the class that it belongs to. The network reads a sequence step by
step and says at the end which class it takes it for. The numbers lie beside this file, in {NUMBERS_FILE}.
"""

_SPLIT = """
The split

Every class is dealt out to training, validation and test by the same shares, so that all are judged
by what they have not seen.
"""

_SPLITTING = f"""
dealt = {{"train": [], "validation": [], "test": []}}
deal = np.random.default_rng({SPLIT_SEED})  # the same for every run
for label in range(OUTPUTS):
    members = deal.permutation(np.flatnonzero(labels == label))
    held = [max(round(share * len(members)), 1) for share in {list(SHARES[1:])!r}]  # validation, test
    cuts = np.cumsum([len(members) - sum(held), held[0]])
    for part, chosen in zip(dealt, np.split(members, cuts)):
        dealt[part].append(chosen)
train, validation, test = (np.sort(np.concatenate(chosen)) for chosen in dealt.values())
"""

_ONE_HOT = """
From texts to numbers

Each step becomes a row of zeros with a single one, at the place of its token. Tokens that training
never met are rows of zeros.
"""

_NUMBERS_OF_TEXTS = f'''
def tokens_of(text):
    """Return the WHAT that are read of a text."""
    plain = unicodedata.normalize("NFC", text).lower()
    return FOUND[:{MOST_STEPS}]


counts = Counter(token for row in train for token in tokens_of(texts[row]))
usual = sorted(counts, key=lambda token: (-counts[token], token))[:{MOST_TOKENS}]
place_of = {{token: place for place, token in enumerate(sorted(usual))}}
INPUTS = len(place_of)
print(f"{{INPUTS:,}} tokens are known")


def input_of(row):
    places = [place_of.get(token, -1) for token in tokens_of(texts[row])]
    steps = torch.zeros(len(places), INPUTS)
    for step, place in enumerate(places):
        if place >= 0:
            steps[step, place] = 1.0
    return steps
'''

_NUMBERS_OF_ROWS = (
    """
The scaling

Networks learn best from numbers around 0. Mean and deviation come from the training part alone.
""",
    f"""
seen = np.concatenate([rows[row] for row in train]).astype(np.float64)
deviation = seen.std(axis=0)
deviation[deviation == 0] = 1.0
mean, deviation = seen.mean(axis=0).astype(np.float32), deviation.astype(np.float32)
INPUTS = len(mean)


def input_of(row):
    return torch.from_numpy(((rows[row][:{MOST_STEPS}] - mean) / deviation).astype(np.float32))
""",
)

_READING = """
Reading a batch

Sequences of different lengths lie side by side, the shorter ones filled up with zeros. What counts is
what the network says after the last step of each.
"""

_READ = '''
labels = torch.from_numpy(labels)


def verdicts(chosen):
    """Return the log-probabilities of the classes after the last step of each of these sequences."""
    inputs = [input_of(row) for row in chosen]
    lengths = torch.tensor([len(steps) for steps in inputs])
    said, _ = network(pad_sequence(inputs, batch_first=True), lengths)
    return said[torch.arange(len(chosen)), lengths - 1]


def learn_epoch(epoch):
    """Read every training sequence once; return the mean loss while the weights moved."""
    shuffle = torch.Generator().manual_seed(derived_seed("sequence order", epoch))
    order = train[torch.randperm(len(train), generator=shuffle).numpy()]
    loss_sum = 0.0
    for first in range(0, len(order), BATCH_SIZE):
        batch = order[first : first + BATCH_SIZE]
        loss = nll_loss(verdicts(batch), labels[batch])
        take_step(loss)
        loss_sum += loss.item() * len(batch)
    return loss_sum / len(order)
'''

_MEASURE = """
How often is it right?

The same on held-out sequences, without learning: the mean loss in nats, and the share of right answers.
"""

_MEASURING = """
@torch.inference_mode()
def measure(part):
    said = torch.cat([verdicts(part[first : first + BATCH_SIZE]) for first in range(0, len(part), BATCH_SIZE)])
    loss = nll_loss(said.double(), labels[part])
    return loss.item(), (said.argmax(dim=1) == labels[part]).double().mean().item()
"""
