using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.Benchmarks.Support;

/// <summary>Opens a session for everybody who got through the login.</summary>
internal sealed class OpenGate(IFileSystem files) : ISessionGate
{
    public ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct) => new(new OpenGrant(files));
}
