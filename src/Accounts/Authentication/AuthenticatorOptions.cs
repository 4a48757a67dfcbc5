using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Authentication;

/// <summary>What the server's settings say about logins.</summary>
public sealed record AuthenticatorOptions
{
    /// <summary>True if access times of users are in the server's local time and not in UTC (<c>common.tz: local</c>).</summary>
    public bool UsesLocalTime { get; init; }

    /// <summary>What is done to the names that people type (R2.1, R9.15): the same as to those that are stored.</summary>
    public NamingRules NamingRules { get; init; } = NamingRules.AllCharacters;

    /// <summary>False takes passwords, and so <c>publickey+password</c>, away from SSH (R2.6).</summary>
    public bool IsSshPasswordEnabled { get; init; } = true;

    /// <summary>False takes keyboard-interactive away from SSH (R2.17).</summary>
    public bool IsSshKeyboardInteractiveEnabled { get; init; } = true;
}
