using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Ssh.Client;

/// <summary>Lets asynchronous code read and write a channel. What it has not read stays in the channel, so that the window bounds it.</summary>
internal sealed class ClientChannel(SshChannel channel) : IChannelProgram, IClientChannel
{
    // Completed on the thread pool, never with the turn held.
    private TaskCompletionSource<int>? _reader;
    private TaskCompletionSource? _writer;
    private TaskCompletionSource<bool>? _reply;
    private Memory<byte> _target;
    private int _filled;
    private bool _isAtEnd;
    private bool _isClosed;

    public uint? ExitStatus { get; set; }

    /// <summary>Text that the server sent to extended data (stderr), bounded.</summary>
    public List<byte> Errors { get; } = [];

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        Task<int> reading;
        lock (channel.Turn)
        {
            if (_isAtEnd || buffer.IsEmpty)
            {
                return 0;
            }

            _target = buffer;
            _filled = 0;
            channel.Resume();
            if (_filled > 0 || _isAtEnd)
            {
                reading = Task.FromResult(EndRead());
            }
            else
            {
                _reader = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                reading = _reader.Task;
            }
        }

        channel.Flush();
        using CancellationTokenRegistration cancelled = reading.IsCompleted ? default : ct.UnsafeRegister(
            static (state, token) => ((ClientChannel)state!).CancelRead(token), this);
        return await reading.ConfigureAwait(false);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        while (true)
        {
            Task room;
            lock (channel.Turn)
            {
                if (_isClosed)
                {
                    throw new IOException("The channel is closed.");
                }

                if (channel.CanWrite)
                {
                    channel.Write(data.Span);
                    room = Task.CompletedTask;
                }
                else
                {
                    _writer ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    room = _writer.Task;
                }
            }

            channel.Flush();
            if (room.IsCompletedSuccessfully)
            {
                return;
            }

            await room.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    public void SendEof()
    {
        lock (channel.Turn)
        {
            channel.SendEof();
        }

        channel.Flush();
    }

    public ValueTask DisposeAsync()
    {
        lock (channel.Turn)
        {
            channel.Close();
        }

        channel.Flush();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for CHANNEL_SUCCESS or CHANNEL_FAILURE; with the turn held.</summary>
    public Task<bool> ExpectReply()
    {
        _reply = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _reply.Task;
    }

    public void OnReply(bool isSuccess)
    {
        if (_reply is null)
        {
            throw SshProtocolException.Violation("a reply without a request of ours");
        }

        _reply.TrySetResult(isSuccess);
        _reply = null;
    }

    bool IChannelProgram.ReadsAfterClose => true;

    int IChannelProgram.OnData(ReadOnlySpan<byte> data)
    {
        int count = Math.Min(data.Length, _target.Length - _filled);
        data[..count].CopyTo(_target.Span[_filled..]);
        _filled += count;
        return count;
    }

    void IChannelProgram.OnBatchEnd()
    {
        if (_filled > 0 && _reader is not null)
        {
            CompleteRead();
        }
    }

    void IChannelProgram.OnEof()
    {
        _isAtEnd = true;
        CompleteRead();
    }

    void IChannelProgram.OnWritable()
    {
        _writer?.TrySetResult();
        _writer = null;
    }

    void IChannelProgram.Produce(ref BulkWriter writer)
    {
    }

    void IChannelProgram.OnClosed()
    {
        _isClosed = true;
        _isAtEnd = true;
        CompleteRead();
        _writer?.TrySetException(new IOException("The channel is closed."));
        _writer = null;
        _reply?.TrySetException(new IOException("The channel is closed."));
        _reply = null;
    }

    private void CompleteRead()
    {
        TaskCompletionSource<int>? reader = _reader;
        _reader = null;
        int filled = EndRead();
        reader?.TrySetResult(filled);
    }

    // Nothing is taken in until the next read gives a target.
    private int EndRead()
    {
        int filled = _filled;
        _target = default;
        _filled = 0;
        return filled;
    }

    private void CancelRead(CancellationToken ct)
    {
        lock (channel.Turn)
        {
            TaskCompletionSource<int>? reader = _reader;
            _reader = null;
            EndRead();
            reader?.TrySetCanceled(ct);
        }
    }
}
