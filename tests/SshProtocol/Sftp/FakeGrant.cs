using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

internal sealed class FakeGrant(IFileSystem files) : SessionGrant, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public override string SessionId => "0123456789abcdef";

    public override IFileSystem Files => files;

    public override CancellationToken Ended => _ended.Token;

    public override SessionEndReason EndReason => SessionEndReason.Kicked;

    public void Dispose() => _ended.Dispose();

    public void End() => _ended.Cancel();

    public override void Close(SessionEndReason reason)
    {
    }
}
