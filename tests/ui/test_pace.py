"""A full room redraws less often, an empty one four times a second again."""

from playground.ui.server.pace import (
    CHANGE_EVERY_S,
    MOST_BUSY,
    POINTS,
    SEEN_S,
    STEPS_S,
    USUAL_COST_S,
    Pace,
)


def watch(pace, tabs, cost_s, start=100.0, rounds=40):
    """Let tabs redraw themselves, again and again; return the time between redraws and when it ended."""
    now = start
    for _ in range(rounds):
        for number in range(tabs):
            pace.note(f"tab {number}", cost_s, now)
        now += pace.interval_s(0.25)
    return pace.interval_s(0.25), now


def test_few_tabs_redraw_four_times_a_second():
    assert watch(Pace(), tabs=3, cost_s=0.02)[0] == 0.25


def test_what_redrawing_costs_stays_within_its_share():
    for tabs in (10, 30, 60):
        interval_s, _ = watch(Pace(), tabs, cost_s=0.02)
        assert tabs * 0.02 / interval_s <= MOST_BUSY
        assert interval_s == 0.25 or tabs * 0.02 / (interval_s / 2) > MOST_BUSY


def test_points_become_fewer_only_after_redraws_have_become_rare():
    pace = Pace()
    assert pace.most_points() == POINTS[0] and len(POINTS) == len(STEPS_S)
    watch(pace, tabs=10, cost_s=0.02)
    assert pace.interval_s(0.25) > STEPS_S[0] and pace.most_points() == POINTS[0]
    watch(pace, tabs=60, cost_s=1.0)
    assert pace.most_points() == POINTS[-1] < POINTS[0]


def test_the_longest_time_is_kept_when_nothing_helps():
    assert watch(Pace(), tabs=60, cost_s=1.0)[0] == STEPS_S[-1]


def test_a_room_that_empties_is_fast_again():
    pace = Pace()
    slow, now = watch(pace, tabs=30, cost_s=0.02)
    assert slow > 0.25
    assert watch(pace, tabs=1, cost_s=0.02, start=now + SEEN_S, rounds=2)[0] == 0.25


def test_the_pace_does_not_swing_between_two_steps():
    pace = Pace()
    watch(pace, tabs=10, cost_s=0.014)
    paces = {watch(pace, tabs=10, cost_s=cost_s, rounds=3)[0] for cost_s in (0.012, 0.014, 0.012, 0.014)}
    assert len(paces) == 1


def test_a_part_that_wants_to_be_slower_stays_so():
    assert Pace().interval_s(2.0) == 2.0


def test_one_dear_redraw_slows_nobody_down():
    pace = Pace()
    pace.note("tab", 5.0, now=100.0)
    assert pace.interval_s(0.25) == 0.25


def test_thirty_who_arrive_slow_the_pace_before_the_first_redraw():
    pace = Pace()
    for number in range(30):
        pace.arrive(f"tab {number}", 100.0 + number / 15)
    assert 30 * USUAL_COST_S / pace.interval_s(0.25) <= MOST_BUSY


def test_pages_take_on_another_pace_one_at_a_time():
    pace = Pace()
    slow, now = watch(pace, tabs=30, cost_s=0.02)
    assert not pace.may_change(slow, 0.25, now)
    assert pace.may_change(0.25, 0.25, now)
    assert not pace.may_change(0.25, 0.25, now + CHANGE_EVERY_S / 2)
    assert pace.may_change(0.25, 0.25, now + 1.01 * CHANGE_EVERY_S)
