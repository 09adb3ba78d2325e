"""Learn which spoken word a recording is, in pieces; runs in a worker.

A module of its own so that the name of the work says that its arguments may be a learner's recordings:
whatever keeps the results of long work must not keep those.
"""

from __future__ import annotations

from playground.sequences.classify.work import advance_network, begin_network
from playground.sequences.encoding import fit_encoding, split_sequences
from playground.sequences.models import build_sequence_network
from playground.sequences.recipe import SpeechRecipe
from playground.sequences.records import ClassifierRun, Sequences
from playground.sequences.training import PIECE_S


def advance_listener(
    recipe_json: str, sequences: Sequences, before: ClassifierRun | None = None, budget_s: float = PIECE_S
) -> ClassifierRun:
    """Train a network on log-mel frames for one piece; see `classifying.advance_classifier`.

    Raises:
        ValueError: if a word has too few samples, or a training step does not fit in memory.
    """
    recipe = SpeechRecipe.model_validate_json(recipe_json)
    encoding = before.encoding if before else fit_encoding(sequences, split_sequences(sequences.labels).train)
    network = build_sequence_network(recipe, encoding.inputs, len(sequences.classes))
    return advance_network(network, recipe, sequences, encoding, before, budget_s)


def begin_listener(recipe_json: str, sequences: Sequences) -> ClassifierRun:
    """Return the untrained network, and how it does on the validation part."""
    return begin_network(SpeechRecipe.model_validate_json(recipe_json), sequences)
