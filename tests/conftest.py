"""With AddressSanitizer, a run of tests fails that leaves memory to which nothing refers any more.

That is looked for while the interpreter still holds what it never gives back, so that nothing has to be overlooked.
"""

import ctypes
import gc

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    find_leaks = getattr(ctypes.CDLL(None), "__lsan_do_recoverable_leak_check", None)
    if find_leaks is None:
        return
    gc.collect()
    if find_leaks():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
