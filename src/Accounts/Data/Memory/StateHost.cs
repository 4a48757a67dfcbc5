namespace Hpc.Accounts.Data.Memory;

/// <summary>A state with its lock, which is held for microseconds, and the journal that makes it outlive the process.</summary>
internal sealed class StateHost(TimeProvider time)
{
    private MemoryState? _objects;
    private MemoryEphemeral? _ephemeral;
    private DataProviderException? _fault;

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
        }
    }

    /// <summary>Nothing can be asked any more; a fault says why.</summary>
    public void Close(DataProviderException? fault = null)
    {
        lock (Gate)
        {
            (_objects, _ephemeral, Journal, _fault) = (null, null, null, fault);
        }
    }

    // A new one for everybody who throws it.
    private DataProviderException WhyNotOpen() => new(_fault?.Message ?? "The data provider is not open.", _fault?.InnerException);
}
