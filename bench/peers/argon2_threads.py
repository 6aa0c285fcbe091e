"""The yardstick of logins: how often argon2-cffi verifies on two threads, whatever the product hashes with."""

import threading
import time

from argon2 import PasswordHasher

THREADS = 2
PASSWORD = "a-password-of-the-usual-length"  # noqa: S105 - a sample


def argon2_rate(seconds: float, *, kibibytes: int, passes: int, lanes: int) -> float:
    """Return verifications a second on two threads at once."""
    hasher = PasswordHasher(time_cost=passes, memory_cost=kibibytes, parallelism=lanes)
    known = hasher.hash(PASSWORD)
    begin = time.perf_counter()
    until, counts = begin + seconds, [0] * THREADS

    def verify(number: int) -> None:
        while time.perf_counter() < until:
            hasher.verify(known, PASSWORD)
            counts[number] += 1

    threads = [threading.Thread(target=verify, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)
