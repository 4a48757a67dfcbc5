using Hpc.Server.Configuration;

namespace Hpc.Server.Portable;

/// <summary>What <c>hpc portable</c> was asked for.</summary>
internal sealed record PortableSettings
{
    public required HpcOptions Options { get; init; }

    public required string Directory { get; init; }

    public required string UserName { get; init; }

    /// <summary>Null if only keys open the door.</summary>
    public required string? Password { get; init; }

    public required IReadOnlyList<string> PublicKeys { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>True if nobody named a password, so it must be shown.</summary>
    public required bool IsPasswordGenerated { get; init; }
}
