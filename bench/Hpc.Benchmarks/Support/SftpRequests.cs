using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.Benchmarks.Support;

/// <summary>SFTP requests as bytes, made before anything is measured.</summary>
internal static class SftpRequests
{
    public const uint ForReading = 1;
    public const uint ForWriting = 2 | 8;

    /// <summary>Where a handle's bytes begin in a request that starts with one, and in the reply that brings one.</summary>
    public const int HandleOffset = SftpLimits.HeaderLength + 4;

    public static byte[] Init { get; } = Pin([0, 0, 0, 5, (byte)SftpMessageType.Init, 0, 0, 0, 3]);

    public static byte[] Read(byte[] handle, long offset, int length) =>
        Of(SftpMessageType.Read, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).UInt32((uint)length));

    public static byte[] Write(byte[] handle, long offset, byte[] data) =>
        Of(SftpMessageType.Write, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).Bytes(data));

    public static byte[] Open(string path, uint flags) => Of(SftpMessageType.Open, new SftpFieldWriter().Path(path).UInt32(flags).UInt32(0));

    /// <summary>A request that carries nothing but a path.</summary>
    public static byte[] OfPath(SftpMessageType type, string path) => Of(type, new SftpFieldWriter().Path(path));

    /// <summary>A request that carries nothing but a handle.</summary>
    public static byte[] OfHandle(SftpMessageType type, byte[] handle) => Of(type, new SftpFieldWriter().Bytes(handle));

    /// <summary>This many READs in a row, from the start of the file on.</summary>
    public static byte[] Reads(byte[] handle, int count, int length) =>
        Pin([.. Enumerable.Range(0, count).SelectMany(i => Read(handle, (long)i * length, length))]);

    /// <summary>This many WRITEs in a row, from the start of the file on.</summary>
    public static byte[] Writes(byte[] handle, int count, int length) =>
        Pin([.. Enumerable.Range(0, count).SelectMany(i => Write(handle, (long)i * length, new byte[length]))]);

    /// <summary>The handle in a reply to OPEN or OPENDIR.</summary>
    public static byte[] HandleIn(ReadOnlySpan<byte> reply) => HandleSpan(reply).ToArray();

    /// <summary>The handle in a reply to OPEN or OPENDIR.</summary>
    public static ReadOnlySpan<byte> HandleSpan(ReadOnlySpan<byte> reply) => reply[4] == (byte)SftpMessageType.Handle
        ? reply[HandleOffset..]
        : throw new InvalidDataException($"The answer is a {(SftpMessageType)reply[4]} and no handle.");

    private static byte[] Of(SftpMessageType type, SftpFieldWriter fields)
    {
        byte[] request = GC.AllocateArray<byte>(SftpLimits.HeaderLength + fields.Fields.Length, pinned: true);
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length - 4);
        request[4] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(5), 1);
        fields.Fields.Span.CopyTo(request.AsSpan(SftpLimits.HeaderLength));
        return request;
    }

    private static byte[] Pin(byte[] bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned, 0);
        return pinned;
    }
}
