namespace Hpc.Accounts.Lookup;

/// <summary>The virtual folders as those who count and clean them see them. An exception means that the store does not work.</summary>
public interface IFolderDirectory
{
    /// <summary>The folder of exactly this name, or null.</summary>
    ValueTask<VirtualFolder?> FindFolderAsync(string name, CancellationToken ct);
}
