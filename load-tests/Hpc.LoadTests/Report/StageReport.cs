namespace Hpc.LoadTests.Report;

/// <summary>A part of the scenario.</summary>
/// <param name="Name">As the scenario calls it.</param>
/// <param name="Kind">ramp, steady, burst, soak.</param>
/// <param name="StartSeconds">Since the run began.</param>
/// <param name="DurationSeconds">How long it took.</param>
/// <param name="TargetSessions">Sessions that the stage ends with.</param>
internal sealed record StageReport(string Name, string Kind, double StartSeconds, double DurationSeconds, int TargetSessions);
