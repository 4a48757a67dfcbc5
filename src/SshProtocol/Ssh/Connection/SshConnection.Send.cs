using System.IO.Pipelines;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // What may wait while a flush is under way; channels stop taking input beyond it.
    private const int OutboxLimit = 256 * 1024;

    private const int MaxFlushesInARow = 32;

    private readonly PacketWriter _writer;
    private readonly SendSignal _sendSignal = new();

    /// <summary>True while channel data may be written without piling up.</summary>
    internal bool CanSendData => !IsKeyExchangeRunning && !_isClosing && _writer.UnflushedBytes < OutboxLimit;

    internal PacketWriter Writer => _writer;

    private async Task SendLoopAsync()
    {
        try
        {
            while (!_isClosing || _writer.HasUnflushed)
            {
                if (!_isClosing)
                {
                    await _sendSignal.WaitAsync().ConfigureAwait(false);
                }

                int inARow = 0;
                while (TryBeginFlush(out ValueTask<FlushResult> flush))
                {
                    inARow = flush.IsCompleted ? inARow + 1 : 0;
                    FlushResult result = await flush.ConfigureAwait(false);
                    if (result.IsCompleted || result.IsCanceled)
                    {
                        Fail(SshProtocolException.Ended(DisconnectReason.ConnectionLost, ConnectionEndReason.ConnectionLost, "the peer does not read any more"));
                        return;
                    }

                    if (inARow >= MaxFlushesInARow)
                    {
                        // A peer that reads as fast as we write does not keep the thread that woke us.
                        inARow = 0;
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    }
                }
            }
        }
        catch (IOException)
        {
            Fail(SshProtocolException.Ended(DisconnectReason.ConnectionLost, ConnectionEndReason.ConnectionLost, "the connection broke"));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SshLog.ConnectionFaulted(Logger, Connection.Id, exception);
            Fail(SshProtocolException.Ended(DisconnectReason.ByApplication, ConnectionEndReason.ServerFault, "internal error"));
        }
    }

    private bool TryBeginFlush(out ValueTask<FlushResult> flush)
    {
        lock (Turn)
        {
            if (!_isClosing)
            {
                do
                {
                    LetChannelsWrite();
                }
                while (!_writer.HasUnflushed && CanChannelsGoOn);

                if (KeyExchangeState == KeyExchangeState.Done && NeedsRekey)
                {
                    BeginKeyExchange();
                }
            }

            _writer.CloseOpenPacket();
            _openChannel = null;
            if (!_writer.HasUnflushed)
            {
                flush = default;
                return false;
            }

            flush = Connection.Output.FlushAsync();
            return true;
        }
    }
}
