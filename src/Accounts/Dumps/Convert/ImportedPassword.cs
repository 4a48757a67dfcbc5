using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>The password field of a passwd or shadow line.</summary>
/// <param name="Hash">The hash; null if there is none that can be used.</param>
/// <param name="IsLocked">True if the account may not log in.</param>
/// <param name="Note">What was lost; null for nothing.</param>
internal sealed record ImportedPassword(string? Hash, bool IsLocked, string? Note)
{
    public static ImportedPassword Read(string field)
    {
        if (field.Length == 0)
        {
            return new(null, true, "it needs no password there; it is disabled and has none");
        }

        // passwd -l and usermod -L put marks in front of the hash.
        string hash = field.TrimStart('!', '*');
        bool isLocked = hash.Length < field.Length;
        if (hash.Length == 0 || hash is "x" or "NP" or "LK" or "LOCKED")
        {
            return new(null, true, "it is locked there or its password is elsewhere; it is disabled and has no password");
        }

        return StoredPasswords.IsHashOfUser(hash) && StoredPasswords.IsUsable(hash)
            ? new(hash, isLocked, isLocked ? "it is locked there; it is disabled and keeps its hash" : null)
            : new(null, isLocked, "its hash is of a form that cannot be verified; it has no password");
    }
}
