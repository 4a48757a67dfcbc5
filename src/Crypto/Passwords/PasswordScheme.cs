namespace Hpc.Crypto.Passwords;

/// <summary>One form of password hashes, known by its prefix.</summary>
internal abstract class PasswordScheme(PasswordAlgorithm algorithm, string prefix)
{
    public PasswordAlgorithm Algorithm { get; } = algorithm;

    public string Prefix { get; } = prefix;

    /// <summary>Why a hash with the prefix cannot be verified, without a part of the hash in it; null if it can be.</summary>
    public abstract string? WhyNot(string hash);

    /// <summary>What verifying a hash costs, the same text for all that cost the same. Only for hashes that can be verified, as all below.</summary>
    public abstract string CostOf(string hash);

    /// <summary>True if a hash costs what hashes of its form cost in practice, or not much more than <paramref name="preferred"/> where that is of the same form.</summary>
    public virtual bool IsOrdinary(string hash, string preferred) => true;

    /// <summary>A hash of the cost of another that fits no password anybody knows.</summary>
    public abstract string DecoyLike(string hash);

    /// <summary>False too for a hash that cannot be verified.</summary>
    public abstract bool Verify(string hash, ReadOnlySpan<byte> password);
}
