using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

internal sealed class FakeGrant(IFileSystem files) : SessionGrant, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public override string SessionId => "0123456789abcdef";

    public override string ConnectionId => "c7";

    public override IFileSystem Files => files;

    public string Start { get; set; } = "/";

    public override VirtualPath StartDirectory => VirtualPath.TryParse(Start, VirtualPath.Root, out VirtualPath path) ? path : throw new InvalidOperationException(Start);

    /// <summary>The protocols that files were asked for.</summary>
    public List<string> Protocols { get; } = [];

    public override IFileSystem FilesFor(string protocol)
    {
        Protocols.Add(protocol);
        return files;
    }

    /// <summary>Programs that still need the files.</summary>
    public int Holds;

    public override void HoldFiles() => Interlocked.Increment(ref Holds);

    public override void ReleaseFiles() => Interlocked.Decrement(ref Holds);

    public override CancellationToken Ended => _ended.Token;

    public override SessionEndReason EndReason => SessionEndReason.Kicked;

    public void Dispose() => _ended.Dispose();

    public void End() => _ended.Cancel();

    public override void Close(SessionEndReason reason)
    {
    }
}
