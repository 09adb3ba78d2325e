import pytest

from playground.config import NetworkChoice
from playground.sentences.living import living_caption, living_title


@pytest.mark.parametrize(
    ("epoch", "trained", "begins"),
    [
        (0, False, "The untrained network reads"),
        (0, True, "The network in its first epoch reads"),
        (7, True, "The network after epoch 7 reads"),
    ],
)
def test_the_title_says_which_network_is_seen(epoch, trained, begins):
    assert living_title(epoch, trained).startswith(begins)


@pytest.mark.parametrize(("cell", "said"), [("rnn", "weights:"), ("lstm", "candidate g:"), ("gru", "candidate n:")])
def test_the_caption_says_whose_weights_are_drawn(cell, said):
    assert said in living_caption(NetworkChoice(cell=cell))
    assert f"one {cell.upper()} unit" in living_caption(NetworkChoice(cell=cell))
