namespace Hpc.Actors.Limits.Bandwidth;

// Who waits. Everything here is touched with the pacer's lock held, but for the counts of those who wait.
public sealed partial class BandwidthScope
{
    private BandwidthWait? _first;
    private BandwidthWait? _last;
    private int _waiting;
    private int _held;

    // Those that have turns here: transfers, or users where several share it.
    private int _turns;
    private BandwidthScope[]? _countedIn;

    // The largest operations that waited, in this and the last round of all who wait.
    private long _largest;
    private long _largestBefore;
    private int _servedOfRound;

    /// <summary>
    /// True while somebody waits because of this scope: then everybody takes turns. Who waits because of another one, further along the way, holds up nobody here.
    /// </summary>
    internal bool IsContended => Volatile.Read(ref _held) > 0;

    /// <summary>The wait that is served next, if this is the scope that its user's transfers queue at.</summary>
    internal BandwidthWait? First => _first;

    /// <summary>True while it is among those that the pacer looks at.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>It is not looked at before.</summary>
    internal long NotBefore { get; set; }

    /// <summary>
    /// What one of those who wait here gets at a time: as much as the largest of their operations, so that all get the same whatever their operations are;
    /// or an equal part of what is there, where that is more.
    /// </summary>
    internal long ShareAt(long now)
    {
        // Rounded up: a byte that is left would be a turn more for somebody.
        int turns = Math.Max(1, _turns);
        return Math.Max(Math.Max(_largest, _largestBefore), (BalanceAt(now) + turns - 1) / turns);
    }

    /// <summary>Puts a wait behind the others of its user, whose scope this is; <paramref name="scopes"/> is its way from here on.</summary>
    internal void Append(BandwidthWait wait, BandwidthScope[] scopes)
    {
        _turns++;
        if (_first is null)
        {
            _countedIn = scopes;
            CountTurns(1);
        }

        wait.Previous = _last;
        _last = wait;
        if (wait.Previous is null)
        {
            _first = wait;
        }
        else
        {
            wait.Previous.Next = wait;
        }
    }

    internal void Remove(BandwidthWait wait)
    {
        if (wait.Previous is null)
        {
            _first = wait.Next;
        }
        else
        {
            wait.Previous.Next = wait.Next;
        }

        if (wait.Next is null)
        {
            _last = wait.Previous;
        }
        else
        {
            wait.Next.Previous = wait.Previous;
        }

        wait.Previous = wait.Next = null;
        _turns--;
        if (_first is null)
        {
            CountTurns(-1);
        }
    }

    internal void BeginWait(long need)
    {
        Volatile.Write(ref _waiting, _waiting + 1);
        _largest = Math.Max(_largest, need);
    }

    internal void EndWait() => Volatile.Write(ref _waiting, _waiting - 1);

    /// <summary>Counts a wait that is held up here (1), or not any more (-1).</summary>
    internal void CountHeld(int change) => Volatile.Write(ref _held, _held + change);

    internal void NoteServed()
    {
        if (++_servedOfRound > 2 * _waiting)
        {
            _servedOfRound = 0;
            _largestBefore = _largest;
            _largest = 0;
        }
    }

    private void CountTurns(int change)
    {
        for (int i = 1; i < _countedIn!.Length; i++)
        {
            _countedIn[i]._turns += change;
        }
    }
}
