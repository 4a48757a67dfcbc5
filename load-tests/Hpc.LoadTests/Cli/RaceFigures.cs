using System.Globalization;
using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Cli;

/// <summary>What <c>hpc-load race</c> prints.</summary>
internal sealed record RaceFigures
{
    public long Tried { get; init; }

    public long Accepted { get; init; }

    /// <summary>In the order of <c>--target</c> and each <c>--also</c>.</summary>
    public IReadOnlyList<long> AcceptedByNode { get; init; } = [];

    public long Refused { get; init; }

    /// <summary>Log-ins that got no answer: the node was gone.</summary>
    public long Failed { get; init; }

    /// <summary>Sessions that ended before the client closed them.</summary>
    public long Lost { get; init; }

    public int Limit { get; init; }

    /// <summary>The most sessions that a user had at a time.</summary>
    public long MostOfUser { get; init; }

    /// <summary>Log-ins that were accepted beyond the limit.</summary>
    public long Above { get; init; }

    /// <summary>The first of them: when (UTC), which user, at which node.</summary>
    public IReadOnlyList<string> Violations { get; init; } = [];

    /// <summary>The most sessions that all users had at a time.</summary>
    public long MostOpen { get; init; }

    public double Seconds { get; init; }

    public IReadOnlyList<ErrorSnapshot> Errors { get; init; } = [];

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tried} log-ins tried, {Accepted} accepted, {Refused} refused, {Failed} failed, {Lost} lost, {MostOfUser} of a user at most (limit {Limit}), {MostOpen} in all, {Seconds:F2} s{string.Concat(Errors.Select(static error => $"\n{error.Kind}: {error.Count} ({error.FirstMessage})"))}");
}
