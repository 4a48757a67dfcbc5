using System.Net;
using System.Runtime.InteropServices;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Tests.Transfers;

/// <summary>A data connection whose peer has sent <paramref name="incoming"/> and takes everything, in pieces as random as its seed.</summary>
internal sealed class FakeData(byte[] incoming, int seed = 0, int mostAtOnce = int.MaxValue) : DataConnection
{
    private readonly Random _random = new(seed);
    private readonly MemoryStream _sent = new();
    private int _position;

    public byte[] Sent => _sent.ToArray();

    /// <summary>The longest piece that was sent.</summary>
    public int Longest { get; private set; }

    public bool IsCompleted { get; private set; }

    public bool IsAborted { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Thrown instead of the end of what comes in.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Waits for ever at the end of what comes in, until it is cancelled.</summary>
    public bool Hangs { get; set; }

    public override IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 1);

    public override bool IsActive => false;

    public override SafeHandle? RawSocket => null;

    public override long Moved => _position + _sent.Length;

    public override void AddMoved(long bytes) => throw new NotSupportedException();

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        await WaitReadableAsync(ct);
        buffer.IsEmpty.ShouldBeFalse();
        int count = Math.Min(Math.Min(buffer.Length, incoming.Length - _position), seed == 0 ? mostAtOnce : _random.Next(1, mostAtOnce));
        incoming.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override async ValueTask WaitReadableAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (seed != 0 && _random.Next(2) == 0)
        {
            await Task.Yield();
        }

        if (_position == incoming.Length && Hangs)
        {
            await Task.Delay(Timeout.Infinite, ct);
        }

        if (_position == incoming.Length && Fault is { } fault)
        {
            throw fault;
        }
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IsCompleted.ShouldBeFalse();
        if (Fault is { } fault)
        {
            throw fault;
        }

        // Read late, so that memory that was given back too early is seen.
        if (seed != 0)
        {
            await Task.Yield();
        }

        Longest = Math.Max(Longest, data.Length);
        _sent.Write(data.Span);
    }

    public override ValueTask CompleteAsync(CancellationToken ct)
    {
        IsCompleted = true;
        return default;
    }

    public override void Abort() => IsAborted = true;

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
