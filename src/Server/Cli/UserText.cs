using System.Globalization;
using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>A user as lines for people.</summary>
internal static class UserText
{
    public static string Of(UserView user)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"User:        {LogEscape.Text(user.UserName)}");
        text.WriteLine($"Home:        {LogEscape.Text(user.HomeDirectory)}");
        text.WriteLine($"State:       {State(user.Enabled, user.ExpiresAt)}");
        text.WriteLine($"Expires:     {user.ExpiresAt?.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture) ?? "never"}");
        text.WriteLine($"Password:    {(user.HasPassword ? "yes" : "no")}");
        foreach (PublicKeyView key in user.PublicKeys)
        {
            text.WriteLine($"Public key:  {key.Type} {key.Fingerprint} {LogEscape.Text(key.Comment)}".TrimEnd());
        }

        WriteAccess(text, user);
        foreach (MountView mount in user.VirtualFolders)
        {
            text.WriteLine($"Folder:      {LogEscape.Text(mount.Name)} at {LogEscape.Text(mount.VirtualPath)}: {Describe(mount)}");
        }

        WriteLimits(text, user);
        return text.ToString();
    }

    /// <summary>In place of what is used.</summary>
    public const string NotCounted = "not counted yet; done when files are first changed, or by 'hpc user scan'";

    public static string State(bool isEnabled, DateTimeOffset? expiresAt) =>
        !isEnabled ? "disabled" : expiresAt <= TimeProvider.System.GetUtcNow() ? "expired" : "enabled";

    /// <summary>Bytes and files, or that there is no limit.</summary>
    public static string Quota(long bytes, long files) => (bytes, files) switch
    {
        (FolderMount.InUserQuota, _) => "the user's",
        (0, 0) => "none",
        (_, 0) => Size(bytes),
        (0, _) => Files(files),
        _ => $"{Size(bytes)}, {Files(files)}",
    };

    /// <summary>What there is, rounded.</summary>
    public static string Used(long bytes, long files) => $"{ByteSizeText.Rounded(bytes)}, {Files(files)}";

    /// <summary>The permissions in one cell.</summary>
    public static string Summary(UserAccount user)
    {
        string permissions = string.Join(',', user.Permissions);
        return user.DirectoryPermissions.Count == 0 ? permissions : $"{permissions} (+{user.DirectoryPermissions.Count})";
    }

    private static void WriteAccess(StringWriter text, UserView user)
    {
        foreach ((string directory, IReadOnlyList<string> names) in user.Permissions)
        {
            string where = directory == "/" ? "" : $"in {LogEscape.Text(directory)}: ";
            text.WriteLine($"Permissions: {where}{(names.Count == 0 ? "none" : string.Join(", ", names))}");
        }

        foreach (FilePatternView rule in user.FilePatterns)
        {
            string policy = rule.DenyPolicy == (int)FilePatternPolicy.Hide ? "hide" : "deny";
            text.WriteLine($"Names:       in {LogEscape.Text(rule.Path)}: {Patterns("allow", rule.AllowedPatterns)}{Patterns("deny", rule.DeniedPatterns)}policy {policy}");
        }
    }

    private static void WriteLimits(StringWriter text, UserView user)
    {
        text.WriteLine($"Quota:       {Quota(user.QuotaSize, user.QuotaFiles)}");
        if (user.UsedQuotaSize is long bytes && user.UsedQuotaFiles is long files)
        {
            text.WriteLine($"Used:        {Used(bytes, files)}");
        }
        else if (user.QuotaSize > 0 || user.QuotaFiles > 0)
        {
            text.WriteLine($"Used:        {NotCounted}");
        }

        WriteSize(text, "Max upload:  ", user.MaxUploadFileSize);
        WriteSize(text, "Upload:      at most ", user.UploadTransferBytes);
        WriteSize(text, "Download:    at most ", user.DownloadTransferBytes);
        WriteSize(text, "Transfer:    at most ", user.TotalTransferBytes);
        if (user.DataTransferSince is { } since && (user.UsedUploadDataTransfer > 0 || user.UsedDownloadDataTransfer > 0))
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Moved:       {ByteSizeText.Rounded(user.UsedUploadDataTransfer ?? 0)} up, {ByteSizeText.Rounded(user.UsedDownloadDataTransfer ?? 0)} down since {since:yyyy-MM-ddTHH:mm:ssK}"));
        }

        if (user.Uid != 0 || user.Gid != 0)
        {
            text.WriteLine($"Owner:       uid {user.Uid}, gid {user.Gid}");
        }

        if (user.StartDirectory != "/")
        {
            text.WriteLine($"Starts in:   {LogEscape.Text(user.StartDirectory)}");
        }
    }

    private static void WriteSize(StringWriter text, string label, long bytes)
    {
        if (bytes != 0)
        {
            text.WriteLine(label + Size(bytes));
        }
    }

    private static string Describe(MountView mount)
    {
        string path = mount.MappedPath is null ? "there is no such folder" : LogEscape.Text(mount.MappedPath);
        string used = mount is { UsedQuotaSize: long bytes, UsedQuotaFiles: long files } ? $", {Used(bytes, files)} used" : mount.QuotaSize > 0 || mount.QuotaFiles > 0 ? ", not counted yet" : "";
        return $"{path}, quota {Quota(mount.QuotaSize, mount.QuotaFiles)}{used}{(mount.ReadOnly ? ", read-only" : "")}";
    }

    private static string Patterns(string what, IReadOnlyList<string> patterns) =>
        patterns.Count == 0 ? "" : $"{what} {string.Join(", ", patterns.Select(LogEscape.Text))}; ";

    private static string Size(long bytes)
    {
        string text = ByteSizeText.Format(bytes);
        return char.IsAsciiDigit(text[^1]) ? text + " bytes" : text;
    }

    private static string Files(long files) => files == 1 ? "1 file" : files.ToString(CultureInfo.InvariantCulture) + " files";
}
