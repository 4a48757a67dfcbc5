using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.SshProtocol.Tests.Sftp;

internal readonly record struct Packet(SftpMessageType Type, uint Id, byte[] Body)
{
    public SftpStatus Status
    {
        get
        {
            Type.ShouldBe(SftpMessageType.Status);
            return (SftpStatus)BinaryPrimitives.ReadUInt32BigEndian(Body);
        }
    }

    public string Text => System.Text.Encoding.UTF8.GetString(Body, 8, (int)BinaryPrimitives.ReadUInt32BigEndian(Body.AsSpan(4)));

    public byte[] String
    {
        get
        {
            Body.Length.ShouldBe(4 + (int)BinaryPrimitives.ReadUInt32BigEndian(Body));
            return Body[4..];
        }
    }
}

/// <summary>An SFTP server on a fake channel, spoken to in packets.</summary>
internal sealed class SftpSession : IDisposable
{
    private readonly SftpMetrics _metrics = new();
    private int _parsed;

    public SftpSession(IFileSystem files, SftpServerOptions? options = null, FakeChannel? channel = null, ILogger? logger = null)
    {
        Channel = channel ?? FakeChannel.WithOutput();
        Grant = new FakeGrant(files);
        Server = new SftpServer(Channel, Grant, Pool, options ?? new SftpServerOptions(), logger ?? NullLogger.Instance, _metrics);
        Channel.Program = Server;
    }

    public FakeChannel Channel { get; }

    public FakeGrant Grant { get; }

    public SftpServer Server { get; }

    public BlockPool Pool { get; } = new(new BufferBudget(1L << 30));

    /// <summary>Packets that came since the last call.</summary>
    public List<Packet> Take()
    {
        var packets = new List<Packet>();
        lock (Channel.Turn)
        {
            ReadOnlySpan<byte> output = Channel.Output!.GetBuffer().AsSpan(0, (int)Channel.Output.Length);
            while (_parsed + 9 <= output.Length)
            {
                int length = (int)BinaryPrimitives.ReadUInt32BigEndian(output[_parsed..]);
                if (_parsed + 4 + length > output.Length)
                {
                    break;
                }

                packets.Add(new Packet(
                    (SftpMessageType)output[_parsed + 4],
                    BinaryPrimitives.ReadUInt32BigEndian(output[(_parsed + 5)..]),
                    output[(_parsed + 9)..(_parsed + 4 + length)].ToArray()));
                _parsed += 4 + length;
            }
        }

        return packets;
    }

    public async Task<List<Packet>> TakeAsync(int count)
    {
        var packets = new List<Packet>();
        await Channel.WaitForAsync(() =>
        {
            packets.AddRange(Take());
            return packets.Count >= count;
        });
        packets.Count.ShouldBe(count);
        return packets;
    }

    public async Task<Packet> AskAsync(byte[] request)
    {
        Channel.Deliver(request);
        return (await TakeAsync(1))[0];
    }

    public void Start()
    {
        Channel.Deliver(Init());
        Take().Count.ShouldBe(1);
    }

    public async Task<byte[]> OpenAsync(string path, uint flags)
    {
        Packet reply = await AskAsync(Request(SftpMessageType.Open, 1, new SftpFieldWriter().Path(path).UInt32(flags).UInt32(0)));
        reply.Type.ShouldBe(SftpMessageType.Handle);
        return reply.String;
    }

    public static byte[] Init(uint version = 3) => Request(SftpMessageType.Init, version, new SftpFieldWriter());

    public static byte[] Request(SftpMessageType type, uint id, SftpFieldWriter fields)
    {
        byte[] request = new byte[9 + fields.Fields.Length];
        BinaryPrimitives.WriteUInt32BigEndian(request, (uint)request.Length - 4);
        request[4] = (byte)type;
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(5), id);
        fields.Fields.Span.CopyTo(request.AsSpan(9));
        return request;
    }

    public static byte[] Read(uint id, byte[] handle, long offset, int length) =>
        Request(SftpMessageType.Read, id, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).UInt32((uint)length));

    public static byte[] Write(uint id, byte[] handle, long offset, ReadOnlySpan<byte> data) =>
        Request(SftpMessageType.Write, id, new SftpFieldWriter().Bytes(handle).UInt64((ulong)offset).Bytes(data));

    public static byte[] Close(uint id, byte[] handle) => Request(SftpMessageType.Close, id, new SftpFieldWriter().Bytes(handle));

    /// <summary>Closes the channel and checks that everything rented came back.</summary>
    public async Task EndAsync()
    {
        Channel.Close();
        await Server.Released.WaitAsync(TimeSpan.FromSeconds(30));
        Pool.Budget.Rented.ShouldBe(0);
        Grant.Meter.Transfers.ShouldBeEmpty();
        Grant.Holds.ShouldBe(0);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        Channel.Dispose();
        Grant.Dispose();
    }
}
