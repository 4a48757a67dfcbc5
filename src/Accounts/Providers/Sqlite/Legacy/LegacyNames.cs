using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sqlite.Legacy;

/// <summary>Names that schema 2 allowed and that users can no longer have: a group would put them into paths.</summary>
internal static class LegacyNames
{
    /// <summary>Says why the user is disabled.</summary>
    public const string Refused = "Disabled: this name holds '\\', '%username%' or '%role%', which names cannot hold any more. Remove this user and make it anew with another name.";

    private static readonly string[] Parts = ["\\", "%username%", "%role%"];

    /// <summary>The user, disabled if its name is one of them.</summary>
    public static User Check(User user) =>
        Parts.Any(part => user.Username.Contains(part, StringComparison.Ordinal)) ? user with { Status = 0, Description = Refused } : user;
}
