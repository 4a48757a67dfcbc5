using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Sftp;

/// <summary>
/// The SFTP subsystem of one session channel (version 3). Strictly serial: requests are taken and answered in their order, at most one storage operation runs,
/// and requests that cannot be taken yet stay in the channel, so that any number of them costs bounded memory.
/// </summary>
internal sealed partial class SftpServer : IChannelProgram
{
    private readonly ISessionChannel _channel;
    private readonly SessionGrant _grant;
    private readonly ILogger _logger;
    private readonly SftpMetrics _metrics;
    private CancellationTokenSource? _lifetime;

    private SftpPhase _phase;

    // The storage operation that runs on a worker, if one does. While it runs nothing is taken in and nothing produced.
    private bool _isBusy;
    private Task _running = Task.CompletedTask;
    private bool _peerIsDone;

    public SftpServer(ISessionChannel channel, SessionGrant grant, BlockPool pool, SftpServerOptions options, ILogger logger, SftpMetrics metrics)
    {
        _channel = channel;
        _grant = grant;
        _logger = logger;
        _metrics = metrics;
        Pool = pool;
        Options = options;
        Handles = new SftpHandleTable(options.MaxHandles, grant.Meter);
        metrics.SessionOpened();
        grant.HoldFiles();
    }

    private enum SftpPhase : byte
    {
        AwaitingInit,
        Open,

        /// <summary>Exit was asked for; input is discarded.</summary>
        Ended,

        /// <summary>The channel is gone.</summary>
        Closed,
    }

    public BlockPool Pool { get; }

    public SftpServerOptions Options { get; }

    public SftpHandleTable Handles { get; }

    public IFileSystem Files => _grant.Files;

    public SessionMeter Meter => _grant.Meter;

    /// <summary>Where relative paths and <c>~</c> begin.</summary>
    public VirtualPath StartDirectory => _grant.StartDirectory;

    /// <summary>Cancelled when the channel or the session is over.</summary>
    /// <remarks>Made with the first operation that asks for it: a session that only waits has no use for it.</remarks>
    public CancellationToken Lifetime => LifetimeSource().Token;

    /// <summary>Ends when everything that the session had open is closed.</summary>
    internal Task Released { get; private set; } = Task.CompletedTask;

    public void OnEof()
    {
        _peerIsDone = true;
        if (!_isBusy && _phase == SftpPhase.Open)
        {
            // WRITEs that came in the same batch count, whatever the peer closes behind them.
            FlushWrites();
        }

        ExitIfDone();
    }

    public void OnWritable()
    {
        if (_phase > SftpPhase.Open || _isBusy)
        {
            return;
        }

        if (ReadCount > 0)
        {
            _channel.RequestProduce();
        }

        _channel.Resume();
    }

    public void OnClosed()
    {
        _phase = SftpPhase.Closed;
        DropReads();
        DropWrites();
        DropReplies();
        _metrics.SessionClosed();
        if (_isBusy || !_running.IsCompletedSuccessfully || Handles.Count > 0)
        {
            Released = ReleaseAsync();
            return;
        }

        // Nothing runs that the token could end, and nothing is open.
        _lifetime?.Cancel();
        _lifetime?.Dispose();
        _grant.ReleaseFiles();
    }

    /// <summary>A path of a request, relative to the start directory.</summary>
    public bool TryParsePath(ReadOnlySpan<byte> bytes, out VirtualPath path) => VirtualPath.TryParse(bytes, StartDirectory, out path);

    internal void LogEntryLeftOut() => SftpLog.EntryLeftOut(_logger, _grant.SessionId, _grant.ConnectionId);

    private void BreakProtocol(string reason)
    {
        SftpLog.ProtocolBroken(_logger, _grant.SessionId, _grant.ConnectionId, reason);
        End(1);
    }

    private void ExitIfDone()
    {
        if (_peerIsDone && _phase <= SftpPhase.Open && !_isBusy && ReadCount == 0)
        {
            End(0);
        }
    }

    private void End(uint status)
    {
        FlushReplies();
        _phase = SftpPhase.Ended;
        DropReads();
        DropWrites();
        _channel.Exit(status);
    }

    /// <summary>
    /// Ends what runs, and lets go of the handles once nothing uses them any more: a file that the client did not close is given up, never taken for whole.
    /// Not with the turn held.
    /// </summary>
    private async Task ReleaseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        CancellationTokenSource lifetime = LifetimeSource();
        await lifetime.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What was open is closed whatever happened.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, "answer");
        }

        List<SftpHandle> handles;
        lock (_channel.Turn)
        {
            handles = Handles.RemoveAll();
        }

        foreach (SftpHandle handle in handles)
        {
            await AbandonAsync(handle).ConfigureAwait(false);
        }

        lifetime.Dispose();
        _grant.ReleaseFiles();
    }

    private CancellationTokenSource LifetimeSource()
    {
        if (Volatile.Read(ref _lifetime) is { } made)
        {
            return made;
        }

        var source = CancellationTokenSource.CreateLinkedTokenSource(_grant.Ended);
        if (Interlocked.CompareExchange(ref _lifetime, source, null) is not { } earlier)
        {
            return source;
        }

        source.Dispose();
        return earlier;
    }

    private async Task AbandonAsync(SftpHandle handle)
    {
        try
        {
            CountClosed(handle);
            await handle.AbandonAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A backend that throws must not keep the other handles open.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, "abandon");
        }
    }

    /// <summary>Closes what was opened and takes it out of the figures.</summary>
    internal ValueTask<StorageResult> CloseHandleAsync(SftpHandle handle)
    {
        CountClosed(handle);
        return handle.CloseAsync();
    }

    private void CountClosed(SftpHandle handle)
    {
        if (handle is SftpFile file)
        {
            Meter.EndTransfer(file.Transfer);
        }

        _metrics.HandleClosed();
    }
}
