from playground.words import capitalised


def test_only_the_first_letter_changes():
    assert capitalised("the LSTM of Seattle") == "The LSTM of Seattle"
    assert capitalised("°C") == "°C"
    assert capitalised("") == ""
