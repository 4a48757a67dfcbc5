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

    /// <summary>Forgets the score and lifts the ban of one; false if there was neither.</summary>
    ValueTask<bool> RemoveAsync(IPAddress address, CancellationToken ct);
}
