namespace Hpc.Accounts;

/// <summary>A virtual user as the data provider stores it. Immutable; a change makes a new one.</summary>
public sealed record UserAccount
{
    /// <summary>Unique name, 1–255 UTF-8 bytes.</summary>
    public required string UserName { get; init; }

    /// <summary>Absolute path of the directory that the user sees as <c>/</c>.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>Password hash in PHC or crypt(3) form (argon2id, bcrypt), or null if the user has no password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Public keys as <c>authorized_keys</c> lines (type, base64 blob, comment).</summary>
    public IReadOnlyList<string> PublicKeys { get; init; } = [];

    /// <summary>False refuses every login.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>From this time on logins are refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Permission names of spec row R4.1 that hold below <c>/</c>; <c>*</c> is all.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = ["*"];

    /// <summary>Raised by one with every stored change; 0 for an account that was never stored.</summary>
    public long Version { get; init; }

    /// <inheritdoc/>
    public override string ToString() => UserName;
}
