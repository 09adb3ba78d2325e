from dataclasses import dataclass

import numpy as np

from playground.footprint import footprint


@dataclass(frozen=True)
class Pair:
    first: object
    second: object


def test_arrays_count_with_their_data_wherever_they_are():
    array = np.zeros(100_000)
    for value in (array, Pair(array, None), {"w": (array,)}, [Pair({"w": array}, "")], array.reshape(10, -1)):
        assert array.nbytes <= footprint(value) < array.nbytes + 2000


def test_what_occurs_twice_counts_once():
    array = np.zeros(100_000)
    assert footprint(Pair(array, array)) < 1.01 * array.nbytes
    assert footprint(Pair(array, array.copy())) > 1.99 * array.nbytes


def test_text_and_bytes_count_by_length():
    assert footprint(b"x" * 5000) >= 5000 and footprint(("x" * 5000, 1, None, 2.5)) >= 5000


def test_a_record_that_holds_itself_ends():
    loop: list[object] = [1]
    loop.append(loop)
    assert footprint(loop) < 500
