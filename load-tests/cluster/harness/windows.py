"""Figures of a series of (time, total): what was within windows of time, and how far it went beyond a rate."""
import bisect


def rate_between(series, begin, end):
    """Units per second between two times, by the line between samples."""
    return (total_at(series, end) - total_at(series, begin)) / (end - begin)


def total_at(series, when):
    times = [t for t, _ in series]
    i = bisect.bisect_left(times, when)
    if i == 0:
        return series[0][1]
    if i == len(series):
        return series[-1][1]
    (t0, v0), (t1, v1) = series[i - 1], series[i]
    return v0 + (v1 - v0) * (when - t0) / (t1 - t0)


def window_rates(series, length, begin, end):
    """The rates of all windows of this length that begin at a sample and lie within [begin, end]."""
    times = [t for t, _ in series]
    first = bisect.bisect_left(times, begin)
    rates = []
    for i in range(first, len(series)):
        if times[i] + length > end:
            break
        rates.append((total_at(series[i:i + 2 + _samples(times, i, length)], times[i] + length) - series[i][1]) / length)
    return rates


def _samples(times, i, length):
    return bisect.bisect_left(times, times[i] + length, i) - i


def most_beyond(series, rate, begin=float("-inf"), end=float("inf")):
    """The most that any window within [begin, end] has above rate × its length, and that window."""
    least, since, worst = None, 0.0, (0.0, 0.0, 0.0)
    for when, total in series:
        if begin <= when <= end:
            beyond = total - rate * when
            if least is None or beyond < least:
                least, since = beyond, when
            if beyond - least > worst[0]:
                worst = (beyond - least, since, when)
    return worst


def percentile(values, part):
    """The smallest value that this part (0–1) of the values is not above."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * part // 1).__int__() - 1))]
