using System.Buffers.Binary;
using System.Text;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.Fuzz.Tests.Peer;

/// <summary>Well-formed SFTP requests of every kind on random paths and handles, the ways out of the root included.</summary>
internal sealed class SftpRequestMaker
{
    private const int MaxHandles = 8;

    // Sparse files are welcome, terabytes of copied zeros are not.
    private const long LargeSize = 40L * 1024 * 1024;

    private static readonly SftpMessageType[] Plain =
    [
        SftpMessageType.Open, SftpMessageType.Open, SftpMessageType.Open, SftpMessageType.OpenDirectory, SftpMessageType.OpenDirectory,
        SftpMessageType.Close, SftpMessageType.Read, SftpMessageType.Read, SftpMessageType.Read, SftpMessageType.Write, SftpMessageType.Write,
        SftpMessageType.LinkStat, SftpMessageType.HandleStat, SftpMessageType.SetStat, SftpMessageType.HandleSetStat, SftpMessageType.ReadDirectory,
        SftpMessageType.ReadDirectory, SftpMessageType.Remove, SftpMessageType.MakeDirectory, SftpMessageType.RemoveDirectory, SftpMessageType.RealPath,
        SftpMessageType.Stat, SftpMessageType.Rename, SftpMessageType.ReadLink, SftpMessageType.SymbolicLink, SftpMessageType.Extended,
        SftpMessageType.Extended, SftpMessageType.Extended, SftpMessageType.Init, (SftpMessageType)99, SftpMessageType.Status,
    ];

    private static readonly string[] Extensions =
        [.. SftpOperationTable.All.Where(static operation => operation.Extension is not null).Select(static operation => operation.Extension!), "unknown@example.org"];

    private readonly Random _random;
    private readonly byte[][] _paths;
    private readonly List<byte[]> _handles = [];
    private uint _id;

    public SftpRequestMaker(Random random, string outsidePath)
    {
        _random = random;
        string[] paths =
        [
            "", "/", ".", "..", "small", "big", "/dir", "dir/file", "dir/deep", "many", "new", "new/deeper", "link-out", "dir-out", "dir-out/secret.txt", "dir-out/new", "loop",
            "loop/x", "../outside/secret.txt", "/../../outside/secret.txt", "dir/../../outside", outsidePath, outsidePath + "/secret.txt", "a//b/./c", "~", "~/small", "~root",
            "na\\me", "new line\n", new string('n', 255), new string('n', 256), string.Concat(Enumerable.Repeat("d/", 3000)), "é\u0301\ud83d\ude00", "/proc/self/root/etc/passwd", "made", "made/link",
        ];
        _paths = [.. paths.Select(Encoding.UTF8.GetBytes), "nul\0byte"u8.ToArray(), [0xff, 0xfe, (byte)'/', 0x80]];
    }

    /// <summary>Keeps handles that the server gave out.</summary>
    public void OnReply(ReadOnlySpan<byte> reply)
    {
        var reader = new WireReader(reply);
        if (reader.TryReadByte(out byte type) && (SftpMessageType)type == SftpMessageType.Handle && reader.TryReadUInt32(out _) && reader.TryReadString(out ReadOnlySpan<byte> handle))
        {
            lock (_handles)
            {
                if (_handles.Count == MaxHandles)
                {
                    _handles.RemoveAt(0);
                }

                _handles.Add(handle.ToArray());
            }
        }
    }

    /// <summary>The next request, its length in front.</summary>
    public byte[] Next()
    {
        var writer = new WireWriter(new byte[60_000]);
        writer.WriteUInt32(0);
        SftpMessageType type = _random.Next(200) == 0 ? (SftpMessageType)_random.Next(256) : Plain[_random.Next(Plain.Length)];
        if (type == SftpMessageType.Init && _random.Next(20) != 0)
        {
            type = SftpMessageType.Stat;
        }

        writer.WriteByte((byte)type);
        writer.WriteUInt32(++_id);
        WriteBody(ref writer, type);
        byte[] request = writer.Written.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(request, (uint)(request.Length - 4));
        return request;
    }

