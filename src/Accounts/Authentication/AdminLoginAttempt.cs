using System.Net;

namespace Hpc.Accounts.Authentication;

/// <summary>One try of an administrator to log in.</summary>
public sealed record AdminLoginAttempt
{
    /// <summary>The name as the peer sent it.</summary>
    public required string UserName { get; init; }

    /// <summary>The peer's address.</summary>
    public required IPAddress RemoteAddress { get; init; }

    /// <summary>The password, UTF-8. Never logged.</summary>
    public required ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The one-time password or recovery code; null if none was given. Never logged.</summary>
    public string? Passcode { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"administrator '{UserName}' from {RemoteAddress}";
}
