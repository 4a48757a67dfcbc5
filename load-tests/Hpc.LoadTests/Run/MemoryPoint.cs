using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Run;

/// <summary>Memory at one moment of a run. What the server's processes take is known only of a server that the run started.</summary>
internal sealed record MemoryPoint
{
    public required string Stage { get; init; }

    public TimeSpan At { get; init; }

    public int Sessions { get; init; }

    public long ClientResidentKib { get; init; }

    public long? ServerResidentKib { get; init; }

    /// <summary>Heap, stacks and native memory, without mapped files.</summary>
    public long? ServerAnonymousKib { get; init; }

    public double? ServerManagedKib { get; init; }

    /// <summary>What the server's managed heap holds, by type; only where that is wanted.</summary>
    public IReadOnlyDictionary<string, HeapType>? ServerHeap { get; init; }

    /// <summary>Read while the load went on, without a quiet time and a collection before.</summary>
    public bool IsUnderLoad { get; init; }
}
