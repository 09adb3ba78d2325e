"""Who gets which worker, and when: owners, addresses, teams, the queue, tasks, long work."""

import pytest
from fake_cluster import PIECE_S, RECIPE, SERIES, TURN_S, in_one_go
from fake_work import Count
from named_jobs import job

from playground.engine import EngineFull, Visitor
from playground.engine.previews import MOST_WAITING
from playground.engine.tasks import HANDED_OVER, PRIORITY_OF_TASK

LONG = RECIPE.replaced(epochs=900)
COUNT = "fake_work:count"
COUNTS = job(COUNT, record=Count)


@pytest.mark.parametrize(("workers", "runs"), [(1, 3), (2, 3), (2, 5), (3, 4)])
def test_runs_of_all_owners_have_the_same_share(make_server, workers, runs):
    server = make_server(workers=workers)
    names = [server.train(f"owner {number}", LONG) for number in range(runs)]
    server.step()
    for _ in range(30):
        for address in server.cluster.workers:
            server.cluster.work(address)
            server.step()
    turns = [server.turns(name) for name in names]
    assert sum(turns) >= 30 * workers - runs
    assert max(turns) - min(turns) <= 2


def test_a_run_in_turns_has_the_numbers_that_it_has_alone(make_server):
    server = make_server(workers=2)
    recipes = [RECIPE.replaced(seed=seed) for seed in (1, 2, 3)]
    names = [server.train(f"owner {recipe.seed}", recipe) for recipe in recipes]
    views = [server.until("finished", run=name) for name in names]
    assert [view.epochs for view in views] == [in_one_go(recipe) for recipe in recipes]
    assert [(view.checkpoint_epoch, view.best_epoch, view.snapshot.epoch) for view in views] == [(60, 60, 60)] * 3


def test_a_worker_has_the_next_turn_before_it_ends_the_first_but_no_third(make_server):
    server = make_server()
    server.train()
    server.step()
    worker = server.cluster.workers["w1"]
    assert worker.busy and len(worker.waiting) == 1
    server.step()
    assert len(worker.waiting) == 1


def test_a_run_whose_checkpoint_is_behind_stays_with_its_worker(make_server, monkeypatch, clock):
    monkeypatch.setattr("playground.engine.run_parts.SMALL_CHECKPOINT_BYTES", 0)
    server = make_server(workers=2)
    names = [server.train(f"owner {number}", LONG) for number in range(3)]
    server.until_epoch(3, *names)
    homes = [server.engine.driver.runs[name].turns.worker for name in names]
    before = [server.cluster.workers[home].did.count(name) for home, name in zip(homes, names, strict=True)]
    others = [server.turns(name) - count for name, count in zip(names, before, strict=True)]
    server.round(20)
    after = [server.cluster.workers[home].did.count(name) for home, name in zip(homes, names, strict=True)]
    assert min(after) > max(before)
    assert [server.turns(name) - count for name, count in zip(names, after, strict=True)] == others


def test_one_run_of_an_owner_trains_and_the_others_wait_in_order(make_server):
    server = make_server()
    engine = server.engine
    first, second, third = (server.train("eager", LONG) for _ in range(3))
    server.until_epoch(2, first)
    assert server.states(first, second, third) == ["training", "queued", "queued"]
    assert [engine.view(name).queue_position for name in (first, second, third)] == [0, 1, 2]
    assert engine.view(second).queue_wait_s == engine.view(first).remaining_s > 0
    for _ in range(3):
        server.train("eager", LONG)
    with pytest.raises(EngineFull, match="at most 1 run can train and 5 can wait"):
        server.train("eager", LONG)
    server.until("finished", run=server.train("patient"))
    engine.pause(first)
    server.until_epoch(1, second)
    assert server.states(first) == ["paused"]
    assert engine.view(third).queue_position == 1
    engine.end(second)
    server.until_epoch(1, third)


def test_a_full_server_lets_the_queue_move_up_by_arrival(make_server):
    server = make_server(runs_at_once=2, queue_length=2)
    names = [server.train(f"owner {number}") for number in range(4)]
    server.step()
    assert server.states(*names) == ["training"] * 2 + ["queued"] * 2
    assert [server.engine.view(name).queue_position for name in names] == [0, 0, 1, 2]
    assert server.engine.status().queued == 2
    with pytest.raises(EngineFull, match="at most 4 runs at a time"):
        server.train("late")
    server.engine.end(names[1])
    server.until("training", run=names[2])
    assert server.states(*names) == ["training", "stopped_early", "training", "queued"]


