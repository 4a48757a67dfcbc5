using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Hpc.LoadTests.Server;

/// <summary>
/// Asks another .NET process for things through its diagnostics socket
/// (https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md).
/// </summary>
internal sealed class RuntimeDiagnostics(string folder, int processId)
{
    private const int HeaderLength = 20;
    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing2 = 3;
    private const byte Ok = 0;

    private const ulong CollectKeyword = 0x800000;

    // GC, GCHeapDump, GCHeapCollect, GCHeapAndTypeNames, Type.
    private const ulong HeapSnapshotKeywords = 0x1980001;

    /// <summary>Has the runtime make a full, blocking collection.</summary>
    public async Task CollectAsync(CancellationToken ct) => await TraceAsync(CollectKeyword, 4, TimeSpan.FromSeconds(3), ct).ConfigureAwait(false);

    /// <summary>A trace (format nettrace) of a full collection with every object of the heap.</summary>
    public Task<byte[]> SnapshotHeapAsync(CancellationToken ct) => TraceAsync(HeapSnapshotKeywords, 5, TimeSpan.FromSeconds(8), ct);

    private async Task<byte[]> TraceAsync(ulong keywords, uint level, TimeSpan duration, CancellationToken ct)
    {
        using Socket tracing = await ConnectAsync(ct).ConfigureAwait(false);
        await using var stream = new NetworkStream(tracing);
        await SendAsync(stream, CollectTracing2, TraceRequest(keywords, level), ct).ConfigureAwait(false);
        byte[] session = await ReceiveAsync(stream, ct).ConfigureAwait(false);
        using var trace = new MemoryStream();
        Task copying = stream.CopyToAsync(trace, ct);
        await Task.WhenAny(copying, Task.Delay(duration, ct)).ConfigureAwait(false);
        await StopAsync(session, ct).ConfigureAwait(false);
        await copying.WaitAsync(TimeSpan.FromSeconds(30), ct).ConfigureAwait(false);
        return trace.ToArray();
    }

    private async Task StopAsync(byte[] session, CancellationToken ct)
    {
        using Socket socket = await ConnectAsync(ct).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket);
        await SendAsync(stream, StopTracing, session, ct).ConfigureAwait(false);
        await ReceiveAsync(stream, ct).ConfigureAwait(false);
    }

    private async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        string path = Directory.EnumerateFiles(folder, $"dotnet-diagnostic-{processId}-*-socket").FirstOrDefault()
            ?? throw new LoadException("The server's runtime has no diagnostics socket; use --keep-garbage.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct).ConfigureAwait(false);
        return socket;
    }

    private static byte[] TraceRequest(ulong keywords, uint level)
    {
        //  uint32    circular buffer size, MiB
        //  uint32    format (1: nettrace)
        //  byte      rundown wanted
        //  uint32    count of providers
        //  uint64    keywords; uint32 level; string name; string filter
        using var request = new MemoryStream();
        using var writer = new BinaryWriter(request, Encoding.Unicode);
        writer.Write(256u);
        writer.Write(1u);
        writer.Write((byte)0);
        writer.Write(1u);
        writer.Write(keywords);
        writer.Write(level);
        const string Provider = "Microsoft-Windows-DotNETRuntime";
        writer.Write((uint)Provider.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(Provider + '\0'));
        writer.Write(0u);
        return request.ToArray();
    }

    private static async Task SendAsync(Stream stream, byte command, byte[] payload, CancellationToken ct)
    {
        //  byte[14]  "DOTNET_IPC_V1", 0
        //  uint16    length of all
        //  byte      command set; byte command
        //  uint16    0
        var message = new byte[HeaderLength + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = EventPipe;
        message[17] = command;
        payload.CopyTo(message, HeaderLength);
        await stream.WriteAsync(message, ct).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReceiveAsync(Stream stream, CancellationToken ct)
    {
        var header = new byte[HeaderLength];
        await stream.ReadExactlyAsync(header, ct).ConfigureAwait(false);
        var payload = new byte[Math.Max(0, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14)) - HeaderLength)];
        await stream.ReadExactlyAsync(payload, ct).ConfigureAwait(false);
        return header[17] == Ok ? payload : throw new LoadException("The server's runtime refuses the diagnostics request.");
    }
}
