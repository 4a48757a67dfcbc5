namespace Hpc.LoadTests.Engine;

/// <summary>SplitMix64: eight bytes per session, and the same choices in every run.</summary>
internal struct SeededRandom(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The generator of one of many, far away from its neighbours.</summary>
    public static SeededRandom For(int seed, int number)
    {
        var random = new SeededRandom(((ulong)(uint)seed << 32) | (uint)number);
        return new SeededRandom(random.NextUInt64());
    }

    public ulong NextUInt64()
    {
        unchecked
        {
            ulong mixed = _state += Step;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0 to below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public int Next(int below) => (int)(NextDouble() * below);
}
