namespace Hpc.Accounts.Stores;

/// <summary>Errors that a store alone can tell.</summary>
public static class FolderErrors
{
    /// <summary>One error for each mount of a folder that does not exist.</summary>
    public static List<UserAccountError> Unknown(UserAccount user, Func<string, bool> exists)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(exists);
        var errors = new List<UserAccountError>();
        for (int i = 0; i < user.Folders.Count; i++)
        {
            string name = user.Folders[i].FolderName;
            if (!exists(name))
            {
                errors.Add(new(
                    $"{nameof(user.Folders)}[{i}].{nameof(FolderMount.FolderName)}",
                    $"{ValidationText.Show(name)}, which is no folder",
                    "a folder that 'hpc folder list' shows; 'hpc folder add' makes one"));
            }
        }

        return errors;
    }
}
