namespace Hpc.Accounts.Data.Memory;

/// <summary>A state with its lock, which is held for microseconds, and the journal that makes it outlive the process.</summary>
internal sealed class StateHost(TimeProvider time)
{
    private MemoryState? _objects;
    private MemoryEphemeral? _ephemeral;
    private DataProviderException? _fault;

    // Written under the lock and read without it; below 0: not open.
    private long _stamp = -1;

    /// <summary>Held by whoever touches anything of the state.</summary>
    public Lock Gate { get; } = new();

    public bool IsOpen => Volatile.Read(ref _objects) is not null;

    public MemoryState Objects => _objects ?? throw WhyNotOpen();

    public MemoryEphemeral Ephemeral => _ephemeral ?? throw WhyNotOpen();

    public IStateJournal? Journal { get; private set; }

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Open(MemoryState objects, MemoryEphemeral ephemeral, IStateJournal? journal)
    {
        lock (Gate)
        {
            (_objects, _ephemeral, Journal, _fault) = (objects, ephemeral, journal, null);
            ShowStamp();
        }
    }

    /// <summary>Nothing can be asked any more; a fault says why.</summary>
    public void Close(DataProviderException? fault = null)
    {
        lock (Gate)
        {
            (_objects, _ephemeral, Journal, _fault) = (null, null, null, fault);
            ShowStamp();
        }
    }

    /// <summary>Whoever changed objects calls this before it leaves the lock.</summary>
    public void ShowStamp() => Volatile.Write(ref _stamp, _objects?.Stamp ?? -1);

    /// <summary>The stamp, without the lock; false if it is not open.</summary>
    public bool TryGetStamp(out long stamp)
    {
        long shown = Volatile.Read(ref _stamp);
        stamp = Math.Max(shown, 0);
        return shown >= 0;
    }

    // A new one for everybody who throws it.
    private DataProviderException WhyNotOpen() => new(_fault?.Message ?? "The data provider is not open.", _fault?.InnerException);
}
