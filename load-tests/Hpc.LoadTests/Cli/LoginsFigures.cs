using System.Globalization;
using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Cli;

/// <summary>What <c>hpc-load logins</c> prints.</summary>
internal sealed record LoginsFigures
{
    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public double Seconds { get; init; }

    public double PerSecond { get; init; }

    public double MeanMs { get; init; }

    public double P50Ms { get; init; }

    public double P90Ms { get; init; }

    public double P99Ms { get; init; }

    public double MaxMs { get; init; }

    /// <summary>Of this program, not of the server.</summary>
    public double ClientCpuSeconds { get; init; }

    public IReadOnlyList<ErrorSnapshot> Errors { get; init; } = [];

    public static LoginsFigures Of(LoadSnapshot snapshot, TimeSpan elapsed, TimeSpan cpu)
    {
        OperationSnapshot login = snapshot[LoadOperation.Login];
        return new LoginsFigures
        {
            Succeeded = login.Succeeded,
            Failed = login.Errors,
            Seconds = elapsed.TotalSeconds,
            PerSecond = login.Succeeded / Math.Max(elapsed.TotalSeconds, 0.001),
            MeanMs = login.Latency.Mean.TotalMilliseconds,
            P50Ms = login.Latency.Percentile(50).TotalMilliseconds,
            P90Ms = login.Latency.Percentile(90).TotalMilliseconds,
            P99Ms = login.Latency.Percentile(99).TotalMilliseconds,
            MaxMs = login.Latency.Max.TotalMilliseconds,
            ClientCpuSeconds = cpu.TotalSeconds,
            Errors = snapshot.Errors,
        };
    }

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Succeeded} log-ins, {Failed} failed, {Seconds:F2} s, {PerSecond:F1}/s, p50 {P50Ms:F2} ms, p99 {P99Ms:F2} ms{string.Concat(Errors.Select(static error => $"\n{error.Kind}: {error.Count} ({error.FirstMessage})"))}");
}