def test_many_names_at_one_address_train_no_more_than_it_counts_for(make_server):
    server = make_server(visitors_per_address=2)
    crowd = [server.train(f"name {number}", LONG, address="here") for number in range(5)]
    honest = server.train("honest", LONG, address="there")
    server.round(30)
    assert server.states(*crowd, honest) == ["training"] * 2 + ["queued"] * 3 + ["training"]
    assert abs(server.turns(honest) - server.turns(crowd[0])) <= 2
    server.engine.end(crowd[0])
    server.until("training", run=crowd[2])
    assert server.states(*crowd) == ["stopped_early"] + ["training"] * 2 + ["queued"] * 2


def test_the_places_kept_for_newcomers_let_them_train(make_server):
    server = make_server(runs_at_once=4, queue_length=4, newcomers_share=0.5)
    for number in range(4):
        server.train(f"owner {number}", LONG)
    with pytest.raises(EngineFull, match="the last 4 of this server's 8 places"):
        server.train("owner 0", LONG)
    new = server.train("newcomer", LONG)
    server.round()
    assert server.engine.view(new).queue_position == 1


def test_a_team_trains_in_turns_and_other_runs_of_its_owner_wait(make_server):
    server = make_server(workers=2)
    mine = Visitor(server.engine, "me")
    team = mine.train_team([LONG.replaced(cell=cell) for cell in ("rnn", "lstm", "gru")], SERIES, "duel")
    alone = mine.train(RECIPE, SERIES)
    server.until_epoch(2, *team)
    assert server.states(*team, alone) == ["training"] * 3 + ["queued"]
    lines = {line.run_id: line.team for line in mine.runs()}
    assert len({lines[run_id] for run_id in team}) == 1
    assert lines[team[0]].startswith("duel ")
    assert lines[alone] == ""


def test_runs_without_a_team_train_one_after_the_other(make_server):
    server = make_server(workers=2)
    mine = Visitor(server.engine, "me")
    several = mine.train_team([LONG.replaced(seed=seed) for seed in range(5)], SERIES, "")
    server.until_epoch(2, several[0])
    assert server.states(*several) == ["training"] + ["queued"] * 4


def test_a_task_goes_before_the_turns_that_wait(make_server):
    server = make_server()
    run = server.train("me", LONG)
    server.round(3)
    asked = server.engine.ask(job("math:hypot", 3, 4))
    server.step()
    server.cluster.work()  # the turn that had begun
    server.cluster.work()
    assert server.cluster.workers["w1"].did[-2:] == [run, "math:hypot"]
    server.step()
    assert asked.result(0) == 5


@pytest.mark.parametrize(("priority", "given_as"), [(0, 0), (10, 0), (HANDED_OVER, PRIORITY_OF_TASK)])
def test_of_two_tasks_in_a_row_the_second_goes_before_no_turn_unless_it_was_handed_over(
    make_server, priority, given_as
):
    server = make_server()
    server.train("me", LONG)
    server.step()
    server.engine.ask(job("math:sqrt", 4))
    server.step()
    worker = server.cluster.workers["w1"]
    assert worker.waiting[-1].priority == PRIORITY_OF_TASK
    server.cluster.work()
    server.cluster.work()
    server.engine.ask(job("math:hypot", 3, 4), priority=priority)
    server.step()
    assert [call.priority for call in worker.waiting if call.job.target == "math:hypot"] == [given_as]


def test_what_was_handed_over_overtakes_every_question_and_every_turn(make_server):
    server = make_server()
    for number in range(20):
        server.train(f"visitor {number}", LONG)
        server.engine.ask(job("math:sqrt", number), priority=10)
        server.engine.ask(job("math:hypot", number, number))
    server.engine.ask(job("math:floor", 2.5), priority=HANDED_OVER)
    server.round()
    assert server.cluster.workers["w1"].did == ["math:floor"]


def test_only_the_newest_waiting_previews_are_computed(make_server):
    server = make_server()
    seen = []
    server.cluster.answers["playground.worker:preview"] = lambda recipe, *_: seen.append(recipe.seed) or recipe.seed
    recipes = [RECIPE.replaced(seed=seed) for seed in range(100, 140)]
    assert [server.engine.preview(recipe, SERIES) for recipe in recipes] == [None] * 40
    server.round(20)
    assert seen == list(range(139, 139 - MOST_WAITING, -1))
    assert [server.engine.preview(recipe, SERIES) for recipe in recipes[-2:]] == [138, 139]


