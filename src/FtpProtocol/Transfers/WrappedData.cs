using System.Net;
using System.Runtime.InteropServices;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>A data connection whose bytes are changed on their way. It owns the connection below it.</summary>
internal abstract class WrappedData(DataConnection inner) : DataConnection
{
    public override IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public override bool IsActive => inner.IsActive;

    /// <summary>Nothing may pass by what changes the bytes.</summary>
    public override SafeHandle? RawSocket => null;

    public override long Moved => inner.Moved;

    public override long Progress => inner.Progress;

    protected DataConnection Inner => inner;

    public override void AddMoved(long bytes) => inner.AddMoved(bytes);

    public override ValueTask WaitReadableAsync(CancellationToken ct) => inner.WaitReadableAsync(ct);

    public override ValueTask CompleteAsync(CancellationToken ct) => inner.CompleteAsync(ct);

    public override void Abort() => inner.Abort();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
