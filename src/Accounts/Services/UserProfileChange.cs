namespace Hpc.Accounts.Services;

/// <summary>What a user changes about itself; null leaves it.</summary>
public sealed record UserProfileChange
{
    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>More e-mail addresses.</summary>
    public IReadOnlyList<string>? AdditionalEmails { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    /// <summary>API keys may act for the user.</summary>
    public bool? AllowApiKeyAuth { get; init; }

    /// <summary>Public keys.</summary>
    public IReadOnlyList<string>? PublicKeys { get; init; }

    /// <summary>PEM certificates.</summary>
    public IReadOnlyList<string>? TlsCerts { get; init; }
}
