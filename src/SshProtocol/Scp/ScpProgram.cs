using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Scp;

/// <summary>
/// The server side of the SCP protocol on a session channel. The order of records is a plain asynchronous method on a worker (<see cref="ScpSink"/>, <see cref="ScpSource"/>);
/// content moves in the connection's turn, between packets and file. While nothing is awaited from the peer its input stays in the channel, bounded by the window.
/// </summary>
internal sealed partial class ScpProgram : IChannelProgram
{
    private readonly ISessionChannel _channel;
    private readonly SessionGrant _grant;
    private readonly BlockPool _pool;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lifetime;
    private readonly ScpSignal _signal = new();
    private Task _running = Task.CompletedTask;
    private Wanted _wanted;
    private bool _peerIsDone;
    private bool _isOver;
    private bool _isClosed;

    private ScpProgram(ISessionChannel channel, SessionGrant grant, BlockPool pool, ILogger logger)
    {
        _channel = channel;
        _grant = grant;
        _pool = pool;
        _logger = logger;
        _lifetime = CancellationTokenSource.CreateLinkedTokenSource(grant.Ended);
        Lifetime = _lifetime.Token;
        Files = grant.FilesFor("SCP");
    }

    /// <summary>What the transfer waits for; changed with the turn held.</summary>
    private enum Wanted : byte
    {
        Nothing,
        Message,
        Content,
        Produce,
        Writable,
    }

    /// <summary>Cancelled when the channel or the session is over.</summary>
    public CancellationToken Lifetime { get; }

    public IFileSystem Files { get; }

    /// <summary>Where relative paths begin.</summary>
    public VirtualPath StartDirectory => _grant.StartDirectory;

    public SessionMeter Meter => _grant.Meter;

    /// <summary>Ends when nothing of the transfer runs any more.</summary>
    internal Task Released { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Makes the program of a command line; false if the line is no scp command. It begins on a worker, so after the answer to the request that is being handled.
    /// </summary>
    public static bool TryCreate(
        ReadOnlySpan<byte> line, ISessionChannel channel, SessionGrant grant, BlockPool pool, ScpOptions options, ILogger logger,
        [NotNullWhen(true)] out ScpProgram? program)
    {
        program = null;
        if (!ScpCommand.TryParse(line, out ScpCommand? command))
        {
            return false;
        }

        program = new ScpProgram(channel, grant, pool, logger);
        grant.HoldFiles();
        program._running = program.RunAsync(command, options);
        return true;
    }

    public void OnEof()
    {
        _peerIsDone = true;
        if (_wanted is Wanted.Message or Wanted.Content)
        {
            Wake(ScpWake.EndOfInput);
        }
    }

    public void OnWritable()
    {
        if (_wanted == Wanted.Writable)
        {
            Wake(ScpWake.Done);
        }
    }

    public void OnClosed()
    {
        _isClosed = true;
        DropRun();
        if (_wanted != Wanted.Nothing)
        {
            Wake(ScpWake.Closed);
        }

        Released = ReleaseAsync();
    }

    // Not with the turn held: what is cancelled goes on from here.
    private async Task ReleaseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _lifetime.CancelAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        finally
        {
            _lifetime.Dispose();
            _grant.ReleaseFiles();
        }
    }

    private async Task RunAsync(ScpCommand command, ScpOptions options)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        uint status = 1;
        try
        {
            status = await RunGuardedAsync(command, options).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isClosed || Lifetime.IsCancellationRequested)
        {
            // The channel or the session is over; there is nobody to tell.
        }
#pragma warning disable CA1031 // A fault ends the transfer, with a log line.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ScpLog.Faulted(_logger, exception, _grant.SessionId, _grant.ConnectionId);
        }

        ScpLog.Done(_logger, _grant.SessionId, _grant.ConnectionId, status);
        lock (_channel.Turn)
        {
            _isOver = true;
            if (!_isClosed)
            {
                _channel.Exit(status);
            }
        }

        _channel.Flush();
    }

    private async ValueTask<uint> RunGuardedAsync(ScpCommand command, ScpOptions options)
    {
        string reason;
        try
        {
            bool succeeded = command.IsSink
                ? await new ScpSink(this, command).RunAsync().ConfigureAwait(false)
                : await new ScpSource(this, command, options).RunAsync().ConfigureAwait(false);
            return succeeded ? 0u : 1u;
        }
        catch (ScpProtocolException exception)
        {
            reason = exception.Message;
            ScpLog.Ended(_logger, _grant.SessionId, _grant.ConnectionId, LogText.Printable(Encoding.UTF8.GetBytes(reason), 256));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            reason = "the server failed to do this; its log says why";
            ScpLog.Faulted(_logger, exception, _grant.SessionId, _grant.ConnectionId);
        }

        await WriteAsync(ScpText.Error(ScpText.FatalMark, reason)).ConfigureAwait(false);
        return 1;
    }

    /// <summary>Begins to wait. With the turn held.</summary>
    private ValueTask<ScpWake> Await(Wanted wanted)
    {
        ValueTask<ScpWake> wake = _signal.Begin();
        _wanted = wanted;
        if (_isClosed)
        {
            Wake(ScpWake.Closed);
        }

        return wake;
    }

    private void Wake(ScpWake wake)
    {
        _wanted = Wanted.Nothing;
        _signal.Set(wake);
    }

    private static void ThrowIfClosed(ScpWake wake)
    {
        if (wake == ScpWake.Closed)
        {
            throw new OperationCanceledException();
        }
    }
}
