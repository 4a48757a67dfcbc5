using Hpc.Crypto;

namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>What a case does; all of it follows from the seed.</summary>
internal sealed record FuzzPlan
{
    private static readonly double[] Rates = [0.02, 0.1, 0.3, 0.7];
    private static readonly uint[] Windows = [0, 1, 100, 5_000, 100_000, 2 * 1024 * 1024, int.MaxValue];
    private static readonly uint[] PacketSizes = [1, 9, 100, 1024, 32 * 1024, 32 * 1024, 64 * 1024, uint.MaxValue];

    public required int Seed { get; init; }

    public required FuzzStage Stages { get; init; }

    public required FuzzLayer Layers { get; init; }

    /// <summary>Chance that one thing sent is meddled with.</summary>
    public required double Rate { get; init; }

    public required FuzzPace Pace { get; init; }

    public required FuzzEnd End { get; init; }

    /// <summary>Wire bytes after which the peer leaves, whatever it was doing.</summary>
    public required int EndAfterBytes { get; init; }

    public required int MaximumReceive { get; init; }

    public required string KeyExchange { get; init; }

    public required string Cipher { get; init; }

    public required string Mac { get; init; }

    public required bool IsCompressed { get; init; }

    public required bool IsStrict { get; init; }

    /// <summary>The peer does not read what the server sends after login.</summary>
    public required bool IsDeaf { get; init; }

    public required long RekeyBytes { get; init; }

    public required uint Window { get; init; }

    public required uint MaxPacket { get; init; }

    public required int Channels { get; init; }

    public required int Requests { get; init; }

    public static FuzzPlan Of(int seed)
    {
        var random = new Random(seed);
        (FuzzStage stages, FuzzLayer layers) = random.Next(10) switch
        {
            0 => (FuzzStage.Version, FuzzLayer.Wire | FuzzLayer.Frame),
            1 => (FuzzStage.KeyExchange, FuzzLayer.Payload),
            2 => (FuzzStage.KeyExchange, FuzzLayer.Frame | FuzzLayer.Wire),
            3 => (FuzzStage.Service | FuzzStage.Login, FuzzLayer.Payload),
            4 => (FuzzStage.Connection, FuzzLayer.Payload),
            5 => (FuzzStage.Sftp, FuzzLayer.Stream),
            6 => (FuzzStage.AfterLogin, FuzzLayer.Stream | FuzzLayer.Payload),
            7 => (FuzzStage.AfterLogin, FuzzLayer.Wire | FuzzLayer.Frame),
            8 => (FuzzStage.None, FuzzLayer.None),
            _ => (Any<FuzzStage>(random, 63), Any<FuzzLayer>(random, 15)),
        };

        IReadOnlyList<string> ciphers = AlgorithmCatalog.Names(AlgorithmKind.Cipher, CryptoProfile.Default);
        IReadOnlyList<string> macs = AlgorithmCatalog.Names(AlgorithmKind.Mac, CryptoProfile.Default);
        bool isSlow = random.Next(12) == 0;
        return new FuzzPlan
        {
            Seed = seed,
            Stages = stages,
            Layers = layers,
            Rate = Rates[random.Next(Rates.Length)],
            Pace = isSlow ? FuzzPace.SingleBytes : random.Next(3) == 0 ? FuzzPace.Chunks : FuzzPace.Whole,
            End = (FuzzEnd)random.Next(6),
            EndAfterBytes = random.Next(5) == 0 ? (int)Math.Exp(random.NextDouble() * 11) : int.MaxValue,
            MaximumReceive = isSlow && random.Next(2) == 0 ? 1 : random.Next(6) == 0 ? random.Next(1, 600) : int.MaxValue,
            KeyExchange = random.Next(8) switch
            {
                0 => "ecdh-sha2-nistp256",
                1 => "diffie-hellman-group14-sha256",
                _ => "curve25519-sha256",
            },
            Cipher = ciphers[random.Next(ciphers.Count)],
            Mac = macs[random.Next(macs.Count)],
            IsCompressed = random.Next(6) == 0,
            IsStrict = random.Next(3) != 0,
            IsDeaf = random.Next(25) == 0,
            RekeyBytes = random.Next(5) == 0 ? 4096 << random.Next(6) : 1L << 30,
            Window = Windows[random.Next(Windows.Length)],
            MaxPacket = PacketSizes[random.Next(PacketSizes.Length)],
            Channels = random.Next(4) == 0 ? random.Next(2, 5) : 1,
            Requests = random.Next(5, 60),
        };
    }

    private static T Any<T>(Random random, int mask)
        where T : struct, Enum => (T)Enum.ToObject(typeof(T), random.Next(1, mask + 1));
}
