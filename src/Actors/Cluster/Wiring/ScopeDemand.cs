using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>What this node wants of a scope's limit. One caller at a time.</summary>
internal sealed class ScopeDemand(BandwidthScope scope, TimeProvider time)
{
    // Short against a tick, so that a node that has ended its transfers says so with the next and has forgotten them with the one after it.
    private const double Memory = 0.25;

    // More often there is nothing to measure.
    private const double LeastSpan = 0.02;

    // What a transfer that takes less than it could get may grow by before it has to ask: with what the engine adds, a tenth.
    private const int HeadroomParts = 16;

    // A session that has begun has something for its first bytes, without taking much from those who are at work.
    private const int FirstParts = 16;
    private const double FirstSeconds = 2;

    // Who uses little by little keeps so much until it has rested for a while: it would wait for each byte, and take half of the limit for it.
    private const int LittleParts = 128;
    private const double LittleSeconds = 2;

    // A limit is divided so far that each part of it still moves something.
    private const long BytesOfWeight = 1024;

    private readonly long _frequency = time.TimestampFrequency;
    private readonly long _memory = (long)(Memory * time.TimestampFrequency);
    private long _measuredAt = time.GetTimestamp();
    private long _moved = scope.Moved;
    private long _movedAt = long.MinValue / 2;

    // The last two rounds of a second or a tick.
    private long _roundAt = time.GetTimestamp();
    private long _roundMoved = scope.Moved;
    private double _round;
    private double _roundBefore;
    private double _used;
    private long _beganAt = time.GetTimestamp();

    /// <summary>A session has come where there was none.</summary>
    public void Begin() => Volatile.Write(ref _beganAt, time.GetTimestamp());

    /// <summary>True if somebody waits because the scope has nothing left.</summary>
    public bool IsStarved => scope.IsStarvedAt(time.GetTimestamp(), _memory);

    public ShareReading Read(long limit, bool isStarved)
    {
        long now = time.GetTimestamp();
        Measure(now);
        int weight = (int)Math.Min(scope.UsersAt(now), Math.Max(1, limit / BytesOfWeight));
        return new ShareReading(isStarved ? long.MaxValue : WantedOf(limit, now), weight);
    }

    private long WantedOf(long limit, long now)
    {
        // Who waits for another limit moves in steps of an operation, which may be what it has in a second: the most of the last rounds is what it needs to go on.
        bool isWaiting = scope.Waiting > 0;
        double used = isWaiting ? Math.Max(_used, Math.Max(_round, _roundBefore)) : _used;
        long wanted = isWaiting || now - _movedAt < LittleSeconds * _frequency ? Math.Max((long)(used + (used / HeadroomParts)), Math.Max(1, limit / LittleParts)) : 0;
        if (now - Volatile.Read(ref _beganAt) < FirstSeconds * _frequency)
        {
            wanted = Math.Max(wanted, Math.Max(1, limit / FirstParts));
        }

        // What passed already and is not paid for is a demand too, if nobody is left who waits for it.
        long rate = scope.Rate;
        long owed = rate == BandwidthScope.Unlimited ? 0 : -scope.BalanceAt(now);
        return owed > rate ? Math.Max(wanted, owed) : wanted;
    }

    private void Measure(long now)
    {
        double span = (now - _measuredAt) / (double)_frequency;
        if (span < LeastSpan)
        {
            return;
        }

        long moved = scope.Moved;
        double rate = Math.Max(0, moved - _moved) / span;
        _used += (rate - _used) * (1 - Math.Exp(-span / Memory));
        _movedAt = moved > _moved ? now : _movedAt;
        _moved = moved;
        _measuredAt = now;
        if (now - _roundAt >= _frequency)
        {
            _roundBefore = _round;
            _round = Math.Max(0, moved - _roundMoved) / ((now - _roundAt) / (double)_frequency);
            (_roundAt, _roundMoved) = (now, moved);
        }
    }
}
