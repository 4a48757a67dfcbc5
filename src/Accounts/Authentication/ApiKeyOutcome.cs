using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Authentication;

/// <summary>The verdict on an API key.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why it was not accepted, for the server's log; never shown to the peer.</param>
public sealed record ApiKeyOutcome(ApiKeyVerdict Verdict, string? Reason)
{
    /// <summary>Id of the key, for the log; null if it is not known.</summary>
    public string? KeyId { get; init; }

    /// <summary>Name of the account that it is for, for the log; empty if there is none.</summary>
    public string Account { get; init; } = "";

    /// <summary>The administrator that it acts for; not null exactly with <see cref="ApiKeyVerdict.AcceptedAdmin"/>.</summary>
    public Versioned<Admin>? Admin { get; init; }

    /// <summary>The user that it acts for; not null exactly with <see cref="ApiKeyVerdict.AcceptedUser"/>.</summary>
    public UserAccount? User { get; init; }

    /// <summary>No key.</summary>
    public static ApiKeyOutcome Malformed(string reason) => new(ApiKeyVerdict.Malformed, reason);

    /// <summary>A refusal with a reason for the log.</summary>
    public static ApiKeyOutcome Refused(string keyId, string reason) => new(ApiKeyVerdict.Refused, reason) { KeyId = keyId };
}
