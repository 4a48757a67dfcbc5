using System.Security.Cryptography;
using System.Text;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.KeyExchange;

/// <summary>SSH_MSG_KEXINIT (RFC 4253 §7.1).</summary>
internal sealed record KexInitMessage
{
    //  byte         SSH_MSG_KEXINIT
    //  byte[16]     cookie
    //  name-list    kex_algorithms, server_host_key_algorithms,
    //               encryption, mac, compression, languages (client to server and server to client each)
    //  boolean      first_kex_packet_follows
    //  uint32       0
    private const int CookieLength = 16;

    // OpenSSH's longest list is about 1,500 bytes; a peer that needs more than this means harm.
    private const int MaxListBytes = 8 * 1024;
    private const int MaxNames = 256;

    public required IReadOnlyList<string> KeyExchange { get; init; }

    public required IReadOnlyList<string> HostKey { get; init; }

    public required IReadOnlyList<string> CipherToServer { get; init; }

    public required IReadOnlyList<string> CipherToClient { get; init; }

    public required IReadOnlyList<string> MacToServer { get; init; }

    public required IReadOnlyList<string> MacToClient { get; init; }

    public required IReadOnlyList<string> CompressionToServer { get; init; }

    public required IReadOnlyList<string> CompressionToClient { get; init; }

    public bool FirstPacketFollows { get; init; }

    public byte[] ToPayload()
    {
        IReadOnlyList<string>[] lists =
            [KeyExchange, HostKey, CipherToServer, CipherToClient, MacToServer, MacToClient, CompressionToServer, CompressionToClient, [], []];
        var payload = new byte[1 + CookieLength + lists.Sum(static list => 4 + list.Sum(static name => name.Length + 1)) + 1 + 4];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.KexInit);
        Span<byte> cookie = stackalloc byte[CookieLength];
        RandomNumberGenerator.Fill(cookie);
        writer.WriteBytes(cookie);
        foreach (IReadOnlyList<string> list in lists)
        {
            writer.WriteString(string.Join(',', list));
        }

        writer.WriteBoolean(FirstPacketFollows);
        writer.WriteUInt32(0);
        return payload[..writer.Length];
    }

    public static bool TryRead(ReadOnlySpan<byte> payload, out KexInitMessage message)
    {
        var reader = new WireReader(payload[1..]);
        bool complete = reader.TryReadBytes(CookieLength, out _);
        var lists = new IReadOnlyList<string>[10];
        for (int i = 0; i < lists.Length; i++)
        {
            complete &= TryReadNameList(ref reader, out lists[i]);
        }

        complete &= reader.TryReadBoolean(out bool follows) & reader.TryReadUInt32(out _);
        message = new KexInitMessage
        {
            KeyExchange = lists[0],
            HostKey = lists[1],
            CipherToServer = lists[2],
            CipherToClient = lists[3],
            MacToServer = lists[4],
            MacToClient = lists[5],
            CompressionToServer = lists[6],
            CompressionToClient = lists[7],
            FirstPacketFollows = follows,
        };
        return complete && reader.IsAtEnd;
    }

    private static bool TryReadNameList(ref WireReader reader, out IReadOnlyList<string> names)
    {
        names = [];
        if (!reader.TryReadString(out ReadOnlySpan<byte> list) || list.Length > MaxListBytes || list.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
        {
            return false;
        }

        if (list.IsEmpty)
        {
            return true;
        }

        if (list.Count((byte)',') >= MaxNames)
        {
            return false;
        }

        names = Encoding.ASCII.GetString(list).Split(',');
        return true;
    }
}
