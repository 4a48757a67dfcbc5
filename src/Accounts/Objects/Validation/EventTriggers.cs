namespace Hpc.Accounts.Objects.Validation;

/// <summary>What starts event rules (spec/08 §8.2).</summary>
public static class EventTriggers
{
    /// <summary>Something is done to a file.</summary>
    public const int Filesystem = 1;

    /// <summary>An object is added, changed or removed.</summary>
    public const int Provider = 2;

    /// <summary>Full hours.</summary>
    public const int Schedule = 3;

    /// <summary>An administrator asks.</summary>
    public const int OnDemand = 6;

    /// <summary>A login by an identity provider.</summary>
    public const int IdpLogin = 7;

    /// <summary>What is done to files.</summary>
    public static IReadOnlyList<string> FilesystemEvents { get; } =
    [
        "upload", "first-upload", "download", "first-download", "delete", "rename", "mkdir", "rmdir", "ssh_cmd", "copy", "pre-upload", "pre-download", "pre-delete",
    ];

    /// <summary>Events whose operation waits for the rule's verdict (R8.8).</summary>
    public static IReadOnlyList<string> SynchronousEvents { get; } = ["upload", "pre-upload", "pre-download", "pre-delete"];

    /// <summary>What is done to objects.</summary>
    public static IReadOnlyList<string> ProviderEvents { get; } = ["add", "update", "delete"];

    /// <summary>Kinds of objects.</summary>
    public static IReadOnlyList<string> ProviderObjects { get; } =
        ["user", "folder", "group", "admin", "api_key", "share", "event_action", "event_rule", "role", "ip_list_entry", "configs"];

    /// <summary>Names of protocols.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["SFTP", "SCP", "SSH", "FTP", "DAV", "HTTP", "HTTPShare", "OIDC"];
}
