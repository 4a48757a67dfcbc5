namespace Hpc.Accounts.Data.Memory;

/// <summary>Keeps everything in memory, for as long as it is not disposed of.</summary>
public sealed class MemoryDataProvider : IDataProvider
{
    private const int Schema = 1;

    private readonly MemoryDataProviderOptions _options;
    private readonly StateHost _host;

    /// <summary>With the default bounds.</summary>
    public MemoryDataProvider(TimeProvider time)
        : this(time, new MemoryDataProviderOptions())
    {
    }

    /// <param name="time">Decides what has ended.</param>
    /// <param name="options">Bounds.</param>
    public MemoryDataProvider(TimeProvider time, MemoryDataProviderOptions options)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _host = new StateHost(time);
        Objects = new StateObjectStore(_host);
        Activity = new StateActivityStore(_host);
        Ephemeral = new StateEphemeralStore(_host);
    }

    /// <inheritdoc/>
    public string Driver => "memory";

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public int NewestSchema => Schema;

    /// <inheritdoc/>
    public IObjectStore Objects { get; }

    /// <inheritdoc/>
    public IActivityStore Activity { get; }

    /// <inheritdoc/>
    public IEphemeralStore Ephemeral { get; }

    /// <inheritdoc/>
    public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!_host.IsOpen)
        {
            _host.Open(
                new MemoryState(_options.MaxObjects, _options.MaxObjectBytes),
                new MemoryEphemeral(_options.MaxEphemeral, _options.MaxEphemeralBytes),
                journal: null);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> GetSchemaAsync(CancellationToken ct) => ValueTask.FromResult(_host.IsOpen ? Schema : 0);

    /// <inheritdoc/>
    public ValueTask MigrateAsync(int version, CancellationToken ct) =>
        version == Schema ? ValueTask.CompletedTask : throw new DataProviderException($"The data provider '{Driver}' has no schema but version {Schema}.");

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_host.Gate)
        {
            if (_host.IsOpen)
            {
                _host.Objects.Clear();
                _host.ShowStamp();
                _host.Ephemeral.Clear();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask PingAsync(CancellationToken ct)
    {
        lock (_host.Gate)
        {
            _ = _host.Objects;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _host.Close();
        return ValueTask.CompletedTask;
    }
}
