using Hpc.LoadTests.Run;
using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Thresholds;

/// <summary>Works out what sessions take from the memory at several moments.</summary>
internal static class MemoryFigures
{
    /// <summary>From the last quiet moment without sessions to the first with the most.</summary>
    public static double? PerSession(IReadOnlyList<MemoryPoint> points, Func<MemoryPoint, double?> kib)
    {
        if (Fullest(points) is not { } full || EmptyBefore(points, full) is not { } empty)
        {
            return null;
        }

        return (kib(full) - kib(empty)) / full.Sessions;
    }

    /// <summary>What the server's managed heap holds per session, by type, between the same moments.</summary>
    public static IReadOnlyList<TypeFigures> Types(IReadOnlyList<MemoryPoint> points) =>
        Fullest(points) is { ServerHeap: { } after } full && EmptyBefore(points, full) is { ServerHeap: { } before } ? HeapType.Growth(before, after, full.Sessions) : [];

    /// <summary>From the quiet moment before to the one with the most: what one more session takes.</summary>
    public static double? PerFurtherSession(IReadOnlyList<MemoryPoint> points, Func<MemoryPoint, double?> kib)
    {
        if (Fullest(points) is not { } full || points.TakeWhile(point => !ReferenceEquals(point, full)).LastOrDefault(static point => !point.IsUnderLoad) is not { Sessions: > 0 } part)
        {
            return null;
        }

        return (kib(full) - kib(part)) / (full.Sessions - part.Sessions);
    }

    /// <summary>How much the server grew while it soaked.</summary>
    public static double? Growth(IReadOnlyList<MemoryPoint> points)
    {
        MemoryPoint[] loaded = [.. points.Where(static point => point.IsUnderLoad)];
        return loaded.Length < 2 ? null : (double?)loaded[^1].ServerResidentKib - loaded[0].ServerResidentKib;
    }

    private static MemoryPoint? EmptyBefore(IReadOnlyList<MemoryPoint> points, MemoryPoint full) =>
        points.TakeWhile(point => !ReferenceEquals(point, full)).LastOrDefault(static point => point is { IsUnderLoad: false, Sessions: 0 });

    private static MemoryPoint? Fullest(IReadOnlyList<MemoryPoint> points) =>
        points.Where(static point => point is { IsUnderLoad: false, Sessions: > 0 }).MaxBy(static point => point.Sessions);
}
