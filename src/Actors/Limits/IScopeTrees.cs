using Hpc.Storage;

namespace Hpc.Actors.Limits;

/// <summary>Finds the files that count in a scope.</summary>
public interface IScopeTrees
{
    /// <summary>Whether there is such a user or folder. An exception if nobody knows.</summary>
    ValueTask<bool> ExistsAsync(string scope, CancellationToken ct);

    /// <summary>
    /// Opens the files of a scope; whoever asked disposes those of them that can be. <see cref="StorageError.NotFound"/> if there is no such user or folder;
    /// another error if there is one and its files cannot be reached.
    /// </summary>
    ValueTask<StorageResult<ScopeTree>> OpenAsync(string scope, CancellationToken ct);
}
