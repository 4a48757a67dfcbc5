namespace Hpc.Storage;

/// <summary>Tells whether two names are one file while it exists: device and inode on this machine. Default if unknown.</summary>
/// <param name="Volume">The device or store.</param>
/// <param name="Number">The file on it; 0 if unknown.</param>
public readonly record struct FileIdentity(ulong Volume, ulong Number)
{
    /// <summary>False if the backend does not say.</summary>
    public bool IsKnown => Number != 0;
}
