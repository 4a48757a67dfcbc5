using Hpc.LoadTests.Server;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Run;

/// <summary>Reads what client and server take.</summary>
internal sealed class ProcessWatch(LoadTarget target, bool collects, bool listsTypes = false)
{
    // The server gives buffers back when it had nothing to do for a few seconds.
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);

    public static TimeSpan ClientCpu => ProcessFigures.Of(Environment.ProcessId).Cpu;

    public TimeSpan? ServerCpu => target.Spawned is { IsRunning: true } server ? ProcessFigures.Of(server.ProcessId).Cpu : null;

    /// <summary>Memory after a quiet time, by default without what a collection frees.</summary>
    public async Task<MemoryPoint> SettleAsync(string stage, CancellationToken ct)
    {
        await Task.Delay(QuietTime, ct).ConfigureAwait(false);
        for (int i = 0; i < 2; i++)
        {
            // The second finds what finalizers kept in the first.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (collects && target.Spawned is { } server)
            {
                await server.Diagnostics.CollectAsync(ct).ConfigureAwait(false);
            }
        }

        MemoryPoint point = await ReadAsync(stage, ct).ConfigureAwait(false);
        return point with { IsUnderLoad = false, ServerHeap = await HeapAsync(ct).ConfigureAwait(false) };
    }

    private async Task<IReadOnlyDictionary<string, HeapType>?> HeapAsync(CancellationToken ct) => listsTypes && target.Spawned is { } server
        ? HeapSnapshot.Read(await server.Diagnostics.SnapshotHeapAsync(ct).ConfigureAwait(false))
        : null;

    /// <summary>Memory as it is now.</summary>
    public async Task<MemoryPoint> ReadAsync(string stage, CancellationToken ct)
    {
        var point = new MemoryPoint { Stage = stage, ClientResidentKib = ProcessFigures.Of(Environment.ProcessId).ResidentKib, IsUnderLoad = true };
        if (target.Spawned is not { } server)
        {
            return point;
        }

        IReadOnlyDictionary<string, double> metrics = await server.MetricsAsync(ct).ConfigureAwait(false);
        ProcessFigures figures = ProcessFigures.Of(server.ProcessId);
        return point with
        {
            ServerResidentKib = figures.ResidentKib,
            ServerAnonymousKib = figures.AnonymousKib,
            ServerManagedKib = metrics.GetValueOrDefault("dotnet_gc_heap_size_bytes") / 1024,
        };
    }
}
