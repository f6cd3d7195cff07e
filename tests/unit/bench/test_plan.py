"""Which process is killed when: drawn, repeatable, and nothing left out."""

from ekyc.bench.plan import LASTS_S, Moment, Process, plan

ALL = list(Process)


def test_the_same_seed_draws_the_same_kills() -> None:
    drawn = plan(30, seed=7, processes=ALL, moments=tuple(Moment))
    assert drawn == plan(30, seed=7, processes=ALL, moments=tuple(Moment))
    assert drawn != plan(30, seed=8, processes=ALL, moments=tuple(Moment))


def test_each_process_dies_at_every_moment_before_it_repeats_one() -> None:
    drawn = plan(len(ALL) * len(Moment), seed=1, processes=ALL, moments=tuple(Moment))
    for process in Process:
        moments = [kill.moment for kill in drawn if kill.process is process]
        assert sorted(moments) == sorted(Moment)


def test_a_kill_falls_within_its_moment() -> None:
    for kill in plan(200, seed=3, processes=ALL, moments=tuple(Moment)):
        assert 0 <= kill.delay_s <= LASTS_S[kill.moment]
