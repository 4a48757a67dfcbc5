namespace Hpc.Policy.Tests.Rules;

/// <summary>What the patterns say of a path.</summary>
internal enum Verdict
{
    Allowed,

    /// <summary>Its own name is refused, and seen.</summary>
    Denied,

    /// <summary>Only a directory above it has a refused name; the specification leaves open what that means.</summary>
    BelowDenied,

    /// <summary>It does not exist for the user.</summary>
    Hidden,
}
