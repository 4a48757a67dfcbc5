namespace Hpc.LoadTests.Measure;

/// <summary>How an operation ended. All but the first are errors.</summary>
internal enum LoadOutcome : byte
{
    Succeeded,

    /// <summary>The connection broke, or the answer was wrong.</summary>
    Failed,

    /// <summary>No answer within the time that the scenario allows.</summary>
    TimedOut,

    /// <summary>The server said no: a status, a failed authentication, or too many connections.</summary>
    Refused,
}
