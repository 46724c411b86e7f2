"""How threads share what is due."""

from threading import Thread
from time import sleep

from guanxi.delivery.bookmarks import Due, Unit
from guanxi.delivery.work_queue import WorkQueue


def due(reader, *partitions, retry=False):
    return Due(Unit(reader, partitions), retry)


def test_what_is_waiting_or_being_done_is_not_taken_twice():
    queue = WorkQueue(per_reader=2)
    queue.offer([due("a", 0, 1)])
    first = queue.take()
    queue.offer([due("a", 0, 1, 2)])

    assert first == due("a", 0, 1)
    assert queue.take() == due("a", 2)


def test_what_is_done_may_come_again():
    queue = WorkQueue(per_reader=2)
    queue.offer([due("a", 0)])
    queue.done(queue.take())
    queue.offer([due("a", 0, retry=True)])

    assert queue.take() == due("a", 0, retry=True)


def test_parts_with_more_to_do_wait_in_line_one_by_one():
    queue = WorkQueue(per_reader=2)
    queue.offer([due("a", 0, 1, 2), due("b", 0)])
    queue.done(queue.take(), more=(1, 2))

    assert [queue.take(), queue.take(), queue.take()] == [due("b", 0), due("a", 1), due("a", 2)]


def test_one_reader_does_not_occupy_all_threads():
    queue = WorkQueue(per_reader=1)
    queue.offer([due("slow", 0)])
    queue.take()
    queue.offer([due("slow", 1), due("quick", 0)])

    assert queue.take() == due("quick", 0)


def test_it_is_idle_when_everything_is_done():
    queue = WorkQueue(per_reader=1)
    queue.offer([due("a", 0)])
    item = queue.take()
    busy = queue.wait_until_idle(0.01)
    queue.done(item)

    assert not busy
    assert queue.wait_until_idle(0.01)


def test_closing_lets_waiting_threads_go():
    queue = WorkQueue(per_reader=1)
    got = []
    thread = Thread(target=lambda: got.append(queue.take()))
    thread.start()
    sleep(0.02)
    queue.close()
    thread.join(5)

    assert got == [None]
