namespace Hpc.LoadTests.Server;

/// <summary>All objects of one type.</summary>
internal readonly record struct HeapType(long Bytes, long Objects)
{
    // Types below this are noise of the measurement.
    private const double LeastBytes = 4;

    /// <summary>What came for each session, largest first.</summary>
    public static IReadOnlyList<TypeFigures> Growth(IReadOnlyDictionary<string, HeapType> before, IReadOnlyDictionary<string, HeapType> after, int sessions) =>
    [
        .. after
            .Select(type => Growth(type.Key, before.GetValueOrDefault(type.Key), type.Value, Math.Max(1, sessions)))
            .Where(static growth => growth.BytesPerSession >= LeastBytes)
            .OrderByDescending(static growth => growth.BytesPerSession),
    ];

    private static TypeFigures Growth(string name, HeapType before, HeapType after, double sessions) =>
        new(name, (after.Bytes - before.Bytes) / sessions, (after.Objects - before.Objects) / sessions);
}
