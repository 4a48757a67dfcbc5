using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>A session that counts how often it is closed.</summary>
internal sealed class FuzzGrant(IFileSystem files) : SessionGrant, IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private int _closed;

    public override string SessionId => "00000000000000ff";

    public override IFileSystem Files { get; } = files;

    public override CancellationToken Ended => _ended.Token;

    public override SessionEndReason EndReason => SessionEndReason.Kicked;

    public int TimesClosed => Volatile.Read(ref _closed);

    public void Kick() => _ended.Cancel();

    public override void Close(SessionEndReason reason) => Interlocked.Increment(ref _closed);

    public void Dispose() => _ended.Dispose();
}
