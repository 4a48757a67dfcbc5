using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hpc.Server.Metrics;

/// <summary>What the process uses: processor, memory, garbage collection, threads. Names are those that dashboards for other programs expect.</summary>
internal sealed class ProcessMetrics : IDisposable
{
    private readonly Meter _meter = new("Hpc.Process");
    private readonly Process _process = Process.GetCurrentProcess();

    public ProcessMetrics()
    {
        double started = new DateTimeOffset(_process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        _meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time used, user and system.");
        _meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, "By", "Memory in RAM.");
        _meter.CreateObservableGauge("process_start_time_seconds", () => started, "s", "Start of the process since 1970.");
        _meter.CreateObservableGauge("process_open_fds", OpenDescriptors, null, "Open file descriptors.");
        _meter.CreateObservableCounter("dotnet_gc_collections", Collections, null, "Garbage collections by generation.");
        _meter.CreateObservableGauge("dotnet_gc_heap_size", () => GC.GetTotalMemory(false), "By", "Managed memory in use.");
        _meter.CreateObservableCounter("dotnet_gc_allocated", () => GC.GetTotalAllocatedBytes(), "By", "Managed memory allocated since the start.");
        _meter.CreateObservableCounter("dotnet_gc_pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time stopped for garbage collection.");
        _meter.CreateObservableGauge("dotnet_threadpool_threads", () => ThreadPool.ThreadCount, null, "Threads of the pool.");
        _meter.CreateObservableGauge("dotnet_threadpool_queue_length", () => ThreadPool.PendingWorkItemCount, null, "Work items that wait for a thread of the pool.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        _process.Dispose();
    }

    private static IEnumerable<Measurement<int>> OpenDescriptors()
    {
        const string Descriptors = "/proc/self/fd";
        return Directory.Exists(Descriptors) ? [new Measurement<int>(Directory.GetFileSystemEntries(Descriptors).Length)] : [];
    }

    private static IEnumerable<Measurement<int>> Collections()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            yield return new Measurement<int>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation));
        }
    }
}
