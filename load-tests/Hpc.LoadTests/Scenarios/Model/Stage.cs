namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>How the number of sessions moves.</summary>
internal enum StageKind
{
    /// <summary>From one number to another in equal steps; over when all are open.</summary>
    Ramp,

    /// <summary>The same number for a time.</summary>
    Steady,

    /// <summary>All at once: every session does its operations a number of times; over when all are done.</summary>
    Burst,

    /// <summary>Steady, and memory is read at a tenth of the time and at its end.</summary>
    Soak,
}

/// <summary>A part of a run.</summary>
internal sealed record Stage
{
    public required string Name { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Sessions at the start of a ramp; elsewhere the same as <see cref="To"/>.</summary>
    public int From { get; init; }

    public int To { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>When a ramp or burst that does not come to its end is given up.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often each session of a burst does an operation.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Log-ins begun per second by all sessions together; 0 for as many as the limits allow.</summary>
    public double LoginsPerSecond { get; init; }

    public OperationMix Operations { get; init; } = OperationMix.Idle;

    public ThinkTime Think { get; init; } = ThinkTime.None;

    /// <summary>Whether memory of client and server is read at the end.</summary>
    public bool ReadsMemory { get; init; }
}
