using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>Puts a member's own names where a group says <c>%username%</c> and <c>%role%</c> (R3.6).</summary>
internal sealed class Placeholders
{
    private const string UserName = "%username%";
    private const string Role = "%role%";

    private readonly string _userName;
    private readonly string _role;

    public Placeholders(User user)
    {
        _userName = user.Username;
        _role = user.Role;
    }

    /// <summary>False if a name would change the shape of a path: it must be one segment, or (a role alone) nothing.</summary>
    public bool AreSafe => IsSegment(_userName) && (_role.Length == 0 || IsSegment(_role));

    public static bool AreIn(string text) => text.Contains('%', StringComparison.Ordinal)
        && (text.Contains(UserName, StringComparison.Ordinal) || text.Contains(Role, StringComparison.Ordinal));

    /// <summary>
    /// True if the text says <c>%role%</c> of a user who has none: the segment would go, and a role's part of something would become the whole, or a user's part that of a role of the same name.
    /// </summary>
    public bool LacksRole(string text)
    {
        for (int at = 0; _role.Length == 0 && at < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (rest.StartsWith(Role, StringComparison.Ordinal))
            {
                return true;
            }

            at += rest.StartsWith(UserName, StringComparison.Ordinal) ? UserName.Length : 1;
        }

        return false;
    }

    /// <summary>The same of what names a place in a backend.</summary>
    public bool LacksRole(FilesystemConfig config) => config.Provider switch
    {
        FilesystemProvider.S3 => LacksRole(config.S3.KeyPrefix),
        FilesystemProvider.Gcs => LacksRole(config.Gcs.KeyPrefix),
        FilesystemProvider.AzureBlob => LacksRole(config.AzureBlob.KeyPrefix),
        FilesystemProvider.Sftp => LacksRole(config.Sftp.Username) || LacksRole(config.Sftp.Prefix),
        FilesystemProvider.Http => LacksRole(config.Http.Username),
        _ => false,
    };

    /// <summary>
    /// The text with the names in it, each side read once: a user who is called <c>%role%</c> stays so.
    /// </summary>
    public string Fill(string text)
    {
        if (!AreIn(text))
        {
            return text;
        }

        var filled = new System.Text.StringBuilder(text.Length + _userName.Length);
        for (int at = 0; at < text.Length;)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at);
            if (rest.StartsWith(UserName, StringComparison.Ordinal))
            {
                filled.Append(_userName);
                at += UserName.Length;
            }
            else if (rest.StartsWith(Role, StringComparison.Ordinal))
            {
                filled.Append(_role);
                at += Role.Length;
            }
            else
            {
                filled.Append(text[at++]);
            }
        }

        return filled.ToString();
    }

    /// <summary>A path with the names in it. An empty role leaves no empty segment behind.</summary>
    public string FillPath(string path)
    {
        if (!AreIn(path))
        {
            return path;
        }

        string filled = Fill(path);
        return filled.StartsWith('/') ? "/" + string.Join('/', filled.Split('/', StringSplitOptions.RemoveEmptyEntries)) : filled;
    }

    public FilesystemConfig Fill(FilesystemConfig config) => config.Provider switch
    {
        FilesystemProvider.S3 => config with { S3 = config.S3 with { KeyPrefix = Fill(config.S3.KeyPrefix) } },
        FilesystemProvider.Gcs => config with { Gcs = config.Gcs with { KeyPrefix = Fill(config.Gcs.KeyPrefix) } },
        FilesystemProvider.AzureBlob => config with { AzureBlob = config.AzureBlob with { KeyPrefix = Fill(config.AzureBlob.KeyPrefix) } },
        FilesystemProvider.Sftp => config with { Sftp = config.Sftp with { Username = Fill(config.Sftp.Username), Prefix = FillPath(config.Sftp.Prefix) } },
        FilesystemProvider.Http => config with { Http = config.Http with { Username = Fill(config.Http.Username) } },
        _ => config,
    };

    private static bool IsSegment(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl);
}
