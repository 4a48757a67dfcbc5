using Hpc.LoadTests.Engine;

namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>How file sizes are spread.</summary>
internal abstract record SizeDistribution
{
    public abstract long Next(ref SeededRandom random);
}

/// <summary>Every file the same.</summary>
internal sealed record FixedSize(long Bytes) : SizeDistribution
{
    public override long Next(ref SeededRandom random) => Bytes;
}

/// <summary>Every size from least to most as likely as the next.</summary>
internal sealed record UniformSize(long Least, long Most) : SizeDistribution
{
    public override long Next(ref SeededRandom random) => Least + (long)(random.NextDouble() * (Most - Least + 1));
}

/// <summary>Many small files and few large ones, as users have them.</summary>
internal sealed record LogNormalSize(long Median, double Sigma, long Most) : SizeDistribution
{
    public override long Next(ref SeededRandom random)
    {
        // Box and Muller; 1 - u is never zero.
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (long)Math.Clamp(Median * Math.Exp(Sigma * normal), 0, Most);
    }
}

/// <summary>Some sizes, each with its weight.</summary>
internal sealed record ListedSize(IReadOnlyList<(long Bytes, double Weight)> Sizes) : SizeDistribution
{
    public override long Next(ref SeededRandom random)
    {
        double point = random.NextDouble() * Sizes.Sum(static size => size.Weight);
        foreach ((long bytes, double weight) in Sizes)
        {
            point -= weight;
            if (point < 0)
            {
                return bytes;
            }
        }

        return Sizes[^1].Bytes;
    }
}
