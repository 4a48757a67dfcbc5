namespace Hpc.Server.Hosting;

/// <summary>What became of an account while its sessions were open.</summary>
internal enum AccountChange
{
    None,
    Changed,
    Disabled,
    Expired,
    Removed,
}
