using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.Fuzz.Tests.Host;

/// <summary>Opens every session, and remembers the grants so that each can be seen closed once.</summary>
internal sealed class FuzzGate(IFileSystem files) : ISessionGate
{
    private readonly List<FuzzGrant> _grants = [];

    public IReadOnlyList<FuzzGrant> Grants
    {
        get
        {
            lock (_grants)
            {
                return [.. _grants];
            }
        }
    }

    public ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        var grant = new FuzzGrant(files);
        lock (_grants)
        {
            _grants.Add(grant);
        }

        return ValueTask.FromResult<SessionGrant?>(grant);
    }
}
