using System.Globalization;
using System.Text.RegularExpressions;
using Hpc.Accounts;

namespace Hpc.Server.Cli;

/// <summary>What is wrong with a field, in the words of the command line: the flag that sets it, and the directory or folder that it is of.</summary>
internal static partial class FieldNames
{
    private const string DirectoryPermissions = nameof(UserAccount.DirectoryPermissions);
    private const string FilePatterns = nameof(UserAccount.FilePatterns);
    private const string Folders = nameof(UserAccount.Folders);

    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        [nameof(UserAccount.UserName)] = "NAME",
        [nameof(UserAccount.HomeDirectory)] = "--home",
        [nameof(UserAccount.PasswordHash)] = "--password-hash",
        [nameof(UserAccount.PublicKeys)] = "--public-key",
        [nameof(UserAccount.Permissions)] = "--permissions",
        [DirectoryPermissions] = "--permissions",
        [FilePatterns] = "--pattern",
        [Folders] = "--folder",
        [nameof(UserAccount.QuotaBytes)] = "--quota-size",
        [nameof(UserAccount.QuotaFiles)] = "--quota-files",
        [nameof(UserAccount.UploadTransferBytes)] = "--upload-limit",
        [nameof(UserAccount.DownloadTransferBytes)] = "--download-limit",
        [nameof(UserAccount.TotalTransferBytes)] = "--transfer-limit",
        [nameof(UserAccount.MaxUploadBytes)] = "--max-upload-size",
        [nameof(UserAccount.UserId)] = "--uid",
        [nameof(UserAccount.GroupId)] = "--gid",
        [nameof(UserAccount.StartDirectory)] = "--start-directory",
        [nameof(VirtualFolder.Name)] = "NAME",
        [nameof(VirtualFolder.MappedPath)] = "--path",
        [nameof(VirtualFolder.Description)] = "--description",
    };

    // Words inside the value of a flag.
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        [nameof(FilePatternRule.Allowed)] = " allow",
        [nameof(FilePatternRule.Denied)] = " deny",
        [nameof(FilePatternRule.Policy)] = " policy",
        [nameof(FolderMount.QuotaBytes)] = " quota-size",
        [nameof(FolderMount.QuotaFiles)] = " quota-files",
    };

    // Fields of objects, by their JSON paths without positions.
    private static readonly Dictionary<string, string> ObjectFlags = new(StringComparer.Ordinal)
    {
        ["name"] = "NAME",
        ["username"] = "NAME",
        ["description"] = "--description",
        ["email"] = "--email",
        ["role"] = "--role",
        ["groups"] = "--group",
        ["max_sessions"] = "--max-sessions",
        ["permissions"] = "--permissions",
        ["password"] = "password",
        ["filters.allow_list"] = "--allow-from",
        ["filters.allowed_ip"] = "--allow-from",
        ["filters.denied_ip"] = "--deny-from",
        ["filters.denied_login_methods"] = "--deny-method",
        ["filters.denied_protocols"] = "--deny-protocol",
        ["user_settings.home_dir"] = "--home",
        ["user_settings.permissions"] = "--permissions",
    };

    /// <summary>The flag that sets a field of an object, or the field's JSON path if none does.</summary>
    public static string OnCommandLine(string path)
    {
        string field = path;
        while (field.Length > 0)
        {
            if (ObjectFlags.TryGetValue(field, out string? flag))
            {
                return flag;
            }

            field = field[..Math.Max(field.LastIndexOfAny(['.', '[']), 0)];
        }

        return path;
    }

    public static UserAccountError OnCommandLine(UserAccountError error) => OnCommandLine(error, of: null);

    /// <summary>The error with a flag in place of the field; <paramref name="of"/> is the account that was to be stored.</summary>
    public static UserAccountError OnCommandLine(UserAccountError error, UserAccount? of)
    {
        Match field = Field().Match(error.Field);
        if (!field.Success || !Flags.TryGetValue(field.Groups["name"].Value, out string? flag))
        {
            return error with { Field = OnCommandLine(error.Field) };
        }

        string which = field.Groups["at"].Success && of is not null
            ? Which(of, field.Groups["name"].Value, int.Parse(field.Groups["at"].ValueSpan, CultureInfo.InvariantCulture))
            : "";
        return error with { Field = flag + which + Parts.GetValueOrDefault(field.Groups["part"].Value, "") };
    }

    private static string Which(UserAccount user, string list, int at) => (list switch
    {
        DirectoryPermissions => user.DirectoryPermissions.ElementAtOrDefault(at)?.Path,
        FilePatterns => user.FilePatterns.ElementAtOrDefault(at)?.Path,
        Folders => user.Folders.ElementAtOrDefault(at)?.FolderName,
        _ => null,
    }) is { } key ? " " + key : "";

    [GeneratedRegex(@"^(?<name>\w+)(\[(?<at>[0-9]{1,9})\])?(\.(?<part>\w+)(\[[0-9]+\])?)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
