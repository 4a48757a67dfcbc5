using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>One count of a ledger, as the actor sees it: what is wanted of the store, and what became of it.</summary>
internal sealed class UsageHold(UsageCounter counter, UsageChunk chunk)
{
    // Ticks without a change after which a reservation is given back, and within which more demand makes chunks grow.
    private const int IdleTicks = 10;
    private const int GrowthTicks = 4;

    // The same where others may be waiting for it.
    private const int SharedIdleTicks = 3;

    // Up to where a count without a limit may go between two settlements: no limit is passed, and nothing is reserved in the store.
    private const long FreeRoom = 1L << 50;

    private long _size = chunk.Least;
    private long _rate;
    private long _lastValue;
    private long _lastChanges;
    private int _idleTicks;
    private int _ticksSinceGrowth = GrowthTicks;
    private bool _isActive;

    public UsageCounter Counter => counter;

    /// <summary>What all callers that wait need together.</summary>
    public long Need { get; set; }

    /// <summary>What may be used and reserved in all; 0 is no limit.</summary>
    public long Limit { get; set; }

    /// <summary>What this node could hold at most, as of the last answer.</summary>
    public long Left { get; private set; } = long.MaxValue;

    /// <summary>What others hold, as of the last answer.</summary>
    public long HeldByOthers { get; private set; }

    /// <summary>True where nothing is reserved in the store, because nothing limits it (what is moved, and no limit of it).</summary>
    public bool IsFree { get; set; }

    /// <summary>True once something was taken or given since the last look at a tick.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>What the statement says: how much is wanted.</summary>
    public long Wanted { get; private set; }

    /// <summary>What the statement says: what was consumed.</summary>
    public long Consumed { get; private set; }

    /// <summary>What was in use when the statement was made.</summary>
    public long Snapshot { get; private set; }

    /// <summary>True if the last statement granted less than was wanted.</summary>
    public bool WasCut { get; private set; }

    public bool HasRoom => Room > 0;

    private long Room => counter.IsLoaded ? Math.Max(0, counter.Ceiling - counter.Value) : 0;

    /// <summary>True if this much could be taken now.</summary>
    public bool Covers(long need) => need <= 0 || (counter.IsLoaded && need <= Room);

    /// <summary>A second is over: sees how fast it goes.</summary>
    public void OnTick()
    {
        long changes = counter.Changes;
        HasMoved = changes != _lastChanges;
        _lastChanges = changes;
        _idleTicks = HasMoved ? 0 : Math.Min(_idleTicks + 1, IdleTicks);
        _ticksSinceGrowth = Math.Min(_ticksSinceGrowth + 1, GrowthTicks);

        long value = counter.Value;
        _rate = Math.Max(Math.Max(0, value - _lastValue), _rate / 2);
        _lastValue = value;
        if (_idleTicks == IdleTicks)
        {
            (_size, _rate) = (chunk.Least, 0);
        }
    }

    /// <summary>How much should be held now: more if it is needed or soon will be, nothing if nothing moves.</summary>
    /// <param name="isTick">True once a second.</param>
    /// <param name="nodes">Nodes that share what is left.</param>
    public long Choose(bool isTick, int nodes)
    {
        if (IsFree)
        {
            return _isActive || Need > 0 ? FreeRoom : 0;
        }

        long room = Room;
        if (Need > 0)
        {
            // What is reserved for one need is not given back by the next statement, before it could be taken.
            _idleTicks = 0;
            Grow();
            return Math.Max(Math.Max(Need, Target(nodes)), room);
        }

        if (!_isActive || _idleTicks >= (nodes > 1 ? SharedIdleTicks : IdleTicks))
        {
            return 0;
        }

        long target = Target(nodes);
        if (isTick && HasMoved && room < target / 2)
        {
            Grow();
            return Math.Max(Target(nodes), room);
        }

        // What was given back makes room above the value that nobody needs.
        return room > 2 * target ? target : room;
    }

    /// <summary>True if a statement would tell the store anything new.</summary>
    public bool IsWorthTelling(long wanted) => counter.IsUnsettled || (!IsFree && wanted != Room);

    /// <summary>Lets so much, or a chunk, be taken above what is reserved.</summary>
    public void Raise(long need)
    {
        if (need > Room)
        {
            counter.SetCeiling(counter.Value + Math.Min(Math.Max(need, chunk.Least), long.MaxValue - counter.Value));
        }
    }

    /// <summary>Takes what is to be said of this count, and from now on nothing above it is taken.</summary>
    public void Prepare(long wanted)
    {
        Wanted = wanted;
        _isActive |= Need > 0;
        Snapshot = counter.LowerCeiling(wanted);
        Consumed = counter.UnsettledAt(Snapshot);
    }

    /// <summary>What the store is asked for: nothing where nothing limits it.</summary>
    public long Asked => IsFree ? 0 : Wanted;

    /// <summary>Takes the answer.</summary>
    public void Settle(long used, long granted, long left, long heldByOthers)
    {
        counter.Settle(Snapshot, used, IsFree ? Wanted : granted);
        _lastValue += used - Snapshot;
        Left = left;
        HeldByOthers = heldByOthers;
        WasCut = !IsFree && granted < Wanted;
        _isActive &= Wanted > 0 || Need > 0;
    }

    /// <summary>
    /// The run has ended, and nothing is held any more. What was consumed and not told is told by the next run, but for what the store takes for used instead of it.
    /// </summary>
    /// <param name="wasTold">True if what the last statement said of it was taken.</param>
    /// <param name="isTakenForUsed">True if the store takes for used what was held.</param>
    public void Abandon(bool wasTold, bool isTakenForUsed)
    {
        long value = counter.LowerCeiling(0);
        if (isTakenForUsed && !IsFree)
        {
            counter.TakeForTold(value);
        }
        else if (wasTold)
        {
            counter.TakeForTold(Snapshot);
        }
    }

    private void Grow()
    {
        if (chunk.FollowsRate)
        {
            _rate = Math.Max(_rate, counter.Value - _lastValue);
            return;
        }

        if (_ticksSinceGrowth < GrowthTicks)
        {
            _size = Math.Min(chunk.Most, _size * 2);
        }

        _ticksSinceGrowth = 0;
    }

    private long Target(int nodes)
    {
        long size = chunk.FollowsRate ? Math.Clamp(2 * Math.Min(_rate, chunk.Most), chunk.Least, chunk.Most) : _size;
        if (Limit <= 0 && Left == long.MaxValue)
        {
            return size;
        }

        // Until the first answer nobody knows what is left; several nodes leave each other something.
        return nodes > 1 && Left == long.MaxValue
            ? Math.Min(size, chunk.Floor)
            : Math.Min(size, Math.Max(chunk.Floor / nodes, Math.Max(0, Left) / chunk.Share / nodes));
    }
}
