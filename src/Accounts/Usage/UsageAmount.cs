namespace Hpc.Accounts.Usage;

/// <summary>Amounts of one scope, or changes of them.</summary>
/// <param name="Files">Files.</param>
/// <param name="Bytes">Bytes of files.</param>
/// <param name="Uploaded">Bytes uploaded.</param>
/// <param name="Downloaded">Bytes downloaded.</param>
public readonly record struct UsageAmount(long Files, long Bytes, long Uploaded, long Downloaded)
{
    /// <summary>Both added; what would pass the largest number is that number.</summary>
    public static UsageAmount operator +(UsageAmount left, UsageAmount right) => left.Zip(right, Sum);

    /// <summary>What is left of the first without the second.</summary>
    public static UsageAmount operator -(UsageAmount left, UsageAmount right) => left.Zip(right, static (a, b) => Sum(a, -b));

    /// <summary>The same with 0 in the place of what is below.</summary>
    public UsageAmount AtLeastZero() => Zip(default, Math.Max);

    /// <summary>Amounts that are made of two, each of its pair.</summary>
    public UsageAmount Zip(UsageAmount other, Func<long, long, long> combine)
    {
        ArgumentNullException.ThrowIfNull(combine);
        return new(
            combine(Files, other.Files), combine(Bytes, other.Bytes), combine(Uploaded, other.Uploaded), combine(Downloaded, other.Downloaded));
    }

    private static long Sum(long left, long right)
    {
        long sum = unchecked(left + right);
        bool hasWrapped = ((left ^ sum) & (right ^ sum)) < 0;
        return hasWrapped ? (left > 0 ? long.MaxValue : long.MinValue) : sum;
    }
}
