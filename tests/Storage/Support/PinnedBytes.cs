using System.Runtime.InteropServices;

namespace Hpc.Storage.Tests.Support;

/// <summary>Bytes that stay where they are, cut into segments.</summary>
internal sealed unsafe class PinnedBytes : IDisposable
{
    private GCHandle _handle;

    public PinnedBytes(byte[] bytes)
    {
        Bytes = bytes;
        _handle = GCHandle.Alloc(bytes, GCHandleType.Pinned);
    }

    public byte[] Bytes { get; }

    public PinnedSegment[] Segments(int pieceLength = int.MaxValue)
    {
        var segments = new List<PinnedSegment>();
        byte* start = (byte*)_handle.AddrOfPinnedObject();
        for (int i = 0; i < Bytes.Length; i += Math.Min(pieceLength, Bytes.Length - i))
        {
            segments.Add(new PinnedSegment(start + i, (nuint)Math.Min(pieceLength, Bytes.Length - i)));
        }

        return [.. segments];
    }

    public void Dispose() => _handle.Free();
}
