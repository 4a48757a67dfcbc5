using Hpc.Accounts.Objects;

namespace Hpc.Server.Cli.Access;

/// <summary>What a command changes of a user besides its account.</summary>
/// <param name="NewPassword">A plain password that the server checks and hashes; null for none.</param>
/// <param name="Further">Changes the rest.</param>
internal sealed record UserEdit(string? NewPassword, Func<User, User> Further)
{
    public static UserEdit None { get; } = new(null, static user => user);
}
