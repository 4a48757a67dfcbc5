using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Engine;

/// <summary>How many sessions a stage wants at each moment.</summary>
internal readonly struct StagePlan(Stage stage)
{
    /// <summary>Wanted after this time in the stage.</summary>
    public int SessionsAt(TimeSpan elapsed)
    {
        if (stage.Kind != StageKind.Ramp || elapsed >= stage.Duration)
        {
            return stage.To;
        }

        double part = Math.Max(0, elapsed / stage.Duration);
        return stage.From + (int)((stage.To - stage.From) * part);
    }

    /// <summary>When the number changes next, counted from the stage's start; null if it stays.</summary>
    public TimeSpan? NextChange(TimeSpan elapsed)
    {
        if (stage.Kind != StageKind.Ramp || stage.From == stage.To || elapsed >= stage.Duration)
        {
            return null;
        }

        int steps = Math.Abs(stage.To - stage.From);
        int done = Math.Abs(SessionsAt(elapsed) - stage.From);
        return stage.Duration * Math.Min(1, (done + 1.0) / steps);
    }

    /// <summary>True if the stage is over by its time alone, where time decides.</summary>
    public bool IsTimeOver(TimeSpan elapsed) => elapsed >= stage.Duration;
}
