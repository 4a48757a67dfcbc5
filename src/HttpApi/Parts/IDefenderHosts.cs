using System.Net;
using Hpc.HttpApi.Models;

namespace Hpc.HttpApi.Parts;

/// <summary>Hosts with a score, or banned.</summary>
public interface IDefenderHosts
{
    /// <summary>All of them, at most 1,000.</summary>
    ValueTask<IReadOnlyList<DefenderEntry>> ListAsync(CancellationToken ct);

    /// <summary>One, or null.</summary>
    ValueTask<DefenderEntry?> FindAsync(IPAddress address, CancellationToken ct);

    /// <summary>Forgets the score and lifts the ban of one.</summary>
    ValueTask<HostRemovalResult> RemoveAsync(IPAddress address, CancellationToken ct);

    /// <summary>Bans one, for a time or, if it is 0, as long as any.</summary>
    ValueTask<HostBanResult> BanAsync(IPAddress address, TimeSpan time, CancellationToken ct) => new(HostBanResult.Off);
}

/// <summary>What became of a ban by hand.</summary>
public enum HostBanResult
{
    /// <summary>Nobody is banned here.</summary>
    Off,

    /// <summary>The host is banned.</summary>
    Done,

    /// <summary>It is a trusted proxy.</summary>
    IsProxy,

    /// <summary>There are as many bans by hand as there may be.</summary>
    Full,

    /// <summary>The host is banned on this node; other nodes could not be told yet.</summary>
    HereAlone,
}

/// <summary>What became of the end of a ban by hand.</summary>
public enum HostRemovalResult
{
    /// <summary>The host had neither score nor ban.</summary>
    Nothing,

    /// <summary>It has neither any more.</summary>
    Done,

    /// <summary>It has neither on this node; other nodes could not be told.</summary>
    HereAlone,
}
