namespace Hpc.Crypto.Passwords;

/// <summary>What new password hashes are made with.</summary>
public sealed record PasswordHashOptions
{
    /// <summary>bcrypt with cost 10.</summary>
    public static PasswordHashOptions Default { get; } = new();

    /// <summary><see cref="PasswordAlgorithm.Bcrypt"/> or <see cref="PasswordAlgorithm.Argon2id"/>.</summary>
    public PasswordAlgorithm Algorithm { get; init; } = PasswordAlgorithm.Bcrypt;

    /// <summary>4–16; each step doubles the time.</summary>
    public int BcryptCost { get; init; } = Bcrypt.DefaultCost;

    /// <summary>In KiB, from 8 per lane to 1,048,576.</summary>
    public int Argon2MemoryKiB { get; init; } = 64 * 1024;

    /// <summary>1–64.</summary>
    public int Argon2Passes { get; init; } = 1;

    /// <summary>1–16.</summary>
    public int Argon2Lanes { get; init; } = 2;

    /// <summary>Most bytes of a password: 72 for bcrypt, which ignores what comes behind, else 1,024.</summary>
    public int MaxPasswordLength => Algorithm == PasswordAlgorithm.Bcrypt ? Bcrypt.MaxKeyLength : PasswordHash.MaxPasswordLength;

    internal Argon2Parameters Argon2 => new(Argon2MemoryKiB, Argon2Passes, Argon2Lanes);

    /// <summary>What is wrong with the values, null if nothing is.</summary>
    public string? WhyInvalid() => Algorithm switch
    {
        PasswordAlgorithm.Bcrypt => BcryptCost is >= Bcrypt.MinCost and <= Bcrypt.MaxVerifiedCost
            ? null
            : $"the cost of bcrypt is {Bcrypt.MinCost} to {Bcrypt.MaxVerifiedCost}",
        PasswordAlgorithm.Argon2id => Argon2.AreValid
            ? null
            : "argon2id takes 8 KiB per lane to 1048576 KiB of memory, 1 to 64 passes, no more than 4194304 KiB times passes, and 1 to 16 lanes",
        _ => "new hashes are bcrypt or argon2id",
    };
}
