using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.KeyValue;

/// <summary>
/// Keeps everything in memory and every change in a file of its own format (<c>objects.kv</c>), synchronised to disk before it is acknowledged. One process has it at a time.
/// </summary>
public sealed class KeyValueDataProvider : IDataProvider
{
    private readonly string _path;
    private readonly MemoryDataProviderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyValueDataProvider> _logger;
    private readonly StateHost _host;
    private FileStream? _lock;
    private KeyValueStorage? _storage;
    private KeyValueJournal? _journal;

    /// <param name="path">The file, made (mode 0600) when the provider is opened; its directory exists already. Beside it stands <c>.lock</c>.</param>
    /// <param name="options">Bounds of what is in memory.</param>
    /// <param name="time">Decides what has ended.</param>
    /// <param name="logger">Told of a tail that was cut off, and of a file that cannot be written.</param>
    public KeyValueDataProvider(string path, MemoryDataProviderOptions options, TimeProvider time, ILogger<KeyValueDataProvider> logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        _path = Path.GetFullPath(path);
        _options = options;
        _time = time;
        _logger = logger;
        _host = new StateHost(time);
        Objects = new StateObjectStore(_host);
        Activity = new StateActivityStore(_host);
        Ephemeral = new StateEphemeralStore(_host);
    }

    /// <inheritdoc/>
    public string Driver => "keyvalue";

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public int NewestSchema => (int)JournalFormat.Version;

    /// <inheritdoc/>
    public IObjectStore Objects { get; }

    /// <inheritdoc/>
    public IActivityStore Activity { get; }

    /// <inheritdoc/>
    public IEphemeralStore Ephemeral { get; }

    /// <summary>The open file.</summary>
    internal KeyValueStorage? Storage => _storage;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct)
    {
        if (_lock is not null)
        {
            return;
        }

        await RunAsync(() => Open(update), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> GetSchemaAsync(CancellationToken ct)
    {
        int version = 0;
        await RunAsync(() => version = JournalFile.ReadVersion(_path), ct).ConfigureAwait(false);
        return version;
    }

    /// <inheritdoc/>
    public async ValueTask MigrateAsync(int version, CancellationToken ct)
    {
        if (version != NewestSchema)
        {
            throw new DataProviderException($"The data provider '{Driver}' has no schema but version {NewestSchema}.");
        }

        await RunAsync(
            () =>
            {
                using FileStream locked = JournalLock.Take(_path);
                MakeIfMissing();
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="DataProviderException">It is open, here or elsewhere.</exception>
    public async ValueTask ResetAsync(CancellationToken ct) => await RunAsync(
        () =>
        {
            using FileStream locked = JournalLock.Take(_path);
            File.Delete(_path);
            DirectorySync.Run(Path.GetDirectoryName(_path)!);
        },
        ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask PingAsync(CancellationToken ct)
    {
        lock (_host.Gate)
        {
            _ = _host.Objects;
            _host.Journal?.ThrowIfClosed(0);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Ends when all that was changed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_journal is not null)
        {
            await _journal.CloseAsync().ConfigureAwait(false);
        }

        _host.Close();
        _storage?.Dispose();
        if (_lock is not null)
        {
            await _lock.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Open(SchemaUpdate update)
    {
        FileStream locked = JournalLock.Take(_path);
        try
        {
            if (update == SchemaUpdate.Automatic)
            {
                MakeIfMissing();
            }

            ThrowUnlessNewest();
            var storage = new KeyValueStorage(_path, _options, _time);
            (MemoryState objects, MemoryEphemeral ephemeral) = storage.Load(_logger);
            _journal = new KeyValueJournal(_host, storage, _logger);
            (_storage, _lock) = (storage, locked);
            _host.Open(objects, ephemeral, _journal);
        }
        catch
        {
            locked.Dispose();
            throw;
        }
    }

    private void MakeIfMissing()
    {
        if (JournalFile.ReadVersion(_path) == 0)
        {
            new KeyValueStorage(_path, _options, _time).Make();
        }
    }

    private void ThrowUnlessNewest()
    {
        int version = JournalFile.ReadVersion(_path);
        if (version != NewestSchema)
        {
            throw new DataProviderException(version == 0
                ? $"There is no file '{_path}' yet. Make it with 'hpc initprovider', or let the server do it (data_provider.update_mode 0)."
                : $"'{_path}' has the format {version}, and this program knows {NewestSchema}. Use the newer program that wrote it, or restore a backup.");
        }
    }

    private async Task RunAsync(Action work, CancellationToken ct)
    {
        try
        {
            await Task.Run(work, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataProviderException($"'{_path}' cannot be used: {exception.Message}", exception);
        }
    }
}
