import pytest

from playground.hosting.settings import Settings, load_settings


def test_nothing_set_gives_the_defaults():
    assert load_settings({}) == Settings()
    assert load_settings({"PLAYGROUND_WORKERS": "", "PLAYGROUND_OTHER": "x"}) == Settings()


def test_every_setting_has_its_variable():
    given = {f"PLAYGROUND_{name.upper()}": str(value) for name, value in Settings(workers=3) if value != ""}
    assert load_settings(given) == Settings(workers=3)


def test_values_are_read_from_the_process_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_SCHEDULER", "tcp://10.0.0.7:8786")
    settings = load_settings()
    assert settings.scheduler == "tcp://10.0.0.7:8786"
    assert settings.store_path == tmp_path / "runs.sqlite3"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLAYGROUND_WORKERS", "many"),
        ("PLAYGROUND_WORKERS", "0"),
        ("PLAYGROUND_SLICE_S", "nan"),
        ("PLAYGROUND_STAND_BACK", "20"),
        ("PLAYGROUND_STAND_BACK", "-1"),
        ("PLAYGROUND_SCHEDULER", "10.0.0.7"),
        ("PLAYGROUND_PROXIES", "proxy.example"),
        ("PLAYGROUND_SHARED_ADDRESSES", "10.0.0.0/33"),
        ("PLAYGROUND_TABS_PER_ADDRESS", "0"),
        ("PLAYGROUND_NEWCOMERS_SHARE", "1"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(variable, value):
    with pytest.raises(ValueError, match=f"{variable}: .*{value}") as error:
        load_settings({variable: value})
    assert "change or remove the variable" in str(error.value)
