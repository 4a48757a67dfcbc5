"""Rates from the byte counter of the link, taken while a transfer runs.

The rate of a run is that of its middle (5 % to 95 % of its bytes): login, slow start and the last acknowledgements belong to
the session, not to the sustained rate. The wall-clock rate, which has them, is reported beside it.
"""
import threading
import time

FIRST, LAST = 0.05, 0.95


def crossing(samples, column, target):
    """Time at which a growing column reaches the target, between two samples by straight line."""
    previous = samples[0]
    for sample in samples:
        if sample[column] >= target:
            step = sample[column] - previous[column]
            part = (target - previous[column]) / step if step else 0
            return previous[0] + (sample[0] - previous[0]) * part
        previous = sample
    raise ValueError("target beyond the last sample")


def value_at(samples, column, when):
    previous = samples[0]
    for sample in samples:
        if sample[0] >= when:
            step = sample[0] - previous[0]
            part = (when - previous[0]) / step if step else 0
            return previous[column] + (sample[column] - previous[column]) * part
        previous = sample
    return samples[-1][column]


def sustained(samples, payload):
    """Samples are (time, bytes on the link, CPU seconds); payload is the file bytes that all of them carried."""
    start, end = samples[0][1], samples[-1][1]
    total = end - start
    if total < payload:
        raise ValueError(f"the link carried {total} bytes for {payload} bytes of payload")
    first, last = (crossing(samples, 1, start + total * share) for share in (FIRST, LAST))
    seconds = last - first
    if seconds <= 0:
        raise ValueError("too few samples")
    cpu = value_at(samples, 2, last) - value_at(samples, 2, first)
    carried = payload * (LAST - FIRST)
    return {"payload_bytes_per_second": carried / seconds, "wire_bytes_per_second": total * (LAST - FIRST) / seconds,
            "cores": cpu / seconds, "cpu_seconds_per_gib": cpu / carried * (1 << 30)}


class Sampler:
    """Calls read() every few milliseconds on its own thread; an exception of it comes out of stop()."""

    def __init__(self, read, interval=0.02):
        self._read, self._interval = read, interval
        self._done, self._error, self.samples = threading.Event(), None, []
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def start(self):
        self._take()
        self._thread.start()

    def _take(self):
        self.samples.append((time.monotonic(), *self._read()))

    def _loop(self):
        try:
            while not self._done.wait(self._interval):
                self._take()
        except Exception as e:
            self._error = e

    def stop(self):
        self._done.set()
        self._thread.join()
        if self._error:
            raise self._error
        self._take()
        return self.samples
