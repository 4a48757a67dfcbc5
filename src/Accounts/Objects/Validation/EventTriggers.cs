namespace Hpc.Accounts.Objects.Validation;

/// <summary>What starts event rules (spec/08 §8.2).</summary>
internal static class EventTriggers
{
    public const int Filesystem = 1;
    public const int Provider = 2;
    public const int Schedule = 3;
    public const int IdpLogin = 7;

    public static IReadOnlyList<string> FilesystemEvents { get; } =
    [
        "upload", "first-upload", "download", "first-download", "delete", "rename", "mkdir", "rmdir", "ssh_cmd", "copy", "pre-upload", "pre-download", "pre-delete",
    ];

    /// <summary>Events whose operation waits for the rule's verdict (R8.8).</summary>
    public static IReadOnlyList<string> SynchronousEvents { get; } = ["upload", "pre-upload", "pre-download", "pre-delete"];

    public static IReadOnlyList<string> ProviderEvents { get; } = ["add", "update", "delete"];

    public static IReadOnlyList<string> ProviderObjects { get; } =
        ["user", "folder", "group", "admin", "api_key", "share", "event_action", "event_rule", "role", "ip_list_entry", "configs"];

    public static IReadOnlyList<string> Protocols { get; } = ["SFTP", "SCP", "SSH", "FTP", "DAV", "HTTP", "HTTPShare", "OIDC"];
}
