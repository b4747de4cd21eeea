"""Ids rise, stay below 2^53, carry their time, and outlive a clock that goes back."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.kit.ids import MAX_ID, NODES, Ids, first_id_at, id_time, now_ms

YEAR_2100 = 4_102_444_800_000


class Clock:
    """A clock that the test sets."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


@given(st.lists(st.integers(-5_000, 5_000), min_size=2, max_size=400), st.integers(0, NODES - 1))
def test_ids_rise_whatever_the_clock_does(steps: list[int], node: int) -> None:
    clock = Clock(1_700_000_000_000)
    ids = Ids(node, clock)
    made = []
    for step in steps:
        clock.ms += step
        made.append(ids.next())
    assert made == sorted(set(made))
    assert all(0 < i <= MAX_ID for i in made)


def test_ids_fit_a_javascript_number_until_2100() -> None:
    assert Ids(NODES - 1, Clock(YEAR_2100)).next() <= MAX_ID == 2**53 - 1


def test_a_full_millisecond_borrows_from_the_next() -> None:
    ids = Ids(3, Clock(1_000))
    made = [ids.next() for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert made == sorted(made)
    assert id_time(made[0]) == 1_000
    assert id_time(made[-1]) == 1_000 + 999 // 128


def test_an_id_tells_its_time_and_bounds_it() -> None:
    before = now_ms()
    made = Ids().next()
    assert before <= id_time(made) <= now_ms()
    assert first_id_at(id_time(made)) <= made < first_id_at(id_time(made) + 1)
    assert first_id_at(-1) == 0


def test_two_nodes_never_agree() -> None:
    clock = Clock(5_000)
    one, two = Ids(0, clock), Ids(1, clock)
    assert not {one.next() for _ in range(500)} & {two.next() for _ in range(500)}


@pytest.mark.parametrize("node", [-1, NODES])
def test_a_node_out_of_range_is_refused(node: int) -> None:
    with pytest.raises(ValueError, match=str(node)):
        Ids(node)


def test_past_ids_are_unique_and_of_their_time() -> None:
    ids = Ids(2)
    made = [ids.at(1_000) for _ in range(300)]
    assert len(set(made)) == 300
    assert made == sorted(made)
    assert id_time(made[0]) == 1_000
    assert id_time(made[127]) == 1_000
    assert id_time(made[128]) == 1_001


def test_threads_share_one_maker() -> None:
    ids = Ids()
    made: list[list[int]] = [[] for _ in range(4)]

    def work(into: list[int]) -> None:
        into.extend(ids.next() for _ in range(5_000))

    threads = [threading.Thread(target=work, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({i for into in made for i in into}) == 20_000
    assert all(into == sorted(into) for into in made)
