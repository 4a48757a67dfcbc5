namespace Hpc.Accounts.Services;

/// <summary>What an administrator changes about itself; null leaves it.</summary>
public sealed record AdminProfileChange
{
    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    /// <summary>API keys may act for the administrator.</summary>
    public bool? AllowApiKeyAuth { get; init; }
}
