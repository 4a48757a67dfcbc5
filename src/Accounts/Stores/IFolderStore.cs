using Hpc.Accounts.Lookup;

namespace Hpc.Accounts.Stores;

/// <summary>
/// The virtual folders. Expected outcomes are results; an exception means that the store does not work.
/// Safe for any number of callers at once, and never blocks the calling thread. A change of a folder is a change in <see cref="Lookup.IAccountDirectory.GetChangeStampAsync"/>.
/// </summary>
public interface IFolderStore : IFolderDirectory
{
    /// <summary>Folders in the order of their names' UTF-8 bytes, from the first behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to <see cref="IUserStore.MaxPage"/>).</summary>
    ValueTask<IReadOnlyList<VirtualFolder>> ListFoldersAsync(string? after, int limit, CancellationToken ct);

    /// <summary>Stores a new folder as version 1: done, already exists or invalid.</summary>
    ValueTask<FolderStoreResult> AddFolderAsync(VirtualFolder folder, CancellationToken ct);

    /// <summary>Replaces a folder whose stored version is that of <paramref name="folder"/>, and raises it by one: done, not found, version conflict or invalid.</summary>
    ValueTask<FolderStoreResult> UpdateFolderAsync(VirtualFolder folder, CancellationToken ct);

    /// <summary>Removes a folder and its mounts in all users, never files: done or not found.</summary>
    ValueTask<UserStoreOutcome> DeleteFolderAsync(string name, CancellationToken ct);

    /// <summary>Names of the users that mount the folder, in order, at most <paramref name="limit"/> (1 to <see cref="IUserStore.MaxPage"/>).</summary>
    ValueTask<IReadOnlyList<string>> ListFolderUsersAsync(string name, int limit, CancellationToken ct);
}
