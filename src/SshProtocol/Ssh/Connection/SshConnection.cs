using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Hpc.Crypto;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Connection;

/// <summary>
/// One SSH connection, in either role. Two loops move it: one receives, opens and handles packets, one lets channels produce, and sends.
/// Both, and whoever comes back from a worker, touch protocol state only with <see cref="Turn"/> held, which is never held across an await.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync owns the connection's life and frees everything in CloseAsync.")]
internal abstract partial class SshConnection
{
    // Messages in flight when a key exchange begins are answered after it; more than this is a flood.
    private const int MaxDeferredBytes = 256 * 1024;

    // What an array and its place in the list cost: most answers are a few bytes long.
    private const int DeferredOverhead = 40;

    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(3);

    private List<byte[]>? _deferred;
    private int _deferredBytes;
    private SshProtocolException? _failure;
    private ConnectionEndReason? _endReason;
    private volatile bool _isClosing;
    private ValueTask? _pending;

    protected SshConnection(IConnection connection, SshConnectionOptions options, BlockPool pool, ILogger logger)
    {
        Connection = connection;
        Options = options;
        Pool = pool;
        Logger = logger;
        _reader = new PacketReader(AlgorithmCatalog.CreatePlainOpener());
        _writer = new PacketWriter(connection.Output, AlgorithmCatalog.CreatePlainSealer());
    }

    /// <summary>Protocol state is touched by whoever holds this lock.</summary>
    public object Turn { get; } = new();

    public IConnection Connection { get; }

    public SshConnectionOptions Options { get; }

    public BlockPool Pool { get; }

    /// <summary>The peer's identification string; printable ASCII.</summary>
    public string PeerVersion => (Role == SshRole.Server ? _client : _server).Text;

    protected abstract SshRole Role { get; }

    protected SshPhase Phase { get; set; } = SshPhase.InitialKeyExchange;

    protected ILogger Logger { get; }

    /// <summary>True when the connection is over for the protocol and only says good-bye.</summary>
    protected bool IsEnding => _isClosing || _endReason is not null || Volatile.Read(ref _failure) is not null;

    /// <summary>Speaks SSH until the connection is over. Never throws for what the peer does.</summary>
    public async Task<ConnectionEndReason> RunAsync()
    {
        Task sending = Task.CompletedTask;
        CancellationTokenRegistration stopping = Connection.Stopping.UnsafeRegister(static state => ((SshConnection)state!).Stop(), this);
        try
        {
            lock (Turn)
            {
                BeginVersionExchange();
                sending = SendLoopAsync();
            }

            _sendSignal.Pulse();
            if (await ReceiveVersionAsync().ConfigureAwait(false))
            {
                Connection.SetHeartbeat(OnHeartbeat);
                await ReceiveLoopAsync().ConfigureAwait(false);
            }
        }
        catch (SshProtocolException exception)
        {
            End(exception);
        }
        catch (IOException)
        {
            End(ConnectionEndReason.ConnectionLost);
        }
        catch (OperationCanceledException)
        {
            End(_failure ?? DescribeStop());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SshLog.ConnectionFaulted(Logger, Connection.Id, exception);
            End(SshProtocolException.Ended(DisconnectReason.ByApplication, ConnectionEndReason.ServerFault, "internal error"));
        }

        await CloseAsync(sending).ConfigureAwait(false);
        await stopping.DisposeAsync().ConfigureAwait(false);
        return _endReason ?? ConnectionEndReason.ConnectionLost;
    }

    /// <summary>
    /// Ends the connection from any thread, with a DISCONNECT that says why; the first failure counts. The turn is not waited for:
    /// threads that look after many connections come here, and the receive loop finds the failure when it has its turn back.
    /// </summary>
    public void Fail(SshProtocolException failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Connection.Input.CancelPendingRead();
    }

    /// <summary>Ends the connection by a fault that a worker met.</summary>
    public void FailBy(Exception exception)
    {
        if (exception is not SshProtocolException violation)
        {
            SshLog.ConnectionFaulted(Logger, Connection.Id, exception);
            violation = SshProtocolException.Ended(DisconnectReason.ByApplication, ConnectionEndReason.ServerFault, "internal error");
        }

        Fail(violation);
    }

    /// <summary>Lets what was written by a worker with the turn held go out. Called without the turn.</summary>
    public void PulseSend()
    {
        Debug.Assert(!Monitor.IsEntered(Turn), "The turn is left before the send loop is woken.");
        _sendSignal.Pulse();
    }

