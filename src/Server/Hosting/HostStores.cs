using Hpc.Accounts.Lookup;
using Hpc.Accounts.Usage;
using Hpc.Server.Clustering;
using Hpc.Server.Provision;

namespace Hpc.Server.Hosting;

/// <summary>Where a server keeps what outlives it. All stay the caller's.</summary>
/// <param name="Users">Who may log in.</param>
/// <param name="Folders">The virtual folders.</param>
/// <param name="Usage">What users and folders have in use.</param>
internal sealed record HostStores(IAccountDirectory Users, IFolderDirectory Folders, IUsageStore Usage)
{
    /// <summary>The directories of this machine that they are in, which no user may have.</summary>
    public PrivateDirectories Private { get; init; } = PrivateDirectories.None;

    /// <summary>Who reserves what is used: a name that no other node of the same stores has, the same after a restart.</summary>
    public string NodeId { get; init; } = NodeIdFile.Alone;

    /// <summary>The nodes that this one shares limits with; null for none.</summary>
    public ClusterStart? Cluster { get; init; }

    /// <summary>All that there is about accounts; null where there is one user alone, and no REST API.</summary>
    public AccountStack? Accounts { get; init; }

    /// <summary>Who is made the first administrator where there is none; null for nobody.</summary>
    public DefaultAdmin? DefaultAdmin { get; init; }
}
