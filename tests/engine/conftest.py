import pytest
from engine_cases import make_engine, wait_for


@pytest.fixture(scope="module")
def engine():
    """An engine with two workers, warm."""
    started = make_engine(workers=2)
    wait_for(lambda: started.status().workers == 2, 60)
    yield started
    started.close()


@pytest.fixture
def new_engine():
    """Make engines that are closed after the test."""
    made = []

    def make(store=None, **variables):
        made.append(make_engine(store, **variables))
        return made[-1]

    yield make
    for started in made:
        started.close()
