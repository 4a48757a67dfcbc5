namespace Hpc.LoadTests.Report;

/// <summary>Memory at one moment of a run.</summary>
/// <param name="Stage">At the end of this one, or within it where the load went on.</param>
/// <param name="AtSeconds">Since the run began.</param>
/// <param name="Sessions">Open at that moment.</param>
/// <param name="IsUnderLoad">Read without a quiet time and a collection before.</param>
/// <param name="ClientRssBytes">Resident memory of the load generator.</param>
/// <param name="ServerRssBytes">Resident memory of the server; none of a server that the run has not started.</param>
/// <param name="ServerAnonymousBytes">Of that, what is not a mapped file.</param>
/// <param name="ServerManagedBytes">Of that, the managed heap.</param>
internal sealed record MemoryReport(
    string Stage,
    double AtSeconds,
    int Sessions,
    bool IsUnderLoad,
    long ClientRssBytes,
    long? ServerRssBytes,
    long? ServerAnonymousBytes,
    long? ServerManagedBytes);
