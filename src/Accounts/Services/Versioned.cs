namespace Hpc.Accounts.Services;

/// <summary>An object with its version.</summary>
/// <param name="Value">The object.</param>
/// <param name="Version">1 at its creation, one more with every change.</param>
/// <typeparam name="T">Kind of the object.</typeparam>
public sealed record Versioned<T>(T Value, long Version)
    where T : class;
