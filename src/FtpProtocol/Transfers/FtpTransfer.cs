using Hpc.FtpProtocol.Control;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>What a command moves over a data connection. Everything that can be refused without one is refused before it is made.</summary>
internal abstract class FtpTransfer : IAsyncDisposable
{
    /// <summary>Text of the reply 150.</summary>
    public abstract string Opening { get; }

    /// <summary>Bytes moved on the data connection so far, for STAT; read by other threads.</summary>
    public abstract long Moved { get; }

    /// <summary>True while storage, and not the peer, is what is waited for; read by other threads.</summary>
    public virtual bool IsHeldUp => false;

    /// <summary>False for long work without a data connection: it has no 150 and gets none, and runs beside the loop all the same, so that ABOR is heard.</summary>
    public virtual bool UsesData => true;

    /// <summary>True if it may be over before its client could have read the 150.</summary>
    public virtual bool IsShort => false;

    /// <summary>
    /// Moves everything and says what is replied. An upload is complete on storage before it says 226. A download has called <see cref="DataConnection.CompleteAsync"/> before it says 226.
    /// Cancelled by ABOR, by the end of the session and by a data connection that stands still; it never throws for what a peer or storage does.
    /// </summary>
    public abstract ValueTask<FtpReply> RunAsync(DataConnection data, CancellationToken ct);

    /// <summary>Gives up what is open. An upload that has not said 226 does not count as whole.</summary>
    public abstract ValueTask DisposeAsync();
}
