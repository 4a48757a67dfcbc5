"""Which quotas to run next, and which is the smallest that fills the link."""
import statistics

HOPELESS = 0.90  # a first round below this share is not repeated


def typical(rates, statistic="median"):
    return max(rates) if statistic == "best" else statistics.median(rates)


def passes(rates, reference, share, statistic="median"):
    return bool(rates) and typical(rates, statistic) >= share * reference


def fills(reference, plain, payload_share, share):
    """Whether the server fills the link at all. Where it does not, a quota that reaches the reference says nothing."""
    return reference >= share * plain * payload_share


def goal(reference, plain, payload_share):
    """What a quota is compared with: the server's own rate without one, or what plain TCP leaves for files, whichever is more."""
    return max(reference, plain * payload_share)


def worth_repeating(rates, reference):
    return not rates or max(rates) >= HOPELESS * reference


def bracket(rates_by_quota, reference, share, statistic="median"):
    """(largest quota that fails, smallest above it that passes); None for a side that was not seen."""
    failing = [q for q, rates in rates_by_quota.items() if rates and not passes(rates, reference, share, statistic)]
    low = max(failing) if failing else None
    passing = [q for q, rates in rates_by_quota.items() if passes(rates, reference, share, statistic) and (low is None or q > low)]
    return low, min(passing) if passing else None


def next_quota(low, high, step):
    """The middle of the bracket on the grid of step, or None when the bracket is one step wide or open."""
    if low is None or high is None or high - low <= step * 1.001:
        return None
    middle = round(round((low + high) / 2 / step) * step, 6)
    return middle if low < middle < high else None


def order(items, turn):
    """Every round starts with another one, so that slow minutes of the machine do not always meet the same quota."""
    turn %= max(len(items), 1)
    return items[turn:] + items[:turn]
