using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Storage.Vfs.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits;

/// <summary>What the actor knows, kept where a restart of it does not lose it; and the table of ledgers, which all threads use.</summary>
internal sealed class UsageBook(IUsageReserver reserver, IUsageStore store, UsageNode firstRun, TimeProvider time, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, UsageEntry> _entries = new(StringComparer.Ordinal);
    private int _waiting;
    private int _nodes = 1;
    private long _statements;
    private long _failedStatements;
    private long _exhausted;
    private long _unavailable;
    private long _scans;
    private long _lastStamp;
    private UsageNode? _laterRun;
    private HashSet<string>? _laterEpochs;

    public IUsageStore Store => store;

    /// <summary>This node, and its run of now.</summary>
    public UsageNode Node => Volatile.Read(ref _laterRun) ?? firstRun;

    /// <summary>The run that began with the process, whose name its temporaries carry for as long as it lasts.</summary>
    public string FirstEpoch => firstRun.Epoch;

    /// <summary>Until when what is reserved may be spent; never over where nobody ends runs of others.</summary>
    public UsageFence Fence { get; } = new(time);

    public DoubtfulScopes Doubtful { get; } = new();

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Nodes that share the store.</summary>
    public int Nodes
    {
        get => Volatile.Read(ref _nodes);
        set
        {
            Volatile.Write(ref _nodes, value);
            Array.ForEach(ListEntries(), entry => entry.SetShared(value > 1));
        }
    }

    // The actor's own: at most one call of the store is on its way.
    public bool IsCalling { get; set; }

    public long Sequence { get; set; }

    /// <summary>The statement that was sent last and has no answer.</summary>
    public UsageStatement? Unanswered { get; set; }

    /// <summary>What the store said last and nobody has handled to the end. It is handled once, whatever becomes of the actor meanwhile.</summary>
    public UsageMessage? Arrived { get; private set; }

    /// <summary>When a statement was made last that leaves nothing untold.</summary>
    public long AllToldAt { get; set; } = time.GetTimestamp();

    /// <summary>How often it was begun to be handled, of a statement since an answer in it was taken.</summary>
    public int Tries { get; set; }

    /// <summary>When a failure of the store was logged last.</summary>
    public long? FailureLoggedAt { get; set; }

    /// <summary>True from a failure that was logged until the next answer.</summary>
    public bool IsFailureLogged { get; set; }

    public Queue<UsageMessage.Change> Changes { get; } = new();

    public HashSet<UsageEntry> Asking { get; } = [];

    public Reply<bool>? Finishing { get; set; }

    /// <summary>What is still being written to while everything is settled for the last time.</summary>
    public IReadOnlySet<string> StillOpen { get; set; } = new HashSet<string>();

    public FirstScans FirstScans { get; } = new();

    public bool IsFinished { get; set; }

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Keeps what the store said, on its way to the actor.</summary>
    public TMessage Arrive<TMessage>(TMessage message)
        where TMessage : UsageMessage
    {
        Tries = 0;
        Arrived = message;
        return message;
    }

    /// <summary>What the store said has been handled; it may be called again.</summary>
    public void EndCall()
    {
        Arrived = null;
        IsCalling = false;
    }

    public UsageEntry Acquire(string scope)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(scope, out UsageEntry? entry))
            {
                entry = new UsageEntry(new UsageLedger(scope, reserver, Fence));
                _entries.Add(scope, entry);
            }

            entry.SetShared(_nodes > 1);

            entry.References++;
            return entry;
        }
    }

    public void Release(UsageLedger ledger)
    {
        lock (_gate)
        {
            if (!TryFindLocked(ledger, out UsageEntry? entry) || entry.References == 0)
            {
                throw new InvalidOperationException($"The ledger of {ledger.Scope} is released more often than it was acquired.");
            }

            if (--entry.References == 0)
            {
                entry.IdleSince = time.GetTimestamp();
            }
        }
    }

    public UsageEntry? Find(UsageLedger ledger)
    {
        lock (_gate)
        {
            return TryFindLocked(ledger, out UsageEntry? entry) ? entry : null;
        }
    }

    public UsageEntry? Find(string scope)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(scope);
        }
    }

    public UsageEntry[] ListEntries()
    {
        lock (_gate)
        {
            return [.. _entries.Values];
        }
    }

    /// <summary>True if nobody has had the ledger for so long; then whoever acquires it from now on finds it not in use.</summary>
    public bool TryRetire(UsageEntry entry, TimeSpan idleTime)
    {
        lock (_gate)
        {
            bool isIdle = entry.References == 0 && !entry.Ledger.HasLeftOvers && !Doubtful.Contains(entry.Ledger.Scope) && time.GetElapsedTime(entry.IdleSince) >= idleTime;
            if (isIdle)
            {
                entry.Ledger.SetInUse(false);
            }

            return isIdle;
        }
    }

    /// <summary>True if a crash from now on would have to be followed by a count, though everything ends: files are still open, temporaries stayed, or the count is in doubt.</summary>
    public bool KeepsMark(UsageEntry entry)
    {
        lock (_gate)
        {
            // Whoever writes to a folder may count in a scope that is not the folder's.
            return entry.Ledger.HasLeftOvers || Doubtful.Contains(entry.Ledger.Scope) || StillOpen.Contains(entry.Ledger.Scope) || (StillOpen.Count > 0 && entry.References > 0);
        }
    }

    /// <summary>Forgets an entry unless somebody has it again.</summary>
    public void Drop(UsageEntry entry)
    {
        lock (_gate)
        {
            if (entry.References == 0)
            {
                _entries.Remove(entry.Ledger.Scope);
            }
        }
    }

    /// <summary>True for runs of this process.</summary>
    public bool IsOwnEpoch(string epoch)
    {
        lock (_gate)
        {
            return epoch == firstRun.Epoch || _laterEpochs?.Contains(epoch) == true;
        }
    }

    /// <summary>The run was ended by another node: a new one begins, which holds nothing.</summary>
    public void BeginRun()
    {
        lock (_gate)
        {
            string epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            (_laterEpochs ??= new HashSet<string>(StringComparer.Ordinal)).Add(epoch);
            Volatile.Write(ref _laterRun, firstRun with { Epoch = epoch });
        }

        Sequence = 0;
        Unanswered = null;
    }

    /// <summary>The time, different at each call: what tells one correction from another.</summary>
    public DateTimeOffset NextStamp()
    {
        lock (_gate)
        {
            _lastStamp = Math.Max(_lastStamp + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            return DateTimeOffset.FromUnixTimeMilliseconds(_lastStamp);
        }
    }

    public void AddWaiting(int change) => Interlocked.Add(ref _waiting, change);

    public void CountStatement() => Interlocked.Increment(ref _statements);

    public void CountFailedStatement() => Interlocked.Increment(ref _failedStatements);

    public void CountExhausted() => Interlocked.Increment(ref _exhausted);

    public void CountUnavailable() => Interlocked.Increment(ref _unavailable);

    public void CountScan() => Interlocked.Increment(ref _scans);

    public UsageCounters ReadCounters()
    {
        int ledgers;
        lock (_gate)
        {
            ledgers = _entries.Count;
        }

        return new UsageCounters(
            ledgers,
            Waiting,
            Interlocked.Read(ref _statements),
            Interlocked.Read(ref _failedStatements),
            Interlocked.Read(ref _exhausted),
            Interlocked.Read(ref _unavailable),
            Interlocked.Read(ref _scans));
    }

    private bool TryFindLocked(UsageLedger ledger, [NotNullWhen(true)] out UsageEntry? entry) =>
        _entries.TryGetValue(ledger.Scope, out entry) && ReferenceEquals(entry.Ledger, ledger);
}
