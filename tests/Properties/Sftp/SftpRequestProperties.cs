using FsCheck.Fluent;
using Hpc.Fuzz.Tests.Host;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage.Local;

namespace Hpc.Properties.Tests.Sftp;

/// <summary>All requests and extensions, with fields that are right, nearly right and wrong, cut into any pieces.</summary>
public sealed class SftpRequestProperties : IDisposable
{
    private const int Cases = 60;

    private static readonly byte[] Types = [3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 42, 101, 200, 200, 200, 200, 200, 201, 255];

    private static readonly string[] Extensions =
        [.. SftpOperationTable.All.Where(static row => row.Extension is not null).Select(static row => row.Extension!), "unknown@example.org", ""];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hpc-properties-");
    private readonly LocalFileSystem _files;

    public SftpRequestProperties()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "a"), "content");
        Directory.CreateDirectory(Path.Combine(_root.FullName, "d"));
        _files = LocalFileSystem.Open(_root.FullName);
    }

    [Fact]
    public async Task Every_request_gets_one_reply_with_its_id_and_in_order()
    {
        foreach (int seed in Enumerable.Range(1, Cases))
        {
            var random = new Random(seed);
            using var session = new SftpSession(_files);
            session.Start();
            uint[] ids = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (uint)random.Next())];
            byte[] stream = [.. ids.SelectMany(id => Request(random, id))];
            for (int at = 0; at < stream.Length;)
            {
                int count = Math.Min(random.Next(1, 400), stream.Length - at);
                session.Channel.Deliver(stream.AsSpan(at, count));
                at += count;
            }

            List<Packet> replies = await session.TakeAsync(ids.Length);
            replies.Select(static reply => reply.Id).ShouldBe(ids, $"seed {seed}");
            replies.ShouldAllBe(static reply => (byte)reply.Type >= 101);
            await session.EndAsync();
        }
    }

    [Fact]
    public async Task A_stream_of_any_bytes_is_answered_or_ended()
    {
        foreach (int seed in Enumerable.Range(1, Cases))
        {
            var random = new Random(seed);
            using var session = new SftpSession(_files);
            if (random.Next(4) != 0)
            {
                session.Start();
            }

            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            bytes[0] = 0;
            bytes[1] = 0;
            bytes[2] = (byte)random.Next(2);
            session.Channel.Deliver(bytes);
            await session.EndAsync();
        }
    }

    [Fact]
    public void A_request_that_has_no_body_or_any_body_finds_its_row_or_none() =>
        Verify.ForAll(Generators.Byte.Zip(Generators.Bytes, static (type, body) => (type, body)), static value =>
        {
            var fields = new WireReader(value.body);
            bool isKnown = SftpOperationTable.TryFind((SftpMessageType)value.type, ref fields, out SftpOperation? row);
            isKnown.ShouldBe(row is not null);
        });

    public void Dispose()
    {
        _files.Dispose();
        TreeRemoval.Remove(_root);
    }

    private static byte[] Request(Random random, uint id)
    {
        byte type = Types[random.Next(Types.Length)];
        var writer = new WireWriter(new byte[4096]);
        writer.WriteUInt32(0);
        writer.WriteByte(type);
        writer.WriteUInt32(id);
        if (type == 200)
        {
            writer.WriteString(Extensions[random.Next(Extensions.Length)]);
        }

        for (int i = random.Next(7); i > 0; i--)
        {
            WriteField(random, ref writer);
        }

        byte[] request = writer.Written.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(request, (uint)request.Length - 4);
        return request;
    }

    // Fields of every kind at every place; a few are counts and lengths that lie.
    private static void WriteField(Random random, ref WireWriter writer)
    {
        switch (random.Next(7))
        {
            case 0:
                writer.WriteString(new[] { "", "a", "/d", "../x", "d/new", "nothing" }[random.Next(6)]);
                break;
            case 1:
                var bytes = new byte[random.Next(60)];
                random.NextBytes(bytes);
                writer.WriteString(bytes);
                break;
            case 2:
                writer.WriteUInt32(new uint[] { 0, 1, 5, 0x1A, 0x80000000, 0xFFFFFFFF }[random.Next(6)]);
                break;
            case 3:
                writer.WriteUInt64((ulong)random.NextInt64());
                break;
            case 4:
                writer.WriteString(new[] { "sha256", "md5,sha1", "crc32", "none" }[random.Next(4)]);
                break;
            case 5:
                writer.WriteByte((byte)random.Next(256));
                break;
            default:
                writer.WriteUInt64(0);
                break;
        }
    }
}
