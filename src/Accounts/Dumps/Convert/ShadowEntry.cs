namespace Hpc.Accounts.Dumps.Convert;

/// <summary>What <c>/etc/shadow</c> says of a user; days since 1970.</summary>
internal sealed record ShadowEntry
{
    public required string Password { get; init; }

    public long? LastChange { get; init; }

    public bool MustChange { get; init; }

    /// <summary>Days that a password is good for; 0 is for ever.</summary>
    public int MaxDays { get; init; }

    public long? ExpiresOn { get; init; }
}
