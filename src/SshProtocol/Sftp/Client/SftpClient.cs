using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Client;

/// <summary>
/// An SFTP version 3 client over a channel. Any number of requests may be outstanding and called for from any thread; replies find their request by its id.
/// </summary>
internal sealed partial class SftpClient : IAsyncDisposable
{
    private const int MaxPacketLength = 1024 * 1024;
    private const int ReceiveLength = 64 * 1024;

    // What a session holds that waits for nothing: programs with thousands of sessions have thousands of these.
    private const int IdleLength = 512;

    private readonly IClientChannel _channel;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Dictionary<string, byte[]> _extensions = new(StringComparer.Ordinal);

    // Guards _pending, _nextId and _failure.
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, TaskCompletionSource<SftpPacket>> _pending = [];
    private uint _nextId;
    private Exception? _failure;
    private Task _receiving = Task.CompletedTask;

    private SftpClient(IClientChannel channel) => _channel = channel;

    /// <summary>Version that the server chose.</summary>
    public uint Version { get; private set; }

    /// <summary>What the server announced: name and data.</summary>
    public IReadOnlyDictionary<string, byte[]> Extensions => _extensions;

    /// <summary>Exchanges INIT and VERSION. The client owns the channel from here on.</summary>
    public static async Task<SftpClient> StartAsync(IClientChannel channel, CancellationToken ct)
    {
        var client = new SftpClient(channel);
        var version = new TaskCompletionSource<SftpPacket>(TaskCreationOptions.RunContinuationsAsynchronously);
        client._pending.Add(SftpLimits.Version, version);
        client._nextId = SftpLimits.Version;
        client._receiving = client.ReceiveAsync();
        await channel.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpMessageType.Init, 0, 0, 0, (byte)SftpLimits.Version }, ct).ConfigureAwait(false);
        using SftpPacket packet = await version.Task.WaitAsync(ct).ConfigureAwait(false);
        client.ReadVersion(packet);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _sending.Dispose();
        _lifetime.Dispose();
    }

    /// <summary>Sends a request and gives the task of its reply; the caller disposes the reply. Completes once the request is sent.</summary>
    public async ValueTask<Task<SftpPacket>> SendAsync(SftpMessageType type, ReadOnlyMemory<byte> fields, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        var reply = new TaskCompletionSource<SftpPacket>(TaskCreationOptions.RunContinuationsAsynchronously);
        uint id = Register(reply);
        int length = SftpLimits.HeaderLength + fields.Length + data.Length;
        byte[] request = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            BinaryPrimitives.WriteUInt32BigEndian(request, (uint)length - 4);
            request[4] = (byte)type;
            BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(5), id);
            fields.CopyTo(request.AsMemory(SftpLimits.HeaderLength));
            data.CopyTo(request.AsMemory(SftpLimits.HeaderLength + fields.Length));
            await _sending.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                await _channel.WriteAsync(request.AsMemory(0, length), ct).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch
        {
            lock (_lock)
            {
                _pending.Remove(id);
            }

            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(request);
        }

        return reply.Task;
    }

    /// <summary>Sends a request and waits for its reply, which must be of this type; a STATUS becomes an exception.</summary>
    public async Task<SftpPacket> AskAsync(SftpMessageType type, ReadOnlyMemory<byte> fields, SftpMessageType expected, CancellationToken ct)
    {
        Task<SftpPacket> reply = await SendAsync(type, fields, default, ct).ConfigureAwait(false);
        SftpPacket packet = await reply.WaitAsync(ct).ConfigureAwait(false);
        if (packet.Type == expected)
        {
            return packet;
        }

        using (packet)
        {
            throw ToException(packet);
        }
    }

    /// <summary>Sends a request whose reply is a STATUS.</summary>
    public async Task DoAsync(SftpMessageType type, ReadOnlyMemory<byte> fields, CancellationToken ct)
    {
        using SftpPacket packet = await AskAsync(type, fields, SftpMessageType.Status, ct).ConfigureAwait(false);
        ThrowUnlessOk(packet);
    }

    internal static void ThrowUnlessOk(SftpPacket packet)
    {
        SftpClientException exception = ToException(packet);
        if (exception.Status != SftpStatus.Ok)
        {
            throw exception;
        }
    }

    internal static SftpClientException ToException(SftpPacket packet)
    {
        var reader = new WireReader(packet.Body.Span);
        if (packet.Type != SftpMessageType.Status || !reader.TryReadUInt32(out uint status))
        {
            return new SftpClientException(SftpStatus.BadMessage, $"The server answered with an unexpected {packet.Type}.");
        }

        reader.TryReadString(out ReadOnlySpan<byte> text);
        return new SftpClientException((SftpStatus)status, Encoding.UTF8.GetString(text));
    }

    private uint Register(TaskCompletionSource<SftpPacket> reply)
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw new IOException("The SFTP session is over.", _failure);
            }

            uint id = unchecked(++_nextId);
            _pending.Add(id, reply);
            return id;
        }
    }

    private async Task ReceiveAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        byte[] idle = new byte[IdleLength];
        byte[] buffer = idle;
        int start = 0;
        int end = 0;
        Exception failure = new EndOfStreamException("The server closed the SFTP session.");
        try
        {
            while (true)
            {
                int needed = TakePackets(buffer, ref start, end);
                if (start > 0)
                {
                    Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
                    end -= start;
                    start = 0;
                }

                buffer = Fit(buffer, end, needed, idle);
                int read = await _channel.ReadAsync(buffer.AsMemory(end), _lifetime.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                end += read;
            }
        }
#pragma warning disable CA1031 // Handed to everybody who waits for a reply.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        Fail(failure);
    }

    /// <summary>A buffer for what is expected: a small one where nothing is, a large one elsewhere. Keeps the first <paramref name="filled"/> bytes.</summary>
    private byte[] Fit(byte[] buffer, int filled, int needed, byte[] idle)
    {
        bool expectsNothing;
        lock (_lock)
        {
            expectsNothing = filled == 0 && _pending.Count == 0;
        }

        if (expectsNothing)
        {
            ReturnUnless(buffer, idle);
            return idle;
        }

        if (ReferenceEquals(buffer, idle) || needed > buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, ReceiveLength));
            buffer.AsSpan(0, filled).CopyTo(larger);
            ReturnUnless(buffer, idle);
            return larger;
        }

        return buffer;
    }

    private static void ReturnUnless(byte[] buffer, byte[] idle)
    {
        if (!ReferenceEquals(buffer, idle))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Hands out the complete packets; returns the length of the incomplete one at the front, as far as it is known.</summary>
    private int TakePackets(byte[] buffer, ref int start, int end)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(start, end - start);
            if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out uint length))
            {
                return SftpLimits.HeaderLength;
            }

            if (length is < 5 or > MaxPacketLength)
            {
                throw new InvalidDataException($"The server sent an SFTP packet of {length} bytes.");
            }

            if (rest.Length < 4 + (int)length)
            {
                return 4 + (int)length;
            }

            Complete(rest[4..(4 + (int)length)]);
            start += 4 + (int)length;
        }
    }

    private void Complete(ReadOnlySpan<byte> packet)
    {
        uint id = BinaryPrimitives.ReadUInt32BigEndian(packet[1..]);
        TaskCompletionSource<SftpPacket>? reply;
        lock (_lock)
        {
            if (!_pending.Remove(id, out reply))
            {
                throw new InvalidDataException("The server answered a request that was not made.");
            }
        }

        byte[] body = ArrayPool<byte>.Shared.Rent(packet.Length - 5);
        packet[5..].CopyTo(body);
        reply.SetResult(new SftpPacket(body, (SftpMessageType)packet[0], packet.Length - 5));
    }

    private void Fail(Exception failure)
    {
        List<TaskCompletionSource<SftpPacket>> waiting;
        lock (_lock)
        {
            _failure = failure;
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (TaskCompletionSource<SftpPacket> reply in waiting)
        {
            reply.TrySetException(new IOException("The SFTP session is over.", failure));
        }
    }

    private void ReadVersion(SftpPacket packet)
    {
        if (packet.Type != SftpMessageType.Version)
        {
            throw ToException(packet);
        }

        Version = SftpLimits.Version;
        var reader = new WireReader(packet.Body.Span);
        while (reader.TryReadString(out ReadOnlySpan<byte> name) && reader.TryReadString(out ReadOnlySpan<byte> data))
        {
            _extensions[Encoding.UTF8.GetString(name)] = data.ToArray();
        }
    }
}
