using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;

namespace Hpc.Server.Hosting;

/// <summary>Where a server keeps what outlives it. All stay the caller's.</summary>
/// <param name="Users">Who may log in.</param>
/// <param name="Folders">The virtual folders.</param>
/// <param name="Usage">What users and folders have in use.</param>
internal sealed record HostStores(IUserStore Users, IFolderStore Folders, IUsageStore Usage)
{
    /// <summary>The directories of this machine that they are in, which no user may have.</summary>
    public PrivateDirectories Private { get; init; } = PrivateDirectories.None;
}
