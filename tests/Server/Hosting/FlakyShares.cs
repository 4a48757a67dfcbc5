using System.Collections.Concurrent;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;

namespace Hpc.Server.Tests.Hosting;

/// <summary>Shares in memory that cannot be read when told so.</summary>
internal sealed class FlakyShares : IShareDirectory
{
    public ConcurrentDictionary<string, Share> Stored { get; } = new(StringComparer.Ordinal);

    public bool IsBroken { get; set; }

    public ValueTask<Share?> FindShareAsync(string id, CancellationToken ct) => IsBroken ? throw new IOException("broken") : new(Stored.GetValueOrDefault(id));
}
