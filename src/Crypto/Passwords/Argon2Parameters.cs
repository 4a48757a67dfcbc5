namespace Hpc.Crypto.Passwords;

/// <summary>Cost of an argon2id hash (RFC 9106 §3.1).</summary>
/// <param name="MemoryKiB">m, in KiB.</param>
/// <param name="Passes">t.</param>
/// <param name="Lanes">p.</param>
internal readonly record struct Argon2Parameters(int MemoryKiB, int Passes, int Lanes)
{
    // A stored hash names its own cost, so the bounds keep one login from taking the machine.
    public const int MaxMemoryKiB = 1024 * 1024;
    public const int MaxPasses = 64;
    public const int MaxLanes = 16;

    // Memory times passes: 4 GiB take seconds.
    public const long MaxWorkKiB = 4L * MaxMemoryKiB;

    /// <summary>OWASP's second choice of parameters: 19 MiB, two passes, one lane.</summary>
    public static Argon2Parameters Default => new(19456, 2, 1);

    public bool AreValid =>
        Lanes is >= 1 and <= MaxLanes
        && Passes is >= 1 and <= MaxPasses
        && MemoryKiB >= 8 * Lanes
        && MemoryKiB <= MaxMemoryKiB
        && (long)MemoryKiB * Passes <= MaxWorkKiB;
}
