using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.Benchmarks.Support;

/// <summary>A session that nobody ends.</summary>
internal sealed class OpenGrant(IFileSystem files) : SessionGrant
{
    public override string SessionId => "0000000000000001";

    public override IFileSystem Files => files;

    public override CancellationToken Ended => CancellationToken.None;

    public override SessionEndReason EndReason => SessionEndReason.ClosedByPeer;

    public override void Close(SessionEndReason reason)
    {
    }
}
