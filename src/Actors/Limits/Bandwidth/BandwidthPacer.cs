using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>
/// Serves the transfers that wait for bytes: users in turn, and the transfers of a user in turn, each turn the same number of bytes whatever the operations of a transfer are
/// (<see cref="BandwidthScope.ShareAt"/>). Who is held up by one limit holds up nobody else. It beats while somebody waits, when the first of them is due and at most every few milliseconds;
/// otherwise there is no timer.
/// </summary>
internal sealed partial class BandwidthPacer : IDisposable
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly long _leastPause;
    private readonly long _mostPause;

    // Users whose transfers wait, in the order of their turns. Under the lock, as everything below.
    private readonly List<BandwidthScope> _queue = [];
    private List<BandwidthScope> _again = [];
    private List<BandwidthScope> _next = [];
    private long _beatAt;
    private long _armedFor = long.MaxValue;
    private bool _looksAtAll;
    private bool _isDisposed;

    // Waits that began, by the kind of the scope that held them up, uploads behind downloads.
    private readonly long[] _waits = new long[2 * BandwidthCounters.Kinds];
    private long _beats;
    private long _faults;

    public BandwidthPacer(TimeProvider time, ILogger logger)
    {
        Time = time;
        _logger = logger;
        _leastPause = (long)(LeastPause.TotalSeconds * time.TimestampFrequency);
        _mostPause = (long)(MostPause.TotalSeconds * time.TimestampFrequency);
        _beatAt = time.GetTimestamp() - _leastPause;
        _timer = time.CreateTimer(static state => ((BandwidthPacer)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeProvider Time { get; }

    /// <summary>Beats so far.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Beats, and turns of transfers, that went wrong.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Called in each beat with null and before each turn with its transfer; what it throws is a fault. For tests.</summary>
    internal Action<BandwidthTransfer?>? Fault { get; set; }

    public long WaitsOf(BandwidthScopeKind kind, bool isUpload) => Volatile.Read(ref _waits[IndexOf(kind, isUpload)]);

    public ValueTask<bool> WaitAsync(BandwidthTransfer transfer, int least, CancellationToken ct)
    {
        BandwidthWait wait;
        lock (_gate)
        {
            if (ct.IsCancellationRequested || _isDisposed)
            {
                return new(false);
            }

            if (transfer.Path.IsSuperseded || transfer.IsEnded || transfer.Prepare(least, least) > 0)
            {
                return new(true);
            }

            wait = transfer.TakeWait();
            long now = Time.GetTimestamp();
            Enqueue(wait, Math.Max(1, least - transfer.Credit), now);
            Arm(transfer.Path.User.NotBefore, now);
        }

        ValueTask<bool> task = wait.Task;
        wait.CancelBy(ct);
        return task;
    }

    public void Cancel(BandwidthWait wait)
    {
        lock (_gate)
        {
            if (wait.IsWaiting)
            {
                Leave(wait);
                wait.Complete(false);
                Arm(wait.Transfer.Path.User);
            }
        }
    }

    /// <summary>Something was given back, or has another rate: the next beat looks at all who wait.</summary>
    public void LookAgain()
    {
        lock (_gate)
        {
            if (_queue.Count > 0 && !_looksAtAll)
            {
                _looksAtAll = true;
                long now = Time.GetTimestamp();
                Arm(now, now);
            }
        }
    }

    /// <summary>Lets those go that wait on a way that others have taken the place of.</summary>
    public void Supersede(BandwidthPath path)
    {
        lock (_gate)
        {
            path.IsSuperseded = true;
            LetGo(path, null);
        }
    }

    /// <summary>The file of a transfer is closed.</summary>
    public void End(BandwidthTransfer transfer)
    {
        lock (_gate)
        {
            transfer.SetEnded();
            LetGo(transfer.Path, transfer);
        }
    }

    /// <summary>Puts a rate in force, and looks at once who may go on by it.</summary>
    public void Change(BandwidthScope scope, long rate)
    {
        lock (_gate)
        {
            if (scope.Rate == rate || _isDisposed)
            {
                return;
            }

            scope.Apply(rate, Time.GetTimestamp());
            LookAgain();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
            foreach (BandwidthScope user in _queue)
            {
                while (user.First is { } wait)
                {
                    Leave(wait);
                    wait.Complete(false);
                }
            }

            _queue.Clear();
        }
    }

    private static int IndexOf(BandwidthScopeKind kind, bool isUpload) => (int)kind + (isUpload ? BandwidthCounters.Kinds : 0);

    /// <summary>Lets those go who wait on a way: all, or those of one transfer.</summary>
    private void LetGo(BandwidthPath path, BandwidthTransfer? transfer)
    {
        BandwidthWait? wait = path.LastWait;
        while (wait is not null)
        {
            BandwidthWait? next = wait.PreviousOfPath;
            if (transfer is null || ReferenceEquals(wait.Transfer, transfer))
            {
                Leave(wait);
                wait.Complete(true);
            }

            wait = next;
        }

        Arm(path.User);
    }

    private void Enqueue(BandwidthWait wait, long need, long now)
    {
        BandwidthPath path = wait.Transfer.Path;
        BandwidthScope? empty = null;
        BandwidthScope? contended = null;
        BandwidthScope.CountUse(wait.Transfer, now);
        foreach (BandwidthScope scope in path.Scopes)
        {
            empty ??= scope.IsLimited && scope.BalanceAt(now) <= 0 ? scope : null;
            contended ??= scope.IsContended ? scope : null;
            scope.BeginWait(need);
        }

        if (empty is not null)
        {
            BandwidthScope.NoteEmpty(path.Scopes, now);
        }

        wait.Begin(need);
        path.User.Append(wait, path.Scopes);
        Link(wait, path);

        // The others of the user wait for the first, and hold up nobody but themselves.
        BandwidthScope reason = empty ?? contended ?? path.User;
        bool isFirst = ReferenceEquals(path.User.First, wait);
        wait.Hold(isFirst ? reason : path.User);
        if (!path.User.IsQueued)
        {
            path.User.IsQueued = true;
            _queue.Add(path.User);
        }

        if (isFirst)
        {
            path.User.NotBefore = empty is null ? now : LookAt(empty, now);
        }

        Interlocked.Increment(ref _waits[IndexOf(reason.Kind, path.User.IsUpload)]);
    }

    /// <summary>When to look again at who waits for a scope: when it is due, or a while before, as others may give back what they have taken.</summary>
    private long LookAt(BandwidthScope scope, long now)
    {
        long due = scope.DueAt(now);
        return due == long.MaxValue ? due : Math.Min(due, now + _mostPause);
    }

    private static void Link(BandwidthWait wait, BandwidthPath path)
    {
        wait.PreviousOfPath = path.LastWait;
        if (path.LastWait is { } last)
        {
            last.NextOfPath = wait;
        }

        path.LastWait = wait;
    }

    private static void Unlink(BandwidthWait wait, BandwidthPath path)
    {
        if (wait.NextOfPath is { } next)
        {
            next.PreviousOfPath = wait.PreviousOfPath;
        }
        else
        {
            path.LastWait = wait.PreviousOfPath;
        }

        if (wait.PreviousOfPath is { } previous)
        {
            previous.NextOfPath = wait.NextOfPath;
        }

        wait.PreviousOfPath = wait.NextOfPath = null;
    }

    private static void Leave(BandwidthWait wait)
    {
        BandwidthPath path = wait.Transfer.Path;
        wait.Hold(null);
        bool wasFirst = ReferenceEquals(path.User.First, wait);
        path.User.Remove(wait);
        Unlink(wait, path);
        if (wasFirst)
        {
            // Who is first now may wait for something else.
            path.User.NotBefore = 0;
        }

        foreach (BandwidthScope scope in path.Scopes)
        {
            scope.EndWait();
        }
    }
}
