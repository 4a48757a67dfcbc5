namespace Hpc.Accounts.Groups;

/// <summary>Unix milliseconds, as they stand in objects.</summary>
internal static class UnixTime
{
    private const long MillisecondsPerDay = 24L * 60 * 60 * 1000;

    /// <summary>So many days later.</summary>
    public static long AddDays(long milliseconds, int days) => Math.Max(0, milliseconds) + (days * MillisecondsPerDay);

    /// <summary>The time. One before the epoch is the epoch and one too far ahead the last that there is.</summary>
    public static DateTimeOffset ToTime(long milliseconds) => milliseconds <= 0
        ? DateTimeOffset.UnixEpoch
        : milliseconds >= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