    private void WriteBody(ref WireWriter writer, SftpMessageType type)
    {
        switch (type)
        {
            case SftpMessageType.Open:
                writer.WriteString(Path());
                writer.WriteUInt32(_random.Next(4) == 0 ? (uint)_random.Next(128) : new uint[] { 1, 2, 3, 0x1A, 0x2A, 0x1B, 0x06 }[_random.Next(7)]);
                WriteAttributes(ref writer);
                break;
            case SftpMessageType.Read:
                writer.WriteString(Handle());
                writer.WriteUInt64(Offset());
                writer.WriteUInt32(_random.Next(5) == 0 ? ByteMutator.Length(_random) : (uint)_random.Next(1, 70_000));
                break;
            case SftpMessageType.Write:
                writer.WriteString(Handle());
                writer.WriteUInt64(Offset());
                writer.WriteString(ByteMutator.Bytes(_random, _random.Next(3) == 0 ? _random.Next(40_000) : _random.Next(300)));
                break;
            case SftpMessageType.Close or SftpMessageType.HandleStat or SftpMessageType.ReadDirectory:
                writer.WriteString(Handle());
                break;
            case SftpMessageType.SetStat or SftpMessageType.MakeDirectory:
                writer.WriteString(Path());
                WriteAttributes(ref writer);
                break;
            case SftpMessageType.HandleSetStat:
                writer.WriteString(Handle());
                WriteAttributes(ref writer);
                break;
            case SftpMessageType.Rename or SftpMessageType.SymbolicLink:
                writer.WriteString(Path());
                writer.WriteString(Path());
                break;
            case SftpMessageType.Extended:
                WriteExtension(ref writer, Extensions[_random.Next(Extensions.Length)]);
                break;
            default:
                writer.WriteString(Path());
                break;
        }
    }

    private void WriteExtension(ref WireWriter writer, string name)
    {
        writer.WriteString(name);
        switch (name)
        {
            case "posix-rename@openssh.com" or "hardlink@openssh.com":
                writer.WriteString(Path());
                writer.WriteString(Path());
                break;
            case "fstatvfs@openssh.com" or "fsync@openssh.com":
                writer.WriteString(Handle());
                break;
            case "lsetstat@openssh.com":
                writer.WriteString(Path());
                WriteAttributes(ref writer);
                break;
            case "copy-data":
                writer.WriteString(Handle());
                writer.WriteUInt64(Offset());
                writer.WriteUInt64((ulong)_random.NextInt64(LargeSize / 10));
                writer.WriteString(Handle());
                writer.WriteUInt64(Offset());
                break;
            case "check-file-name" or "check-file-handle" or "check-file":
                writer.WriteString(name == "check-file-name" ? Path() : Handle());
                writer.WriteString(new[] { "md5", "sha1,sha256", "crc32", "sha512", "", "none," }[_random.Next(6)]);
                writer.WriteUInt64(Offset());
                writer.WriteUInt64(_random.Next(3) == 0 ? 0 : Offset());
                writer.WriteUInt32(_random.Next(2) == 0 ? 0 : ByteMutator.Length(_random));
                break;
            case "users-groups-by-id@openssh.com":
                writer.WriteString(ByteMutator.Bytes(_random, 4 * _random.Next(20)));
                writer.WriteString(ByteMutator.Bytes(_random, _random.Next(50)));
                break;
            case "limits@openssh.com":
                break;
            default:
                writer.WriteString(Path());
                break;
        }
    }

    private void WriteAttributes(ref WireWriter writer)
    {
        uint flags = _random.Next(3) == 0 ? 0 : (uint)_random.Next(16);
        if (_random.Next(20) == 0)
        {
            flags |= 0x80000000;
        }

        writer.WriteUInt32(flags);
        if ((flags & 1) != 0)
        {
            writer.WriteUInt64(Offset());
        }

        if ((flags & 2) != 0)
        {
            writer.WriteUInt32((uint)_random.Next(3));
            writer.WriteUInt32((uint)_random.Next(3));
        }

        if ((flags & 4) != 0)
        {
            writer.WriteUInt32((uint)_random.Next(0x10000));
        }

        if ((flags & 8) != 0)
        {
            writer.WriteUInt32((uint)_random.Next());
            writer.WriteUInt32(ByteMutator.Length(_random));
        }

        if ((flags & 0x80000000) != 0)
        {
            writer.WriteUInt32(1);
            writer.WriteString("type@example.org");
            writer.WriteString("data");
        }
    }

    private ulong Offset() => _random.Next(12) switch
    {
        0 => ulong.MaxValue - (ulong)_random.Next(3),
        1 => (ulong)long.MaxValue - (ulong)_random.Next(40_000),
        2 => (ulong)_random.NextInt64(LargeSize),
        3 or 4 => 0,
        _ => (ulong)_random.Next(250_000),
    };

    private byte[] Path() => _paths[_random.Next(_paths.Length)];

    private byte[] Handle()
    {
        lock (_handles)
        {
            return _handles.Count == 0 || _random.Next(12) == 0 ? ByteMutator.Bytes(_random, _random.Next(9)) : _handles[_random.Next(_handles.Count)];
        }
    }
}