    /// <summary>Why a stop from outside ends this connection, for the peer.</summary>
    protected virtual SshProtocolException DescribeStop() => SshProtocolException.Ended(
        DisconnectReason.ByApplication,
        Connection.StopReason,
        Connection.StopReason switch
        {
            ConnectionEndReason.ServerShutdown => "the server is shutting down",
            ConnectionEndReason.LoginGraceTimeout => "time for login is over",
            ConnectionEndReason.IdleTimeout => "idle for too long",
            ConnectionEndReason.Banned => "the address was banned",
            ConnectionEndReason.Kicked => "the session was ended by an operator",
            _ => "the connection was ended by the server",
        });

    /// <summary>Releases what a role holds; called once, with the turn held, when nothing more comes or goes.</summary>
    protected abstract void OnClosed(ConnectionEndReason reason);

    /// <summary>Called with the turn held when the service layer may begin: the first keys are up.</summary>
    protected abstract void OnKeysUp();

    /// <summary>Handles a message of the layers above transport and key exchange. The phase has been checked.</summary>
    protected abstract void OnMessage(MessageNumber number, ReadOnlySpan<byte> payload);

    /// <summary>
    /// Stops the receive loop after this packet until the operation is done: login steps and expensive key exchanges.
    /// The operation takes the turn itself when it comes back.
    /// </summary>
    protected void WaitFor(ValueTask operation)
    {
        if (operation.IsCompletedSuccessfully)
        {
            return;
        }

        Debug.Assert(_pending is null, "One operation holds up the receive loop at a time.");
        _pending = operation;
    }

    /// <summary>Sends a message; while a key exchange runs, it waits for the end of it (RFC 4253 §7.1).</summary>
    protected internal void Send(ReadOnlySpan<byte> payload)
    {
        if (_isClosing)
        {
            return;
        }

        if (!IsKeyExchangeRunning)
        {
            _writer.WritePacket(payload);
            return;
        }

        _deferredBytes += payload.Length + DeferredOverhead;
        if (_deferredBytes > MaxDeferredBytes)
        {
            throw SshProtocolException.LimitExceeded("too many messages during a key exchange");
        }

        (_deferred ??= []).Add(payload.ToArray());
    }

    private void SendDeferred()
    {
        foreach (byte[] payload in _deferred ?? [])
        {
            _writer.WritePacket(payload);
        }

        _deferred = null;
        _deferredBytes = 0;
    }

    private void Stop() => Fail(DescribeStop());

    private void End(ConnectionEndReason reason) => _endReason ??= reason;

    private void End(SshProtocolException exception)
    {
        lock (Turn)
        {
            if (_endReason is not null)
            {
                return;
            }

            _endReason = exception.EndReason;
            SshLog.ConnectionEnding(Logger, Connection.Id, Connection.RemoteEndPoint, exception.EndReason, exception.Message);
            try
            {
                SendDisconnect(exception.Reason, exception.Message);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // The good-bye is a courtesy; the end goes on without it.
                SshLog.LateFailure(Logger, Connection.Id, fault.Message);
            }
        }
    }

    /// <summary>Says good-bye; it goes out even in the middle of a key exchange (RFC 4253 §7.1 allows it).</summary>
    protected void SendDisconnect(DisconnectReason reason, string message)
    {
        Span<byte> payload = stackalloc byte[256];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.Disconnect);
        writer.WriteUInt32((uint)reason);
        writer.WriteString(message.Length <= 50 ? message : message[..50]);
        writer.WriteString("");
        _writer.WritePacket(writer.Written);
    }

    private async Task CloseAsync(Task sending)
    {
        if (_pending is { } pending)
        {
            _pending = null;
            await ObserveAsync(pending).ConfigureAwait(false);
        }

        _isClosing = true;
        _sendSignal.Pulse();
        try
        {
            await sending.WaitAsync(GoodbyeTime, Options.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The peer takes nothing any more.
            Connection.Abort(_endReason ?? ConnectionEndReason.ConnectionLost);
            await sending.ConfigureAwait(false);
        }

        lock (Turn)
        {
            try
            {
                CloseChannels();
            }
            finally
            {
                OnClosed(_endReason ?? ConnectionEndReason.ConnectionLost);
                DisposeKeyExchange();
                _windowTimer?.Dispose();
                _reader.Dispose();
                _writer.Dispose();
                _decompressor?.Dispose();
            }
        }

        await Connection.Input.CompleteAsync().ConfigureAwait(false);
        await Connection.Output.CompleteAsync().ConfigureAwait(false);
    }

    private async ValueTask ObserveAsync(ValueTask operation)
    {
        try
        {
            await operation.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SshLog.LateFailure(Logger, Connection.Id, exception.Message);
        }
    }
}
