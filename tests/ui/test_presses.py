"""A press is taken once, by the next redraw that comes to the button, and by none that comes too late."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from playground.ui.frame.presses import pressed

    st.session_state.setdefault("taken", ())
    if st.session_state.pop("interrupts", False):
        st.rerun()
    if not st.session_state.get("hides"):
        for name in ("one", "two"):
            if pressed(name):
                st.session_state["taken"] = (*st.session_state["taken"], name)


def presses(app: AppTest) -> tuple[str, ...]:
    assert not app.exception
    return app.session_state["taken"]


def test_a_press_is_taken_once():
    app = AppTest.from_function(page).run()
    assert presses(app) == ()
    app.button(key="button two").click().run()
    assert presses(app) == ("two",)
    assert presses(app.run()) == ("two",)
    app.button(key="button two").click().run()
    assert presses(app) == ("two", "two")


def test_a_press_is_not_lost_with_the_redraw_that_it_began():
    app = AppTest.from_function(page).run()
    app.session_state["interrupts"] = True
    app.button(key="button two").click().run()
    assert presses(app) == ("two",)


def test_a_press_that_nothing_took_is_forgotten(monkeypatch):
    app = AppTest.from_function(page).run()
    app.session_state["hides"] = True
    app.button(key="button two").click().run()
    app.session_state["hides"] = False
    monkeypatch.setattr("playground.ui.frame.state.PRESS_HOLDS_S", 0.0)
    assert presses(app.run()) == ()
    monkeypatch.undo()
    assert presses(app.run()) == ()


def test_a_press_on_one_page_is_not_taken_by_another(monkeypatch):
    app = AppTest.from_function(page).run()
    app.session_state["hides"] = True
    app.button(key="button two").click().run()
    app.session_state["hides"] = False
    monkeypatch.setattr("playground.ui.frame.state.page_hash", lambda: "another page")
    assert presses(app.run()) == ()
