namespace Hpc.Accounts.Sqlite;

/// <summary>A row of a list of users.</summary>
/// <param name="UserName">The user.</param>
/// <param name="Account">The account; null if it cannot be read.</param>
/// <param name="Fault">Why not.</param>
public sealed record StoredUser(string UserName, UserAccount? Account, string? Fault);
