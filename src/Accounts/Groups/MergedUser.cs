using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>A user with what groups give, in the units of the objects.</summary>
/// <param name="User">The user; its own list of folders is unchanged.</param>
/// <param name="Folders">All mounts, the user's first.</param>
internal sealed record MergedUser(User User, IReadOnlyList<MergedFolder> Folders);
