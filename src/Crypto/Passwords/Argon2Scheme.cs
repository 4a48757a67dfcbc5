using System.Globalization;

namespace Hpc.Crypto.Passwords;

internal sealed class Argon2Scheme() : PasswordScheme(PasswordAlgorithm.Argon2id, Argon2id.Prefix)
{
    // Memory times passes.
    private const long OrdinaryWorkKiB = 128 * 1024;

    public override string? WhyNot(string hash) => Argon2id.TryParse(hash, out _, out _, out _)
        ? null
        : "an argon2id hash is $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash> with m up to 1048576 (1 GiB), t up to 64, m times t up to 4194304 and p up to 16";

    public override string CostOf(string hash)
    {
        Argon2Parameters parameters = Parse(hash);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}v=19$m={parameters.MemoryKiB},t={parameters.Passes},p={parameters.Lanes}$");
    }

    public override bool IsOrdinary(string hash, string preferred) => WorkOf(Parse(hash)) <= Math.Max(OrdinaryWorkKiB, 2 * WorkOf(Parse(preferred)));

    public override string DecoyLike(string hash) => Argon2id.Decoy(Parse(hash));

    public override bool Verify(string hash, ReadOnlySpan<byte> password) => Argon2id.Verify(hash, password);

    // Nothing for a hash of another form.
    private static long WorkOf(Argon2Parameters parameters) => (long)parameters.MemoryKiB * parameters.Passes;

    private static Argon2Parameters Parse(string hash)
    {
        _ = Argon2id.TryParse(hash, out Argon2Parameters parameters, out _, out _);
        return parameters;
    }
}
