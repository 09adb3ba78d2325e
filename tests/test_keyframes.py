import pytest

from playground.keyframes import KEYFRAME_BYTES, MOST_KEYFRAMES, keyframe_epochs, most_keyframes


def test_the_grid_is_dense_at_first_and_then_even_in_every_doubling():
    assert keyframe_epochs(50) == (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 50)
    assert keyframe_epochs(1) == (0, 1)
    assert set(keyframe_epochs(400)) - {400} <= set(keyframe_epochs(1000))


@pytest.mark.parametrize("total", [1, 2, 9, 37, 400, 1000])
@pytest.mark.parametrize("most", [2, 3, 10, MOST_KEYFRAMES])
def test_first_and_last_are_always_kept_and_never_too_many(total, most):
    epochs = keyframe_epochs(total, most)
    assert (epochs[0], epochs[-1]) == (0, total)
    assert len(epochs) <= most
    assert list(epochs) == sorted(set(epochs))


def test_a_large_network_is_kept_less_often():
    largest = 4 * (4 * 256 * (1 + 256 + 2) + 2 * 4 * 256 * (512 + 2) + 257)
    most = most_keyframes(largest)
    assert 2 <= most < 8
    assert (most + 2) * largest <= KEYFRAME_BYTES
    assert most_keyframes(5000) == MOST_KEYFRAMES


@pytest.mark.parametrize(("total", "most"), [(0, 40), (10, 1)])
def test_what_cannot_be_kept_is_refused(total, most):
    with pytest.raises(ValueError, match="at least 1 epoch and keeps at least 2"):
        keyframe_epochs(total, most)
