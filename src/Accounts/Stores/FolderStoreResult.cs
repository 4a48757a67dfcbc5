namespace Hpc.Accounts.Stores;

/// <summary>Outcome of a change to the folder store.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Folder">The folder as it is stored now, with its new version; null unless it was added or updated.</param>
/// <param name="Errors">What is wrong; empty unless <see cref="UserStoreOutcome.Invalid"/>.</param>
public sealed record FolderStoreResult(UserStoreOutcome Outcome, VirtualFolder? Folder, IReadOnlyList<UserAccountError> Errors)
{
    /// <summary>A change that did not happen.</summary>
    public static FolderStoreResult Failed(UserStoreOutcome outcome) => new(outcome, null, []);

    /// <summary>A folder that may not be stored.</summary>
    public static FolderStoreResult Invalid(IReadOnlyList<UserAccountError> errors) => new(UserStoreOutcome.Invalid, null, errors);

    /// <summary>A stored folder.</summary>
    public static FolderStoreResult Stored(VirtualFolder folder) => new(UserStoreOutcome.Done, folder, []);
}
