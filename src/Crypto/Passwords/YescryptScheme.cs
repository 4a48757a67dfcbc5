namespace Hpc.Crypto.Passwords;

internal sealed class YescryptScheme() : PasswordScheme(PasswordAlgorithm.Yescrypt, YescryptText.Prefix)
{
    // Twice what crypt(3) writes if it is told nothing.
    private const long OrdinaryWork = 32L << 20;

    public override string? WhyNot(string hash) => YescryptText.TryParse(hash, out _, out _)
        ? null
        : "a yescrypt hash is $y$j<parameters>$<salt>$<43 letters> with up to 1 GiB of memory";

    public override string CostOf(string hash) => YescryptText.Start(hash);

    public override bool IsOrdinary(string hash, string preferred)
    {
        _ = YescryptText.TryParse(hash, out YescryptParameters parameters, out _);
        return parameters.Memory * (parameters.Time + 1) <= OrdinaryWork;
    }

    public override string DecoyLike(string hash) => YescryptText.DecoyLike(hash);

    public override bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        if (!YescryptText.TryParse(hash, out YescryptParameters parameters, out byte[] salt))
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[YescryptText.HashLength];
        Yescrypt.Hash(password, salt, parameters, actual);
        return PasswordText.FixedTimeEquals(YescryptText.Encode(actual), hash.AsSpan(hash.Length - YescryptText.HashTextLength));
    }
}
