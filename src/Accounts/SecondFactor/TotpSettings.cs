namespace Hpc.Accounts.SecondFactor;

/// <summary>One way of making one-time passwords, by which accounts name it (R2.28).</summary>
public sealed record TotpSettings
{
    /// <summary>What servers offer where nothing else is configured.</summary>
    public static IReadOnlyList<TotpSettings> Default { get; } = [new()];

    /// <summary>Unique name; accounts are stored with it.</summary>
    public string Name { get; init; } = "Default";

    /// <summary>Shown by authenticators beside the account.</summary>
    public string Issuer { get; init; } = "hpc";

    /// <summary>The hash.</summary>
    public TotpAlgorithm Algorithm { get; init; } = TotpAlgorithm.Sha1;

    /// <summary>Name of the hash as in the API: <c>sha1</c>, <c>sha256</c>, <c>sha512</c>.</summary>
    public string AlgorithmName => Algorithm switch
    {
        TotpAlgorithm.Sha256 => "sha256",
        TotpAlgorithm.Sha512 => "sha512",
        _ => "sha1",
    };
}
