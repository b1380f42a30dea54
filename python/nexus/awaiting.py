"""Events, streams and schedules awaited in programs of asyncio."""

import asyncio
import contextlib
from typing import SupportsIndex

from nexus._nexus import Event, Schedule, Stream, _end_watch


async def wait(event: Event, value: SupportsIndex, timeout: float | None = None) -> bool:
    """What Event.wait_async() awaits."""
    if timeout is not None:
        event.wait(0, timeout)  # every event has reached 0; refuses what is no timeout
    if event.wait(value, timeout=0):
        return True
    loop = asyncio.get_running_loop()
    reached: asyncio.Future[None] = loop.create_future()
    descriptor = event._watch(value)
    try:
        loop.add_reader(descriptor, _finish, reached)
        try:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(reached, timeout)
        finally:
            loop.remove_reader(descriptor)
    finally:
        _end_watch(descriptor)
    return event.wait(value, timeout=0)


def _finish(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


async def synchronize(stream: Stream, timeout: float | None = None) -> bool:
    """What Stream.synchronize_async() awaits."""
    if stream.query():
        return stream.synchronize()
    done = stream.device.create_event()
    stream.signal(done, 1)
    with contextlib.suppress(Exception):  # the stream itself tells what failed
        if not await wait(done, 1, timeout):
            return False
    return stream.synchronize()


async def run(schedule: Schedule, stream: Stream | None = None) -> None:
    """What Schedule.run_async() awaits."""
    used = schedule.device.default_stream if stream is None else stream
    schedule.run(used, blocking=False)
    await synchronize(used)
