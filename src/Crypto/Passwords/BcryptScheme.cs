namespace Hpc.Crypto.Passwords;

internal sealed class BcryptScheme(string prefix) : PasswordScheme(PasswordAlgorithm.Bcrypt, prefix)
{
    // Some hundreds of milliseconds.
    private const int OrdinaryCost = 12;

    public override string? WhyNot(string hash) => Bcrypt.TryReadCost(hash, out int cost) && cost <= Bcrypt.MaxVerifiedCost
        ? null
        : "a bcrypt hash has 60 characters, $2a$, $2b$ or $2y$, and a cost of 4 to 16";

    // The three prefixes cost the same.
    public override string CostOf(string hash) => Bcrypt.Start(Cost(hash));

    public override bool IsOrdinary(string hash, string preferred) =>
        Cost(hash) <= Math.Max(OrdinaryCost, Bcrypt.TryReadCost(preferred, out int cost) ? cost + 1 : 0);

    public override string DecoyLike(string hash) => Bcrypt.DecoyOf(Cost(hash));

    public override bool Verify(string hash, ReadOnlySpan<byte> password) => WhyNot(hash) is null && Bcrypt.Verify(hash, password);

    private static int Cost(string hash)
    {
        _ = Bcrypt.TryReadCost(hash, out int cost);
        return cost;
    }
}
