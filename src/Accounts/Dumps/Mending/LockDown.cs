using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What is done to a stored object when the dump's cannot be taken for it: whom the dump locks out is not let in by what is stored.</summary>
internal static class LockDown
{
    /// <param name="given">The dump's.</param>
    /// <param name="stored">What is stored.</param>
    /// <param name="now">The time.</param>
    /// <param name="locked">What is to be stored.</param>
    /// <param name="done">What that is, in words.</param>
    /// <returns>False if what is stored stays as it is.</returns>
    public static bool TryApply<T>(T given, T stored, long now, out T locked, out string done)
        where T : class, IAccountObject
    {
        (object? changed, done) = (given, stored) switch
        {
            (User ofDump, User { Status: not 0 } old) when ofDump.Status != 1 || IsOver(ofDump.ExpirationDate, now) =>
                (old with { Status = 0 }, "what is stored is disabled, as the dump's is disabled or its time is over"),
            (Admin { Status: not 1 }, Admin { Status: not 0 } old) => (old with { Status = 0 }, "what is stored is disabled, as the dump's is"),

            // A link or a key is open to whoever has it, and nothing tells what the dump's would have kept out.
            (Share, Share old) when !IsOver(old.ExpiresAt, now) => (old with { ExpiresAt = now }, "the share that is stored ends now"),
            (ApiKey, ApiKey old) when !IsOver(old.ExpiresAt, now) => (old with { ExpiresAt = now }, "the key that is stored ends now"),
            _ => ((object?)null, ""),
        };
        locked = changed as T ?? stored;
        return changed is not null;
    }

    private static bool IsOver(long end, long now) => end != 0 && end <= now;
}
