using System.Collections.Concurrent;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp;

/// <summary>A WRITE that ends within a run, and where.</summary>
internal readonly record struct EndedWrite(uint Id, int End);

/// <summary>The lists of a run of WRITEs. They are shared by all sessions: an idle one holds none.</summary>
internal sealed class WriteRun
{
    public const int MaxSegments = 64;
    public const int MaxWrites = 256;

    private const int MaxFree = 64;
    private static readonly ConcurrentQueue<WriteRun> Free = new();

    public PinnedSegment[] Segments { get; } = new PinnedSegment[MaxSegments];

    public EndedWrite[] Ended { get; } = new EndedWrite[MaxWrites];

    public static WriteRun Rent() => Free.TryDequeue(out WriteRun? run) ? run : new WriteRun();

    public void Return()
    {
        if (Free.Count < MaxFree)
        {
            Free.Enqueue(this);
        }
    }
}
