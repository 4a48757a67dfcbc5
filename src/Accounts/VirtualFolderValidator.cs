namespace Hpc.Accounts;

/// <summary>Checks a virtual folder before it is stored.</summary>
public static class VirtualFolderValidator
{
    /// <summary>Longest description, in UTF-16 units.</summary>
    public const int MaxDescriptionLength = 1024;

    private const string AllowedPath = "an absolute path of this machine like /srv/reports, at most 4096 bytes of UTF-8, without '.', '..', '//', a slash at the end or control characters";

    /// <summary>Everything that is wrong; empty if the folder can be stored.</summary>
    public static IReadOnlyList<UserAccountError> Validate(VirtualFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var errors = new List<UserAccountError>();
        if (!UserNameRules.IsValid(folder.Name))
        {
            errors.Add(new(nameof(folder.Name), ValidationText.Show(folder.Name), UserNameRules.Allowed));
        }

        // One spelling, as for virtual paths.
        if (!VirtualPathRules.IsValid(folder.MappedPath))
        {
            errors.Add(new(nameof(folder.MappedPath), ValidationText.Show(folder.MappedPath), AllowedPath));
        }

        if (folder.Description is not { Length: <= MaxDescriptionLength } || !VirtualPathRules.IsPlainText(folder.Description))
        {
            errors.Add(new(nameof(folder.Description), ValidationText.Show(folder.Description), $"one line of at most {MaxDescriptionLength} characters"));
        }

        return errors;
    }
}
