namespace Hpc.Server.Hosting;

/// <summary>How much memory transfer buffers may take.</summary>
internal static class BufferLimit
{
    private const long Mebibyte = 1L << 20;

    private const long Least = 64 * Mebibyte;

    private const long Most = 8192 * Mebibyte;

    /// <param name="configuredMib">0 is a quarter of what the process may use.</param>
    public static long Of(int configuredMib) => configuredMib > 0
        ? configuredMib * Mebibyte
        : Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, Least, Most);
}
