using Hpc.LoadTests.Engine;

namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>How long a session waits between two operations.</summary>
internal sealed record ThinkTime(ThinkTimeKind Kind, TimeSpan First, TimeSpan Second)
{
    /// <summary>An exponential time is cut here, in means.</summary>
    private const double MaxMeans = 20;

    public static ThinkTime None { get; } = new(ThinkTimeKind.Fixed, TimeSpan.Zero, TimeSpan.Zero);

    public TimeSpan Next(ref SeededRandom random) => Kind switch
    {
        ThinkTimeKind.Uniform => First + ((Second - First) * random.NextDouble()),
        ThinkTimeKind.Exponential => First * Math.Min(MaxMeans, -Math.Log(1 - random.NextDouble())),
        _ => First,
    };
}

/// <summary>How think times are spread.</summary>
internal enum ThinkTimeKind
{
    Fixed,
    Uniform,
    Exponential,
}
