using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Scp;

// Records and acknowledgements.
internal sealed partial class ScpProgram
{
    private readonly byte[] _message = new byte[ScpRecord.MaxLength];
    private int _messageLength;

    /// <summary>The message that was read, without its line feed; valid until the next is asked for.</summary>
    public ReadOnlySpan<byte> Message => _message.AsSpan(0, _messageLength);

    /// <summary>Reads a record or an acknowledgement; false if the peer sends no more.</summary>
    public async ValueTask<bool> ReadMessageAsync()
    {
        ScpWake wake = await BeginInput(Wanted.Message).ConfigureAwait(false);
        ThrowIfClosed(wake);
        if (wake == ScpWake.TooLong)
        {
            throw new ScpProtocolException("protocol error: record too long");
        }

        if (wake == ScpWake.EndOfInput && _messageLength > 0)
        {
            throw new ScpProtocolException("lost connection");
        }

        return wake == ScpWake.Done;
    }

    /// <summary>Writes a record or an acknowledgement, once what was written before is on its way: a peer that does not read costs one message.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message)
    {
        while (true)
        {
            ValueTask<ScpWake> wake = default;
            bool isWritten = false;
            lock (_channel.Turn)
            {
                if (_isClosed)
                {
                    throw new OperationCanceledException();
                }

                if (_channel.CanWrite)
                {
                    _channel.Write(message.Span);
                    isWritten = true;
                }
                else
                {
                    wake = Await(Wanted.Writable);
                }
            }

            _channel.Flush();
            if (isWritten)
            {
                return;
            }

            ThrowIfClosed(await wake.ConfigureAwait(false));
        }
    }

    public int OnData(ReadOnlySpan<byte> data)
    {
        Meter.Touch(Environment.TickCount64);
        return _wanted switch
        {
            Wanted.Message => TakeMessage(data),
            Wanted.Content => TakeContent(data),
            _ => _isOver ? data.Length : 0,
        };
    }

    private ValueTask<ScpWake> BeginInput(Wanted wanted)
    {
        ValueTask<ScpWake> wake;
        lock (_channel.Turn)
        {
            _messageLength = 0;
            wake = Await(wanted);
            if (!_isClosed)
            {
                _channel.Resume();
            }

            if (_wanted == wanted && _peerIsDone)
            {
                Wake(ScpWake.EndOfInput);
            }
        }

        _channel.Flush();
        return wake;
    }

    // An acknowledgement is a single 0; everything else ends with a line feed.
    private int TakeMessage(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return 0;
        }

        if (_messageLength == 0 && data[0] == 0)
        {
            _message[_messageLength++] = 0;
            Wake(ScpWake.Done);
            return 1;
        }

        int end = data.IndexOf((byte)'\n');
        ReadOnlySpan<byte> part = end < 0 ? data : data[..end];
        if (part.Length > _message.Length - _messageLength)
        {
            Wake(ScpWake.TooLong);
            return data.Length;
        }

        part.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += part.Length;
        if (end >= 0)
        {
            Wake(ScpWake.Done);
        }

        return end < 0 ? part.Length : part.Length + 1;
    }
}
