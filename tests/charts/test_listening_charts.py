"""Pictures of spoken words."""

import numpy as np
import pytest

from playground.charts.listening import heard_figure, sample_picture
from playground.charts.theme import DARK, LIGHT
from playground.charts.wire import pack_figure
from playground.sequences.speech.mel import BANDS, FLOOR_DB

EVIL = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_is_heard_and_the_verdict_share_one_time_axis(theme):
    frames = np.linspace(FLOOR_DB, 0, 20 * BANDS).reshape(20, BANDS).astype(np.float32)
    said = np.tile([0.25, 0.75], (20, 1))
    figure = heard_figure(frames, said, (EVIL, "no"), theme, title="It hears “no”")
    heard, verdict, leading = figure.data
    assert np.array_equal(heard.x, verdict.x) and np.array_equal(heard.x, leading.x)
    assert heard.x[0] == 0.025 and heard.x[-1] == pytest.approx(0.215)
    assert np.array_equal(heard.z, frames.T) and np.allclose(verdict.z, said.T)
    assert figure.layout.yaxis.domain[1] < figure.layout.yaxis2.domain[0]
    assert EVIL not in str(figure.to_dict())
    assert pack_figure(figure, 400)


def test_the_small_picture_shows_when_and_where_it_is_loud():
    samples = np.r_[np.zeros(4000), np.full(4000, 9000)].astype(np.int16)
    frames = np.full((50, BANDS), FLOOR_DB, np.float32)
    frames[:25, 0] = 0
    picture = sample_picture(samples, frames, LIGHT).astype(int)
    assert picture.dtype == int and picture.shape[1:] == (160, 3)
    ink = np.abs(picture[0:28] - picture[0, 0]).sum(axis=(0, 2))
    assert ink[:79].max() < ink[81:].min()
    bottom = picture[-1].sum(axis=1)
    assert (bottom[:79] < bottom[81:]).all()
