using System.Collections.Concurrent;
using System.Threading.Channels;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>
/// Remembers when a user first finished an upload and a download (R5.14). A user is asked about once in a run, or again once it was changed: one that was removed and added anew has no transfers yet. When more wait than the queue holds, the next transfer asks again.
/// </summary>
internal sealed partial class FirstTransfers : IFileEventSink, IAccountChangeListener, IAsyncDisposable
{
    private const int MaxWaiting = 1024;
    private const int MaxKnown = 100_000;

    private readonly IActivityStore _activity;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<(string UserName, ActivityField Field), bool> _known = new();
    private readonly Channel<(string UserName, ActivityField Field, long At)> _waiting =
        Channel.CreateBounded<(string, ActivityField, long)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly Task _loop;

    public FirstTransfers(IActivityStore activity, TimeProvider time, ILogger logger)
    {
        _activity = activity;
        _time = time;
        _logger = logger;
        _loop = Task.Run(RunAsync);
    }

    public void Publish(in FileEvent fileEvent)
    {
        if (fileEvent.Outcome != StorageError.None || fileEvent.Kind is not (FileEventKind.Upload or FileEventKind.Download))
        {
            return;
        }

        (string, ActivityField) key = (fileEvent.Source.UserName, fileEvent.Kind == FileEventKind.Upload ? ActivityField.FirstUpload : ActivityField.FirstDownload);
        if (_known.ContainsKey(key) || !_waiting.Writer.TryWrite((key.Item1, key.Item2, _time.GetUtcNow().ToUnixTimeMilliseconds())))
        {
            return;
        }

        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[key] = true;
    }

    public ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        foreach (ObjectKey key in keys.Where(static key => key.Kind == ObjectKind.User))
        {
            _known.TryRemove((key.Name, ActivityField.FirstUpload), out _);
            _known.TryRemove((key.Name, ActivityField.FirstDownload), out _);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach ((string userName, ActivityField field, long at) in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await _activity.TrySetOnceAsync(new ObjectKey(ObjectKind.User, userName), field, at, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The next transfer asks again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _known.TryRemove((userName, field), out _);
                NotRemembered(_logger, error, userName);
            }
        }
    }

    [LoggerMessage(4047, LogLevel.Warning, "the first transfer of {UserName} is not remembered")]
    private static partial void NotRemembered(ILogger logger, Exception error, string userName);
}
