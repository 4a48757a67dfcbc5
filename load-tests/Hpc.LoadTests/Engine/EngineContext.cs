using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Sessions;

namespace Hpc.LoadTests.Engine;

/// <summary>What all sessions of a run share.</summary>
internal sealed class EngineContext : IDisposable
{
    public required Scenario Scenario { get; init; }

    public required SessionFactory Factory { get; init; }

    public required LoadRecorder Recorder { get; init; }

    /// <summary>Null where no operation wants files.</summary>
    public RunFolder? Folder { get; init; }

    public required FileTransfer Transfer { get; init; }

    /// <summary>Transfers that are no part of the load: preparing, and reading back what was uploaded.</summary>
    public required FileTransfer Checking { get; init; }

    /// <summary>Log-ins under way at the same time.</summary>
    public required SemaphoreSlim LoginPlaces { get; init; }

    public void Dispose() => LoginPlaces.Dispose();
}
