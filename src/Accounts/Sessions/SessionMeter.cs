using System.Collections.Concurrent;

namespace Hpc.Accounts.Sessions;

/// <summary>
/// Live figures of one session. Counters are written by the session's data plane (one writer at a time) and read by anybody;
/// a reader may see a value that is a moment old.
/// </summary>
public sealed class SessionMeter
{
    private long _bytesReceived;
    private long _bytesSent;
    private long _lastActivity = Environment.TickCount64;
    private static readonly ConcurrentDictionary<long, TransferMeter> None = new(concurrencyLevel: 1, capacity: 1);

    private ConcurrentDictionary<long, TransferMeter>? _transfers;
    private long _nextTransferId;
    private int _openHandles;
    private int _waiting;

    /// <summary>File bytes received from the peer (uploads).</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>File bytes sent to the peer (downloads).</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>When the peer last did something, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastActivity => Volatile.Read(ref _lastActivity);

    /// <summary>Files open for transfer now; see <see cref="BeginTransfer"/>.</summary>
    /// <remarks>Made small and with the first: many sessions never have one, most have one writer.</remarks>
    public IReadOnlyDictionary<long, TransferMeter> Transfers => Volatile.Read(ref _transfers) ?? None;

    /// <summary>Files and directories that all channels of the session have open.</summary>
    public int OpenHandles => Volatile.Read(ref _openHandles);

    /// <summary>True while a transfer waits for what the server holds back (bandwidth): the session is not idle then.</summary>
    public bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    /// <summary>An operation begins to wait for what the server holds back; <see cref="EndWait"/> follows, whatever becomes of it. Any number at a time.</summary>
    public void BeginWait() => Interlocked.Increment(ref _waiting);

    /// <summary>The wait is over.</summary>
    /// <param name="tickCount">From which on the peer counts as idle, if nothing follows.</param>
    public void EndWait(long tickCount)
    {
        Touch(tickCount);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Counts handles that were opened (positive) or closed (negative).</summary>
    public void AddHandles(int count) => Interlocked.Add(ref _openHandles, count);

    /// <summary>Notes that the peer did something.</summary>
    public void Touch(long tickCount) => Volatile.Write(ref _lastActivity, tickCount);

    /// <summary>Counts uploaded bytes.</summary>
    public void AddReceived(long bytes) => Volatile.Write(ref _bytesReceived, _bytesReceived + bytes);

    /// <summary>Counts downloaded bytes.</summary>
    public void AddSent(long bytes) => Volatile.Write(ref _bytesSent, _bytesSent + bytes);

    /// <summary>Registers an open file.</summary>
    public TransferMeter BeginTransfer(string virtualPath, bool isUpload)
    {
        var transfer = new TransferMeter(Interlocked.Increment(ref _nextTransferId), virtualPath, isUpload);
        ConcurrentDictionary<long, TransferMeter> transfers = Volatile.Read(ref _transfers)
            ?? Interlocked.CompareExchange(ref _transfers, new(concurrencyLevel: 1, capacity: 1), null)
            ?? _transfers;
        transfers[transfer.Id] = transfer;
        return transfer;
    }

    /// <summary>Removes an open file.</summary>
    public void EndTransfer(TransferMeter transfer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        Volatile.Read(ref _transfers)?.TryRemove(transfer.Id, out _);
    }
}

/// <summary>Live figures of one open file of a session.</summary>
/// <param name="id">Unique in the session.</param>
/// <param name="virtualPath">The file as the user sees it.</param>
/// <param name="isUpload">True if the handle can write.</param>
public sealed class TransferMeter(long id, string virtualPath, bool isUpload)
{
    private long _bytes;

    /// <summary>Unique in the session.</summary>
    public long Id { get; } = id;

    /// <summary>The file as the user sees it.</summary>
    public string VirtualPath { get; } = virtualPath;

    /// <summary>True if the handle can write.</summary>
    public bool IsUpload { get; } = isUpload;

    /// <summary>When it was opened, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long StartedAt { get; } = Environment.TickCount64;

    /// <summary>File bytes moved so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Counts moved bytes (one writer at a time).</summary>
    public void Add(long bytes) => Volatile.Write(ref _bytes, _bytes + bytes);
}
