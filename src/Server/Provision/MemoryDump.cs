using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Services;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>
/// Keeps what the provider <c>memory</c> holds in a dump: within a second after a change, and at the stop. The file is replaced as a whole or not at all.
/// A save that fails is tried again, at last every half a minute.
/// </summary>
internal sealed partial class MemoryDump : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly IObjectStore _objects;
    private readonly DumpService _dumps;
    private readonly string _path;
    private readonly int _maxBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // By whoever has the turn.
    private long _saved;
    private bool _keepsFirst;

    private long _failures;
    private Task _loop = Task.CompletedTask;

    /// <param name="objects">What is looked at for changes.</param>
    /// <param name="dumps">Writes the dump.</param>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Most that a start reads again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets failures.</param>
    public MemoryDump(IObjectStore objects, DumpService dumps, string path, int maxBytes, TimeProvider time, ILogger logger)
    {
        _objects = objects;
        _dumps = dumps;
        _path = path;
        _maxBytes = maxBytes;
        _time = time;
        _logger = logger;
    }

    /// <summary>Saves that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Begins to look for changes since a stamp. Once.</summary>
    /// <param name="stamp">Of what is in the file.</param>
    /// <param name="keepsFirst">True keeps the file as it is now under the name FILE.loaded when it is replaced first, as not all of it was taken over. One of that name stays.</param>
    public void Start(long stamp, bool keepsFirst)
    {
        (_saved, _keepsFirst) = (stamp, keepsFirst);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Saves what has changed since the last time; false if that failed, and then it is tried again.</summary>
    public async Task<bool> TrySaveAsync()
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            long stamp = await _objects.GetStampAsync(CancellationToken.None).ConfigureAwait(false);
            if (stamp != _saved)
            {
                await SaveAsync().ConfigureAwait(false);
                _saved = stamp;
            }

            return true;
        }
#pragma warning disable CA1031 // Whatever it is, the next look tries again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failures);
            NotSaved(_logger, error, _path);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Saves what has changed since the last time. Nobody may change anything any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (!await TrySaveAsync().ConfigureAwait(false))
        {
            Lost(_logger, _path);
        }

        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        TimeSpan pause = Interval;
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, ct).ConfigureAwait(false);
                pause = await TrySaveAsync().ConfigureAwait(false) ? Interval : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task SaveAsync()
    {
        try
        {
            FileStream file = PrivateFile.Stage(_path);
            await using (file.ConfigureAwait(false))
            {
                // One of several moments may hold references to nothing.
                if (!await _dumps.WriteAsync(file, DumpScopes.All, isIndented: true, ChangeContext.Operator, CancellationToken.None).ConfigureAwait(false))
                {
                    throw new IOException("Objects were changed all the while.");
                }

                if (file.Length > _maxBytes)
                {
                    throw new IOException($"It would have {file.Length} bytes, and a start reads at most {_maxBytes}.");
                }

                file.Flush(flushToDisk: true);
            }

            if (_keepsFirst)
            {
                await KeepFirstAsync().ConfigureAwait(false);
                _keepsFirst = false;
            }

            PrivateFile.Publish(_path);
        }
        catch
        {
            PrivateFile.Discard(_path);
            throw;
        }
    }

    // One that is kept already is what the file was before anything of it was lost.
    private async Task KeepFirstAsync()
    {
        string kept = _path + ".loaded";
        if (!File.Exists(_path) || File.Exists(kept))
        {
            return;
        }

        try
        {
            FileStream copy = PrivateFile.Stage(kept);
            await using (copy.ConfigureAwait(false))
            {
                FileStream first = File.OpenRead(_path);
                await using (first.ConfigureAwait(false))
                {
                    await first.CopyToAsync(copy, CancellationToken.None).ConfigureAwait(false);
                }

                copy.Flush(flushToDisk: true);
            }

            PrivateFile.Publish(kept);
        }
        catch
        {
            PrivateFile.Discard(kept);
            throw;
        }
    }

    [LoggerMessage(4050, LogLevel.Error, "the accounts could not be saved to {FilePath}; this is tried again")]
    private static partial void NotSaved(ILogger logger, Exception error, string filePath);

    [LoggerMessage(4051, LogLevel.Error, "the server stops, and the last changes of accounts are not in {FilePath}")]
    private static partial void Lost(ILogger logger, string filePath);
}
