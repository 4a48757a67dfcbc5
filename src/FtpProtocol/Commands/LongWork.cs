using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Commands;

/// <summary>What takes long and needs no data connection: it runs beside the session's loop, so that ABOR and the end of the connection are noticed meanwhile.</summary>
/// <param name="work">Says what is replied.</param>
internal sealed class LongWork(Func<CancellationToken, ValueTask<FtpReply>> work) : FtpTransfer
{
    /// <inheritdoc/>
    public override string Opening => "";

    /// <inheritdoc/>
    public override long Moved => 0;

    /// <inheritdoc/>
    public override bool IsHeldUp => true;

    /// <inheritdoc/>
    public override bool UsesData => false;

    /// <inheritdoc/>
    public override ValueTask<FtpReply> RunAsync(DataConnection data, CancellationToken ct) => work(ct);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