def test_what_can_be_asked_of_a_worker_comes_back_as_value_or_sentence(make_server):
    server = make_server()
    asked = [server.engine.ask(job(*call)) for call in (("math:hypot", 3, 4), ("math:sqrt", -1), ("math:nothing",))]
    server.round(3)
    assert asked[0].result(0) == 5
    with pytest.raises(ValueError, match="math domain error"):
        asked[1].result(0)
    with pytest.raises(RuntimeError, match="failed unexpectedly"):
        asked[2].result(0)


def study(server, key, planned=6, owner="me"):
    """Look at a counting; return its view."""
    return server.engine.study(key, job(COUNT, key, planned, 0), owner=owner)


def test_long_work_goes_on_by_itself_and_stays_with_its_worker(make_server):
    server = make_server(workers=2)
    study(server, "long", 12)
    server.round(14)
    assert server.engine.study_so_far("long", COUNTS).pieces == 12
    assert [worker.did.count(COUNT) for worker in server.cluster.workers.values()] in ([12, 0], [0, 12])
    assert server.engine.status().studies == 0


def test_long_work_spreads_over_the_workers(make_server):
    server = make_server(workers=2)
    for number in range(6):
        study(server, f"spread {number}")
    server.round(18)
    assert [study(server, f"spread {number}").state for number in range(6)] == ["done"] * 6
    assert [worker.did.count(COUNT) for worker in server.cluster.workers.values()] == [18, 18]


def test_long_work_that_nobody_looks_at_rests_and_goes_on_from_there(make_server, clock):
    server = make_server(study_grace_s=1)
    study(server, "rests", 40)
    server.round(3)
    clock.now += 1.5
    server.round(3)
    assert (server.engine.status().studies, server.engine.study_so_far("rests", COUNTS).pieces) == (0, 4)
    study(server, "rests", 40)
    server.engine.keep_studying("rests")
    clock.now += 100
    server.round(3)
    assert server.engine.study_so_far("rests", COUNTS).pieces == 7
    server.engine.rest_study("rests")
    assert server.engine.status().studies == 0


def test_a_failing_piece_says_its_sentence_and_can_be_asked_anew(make_server, tmp_path):
    server = make_server()
    blocked = tmp_path / "blocked"
    blocked.touch()

    def look():
        return server.engine.study("fails", job("fake_work:fail_at", 2, str(blocked), 4), owner="me")

    look()
    server.round(6)
    assert look().problem == "piece 2 cannot be"
    assert server.engine.study_so_far("fails", COUNTS).pieces == 2
    blocked.unlink()
    look()
    server.round(6)
    assert (look().state, look().reached.pieces) == ("done", 4)


def test_an_unexpected_error_is_a_plain_sentence(make_server):
    server = make_server()
    view = server.until_true(lambda: (v := server.engine.study("x", job("fake_work:no"), owner="me")).problem and v)
    assert "failed unexpectedly (AttributeError)" in view.problem


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_long_work_waits_behind_live_runs_until_they_had_their_share(make_server, share):
    """Two runs on two workers: of each, long work gets no more than it may have, and not much less."""
    server = make_server(workers=2, study_share=share)
    runs = [server.train(f"runner {number}", LONG) for number in range(2)]
    server.round(2)
    for number in range(6):
        study(server, f"beside {number}", 99, owner=f"{number}")
    server.round(60)
    for worker in server.cluster.workers.values():
        pieces_s, turns_s = PIECE_S * worker.did.count(COUNT), TURN_S * sum(map(worker.did.count, runs))
        assert share / 2 < pieces_s / (pieces_s + turns_s) <= share


def test_long_work_has_a_worker_to_itself_where_live_runs_leave_one(make_server):
    server = make_server(workers=2)
    run = server.train("me", LONG)
    server.round(2)
    study(server, "beside", 99)
    server.round(20)
    live, idle = sorted(server.cluster.workers.values(), key=lambda worker: -worker.did.count(run))
    assert (live.did.count(COUNT), idle.did.count(run)) == (0, 0)
    assert idle.did.count(COUNT) >= 19
