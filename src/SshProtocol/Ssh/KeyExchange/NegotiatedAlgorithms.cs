using Hpc.Crypto;
using Hpc.Crypto.Packets;

namespace Hpc.SshProtocol.Ssh.KeyExchange;

/// <summary>What both sides settled on (RFC 4253 §7.1: the client's first name that the server has too).</summary>
internal sealed record NegotiatedAlgorithms
{
    public required string KeyExchange { get; init; }

    public required string HostKey { get; init; }

    public required DirectionAlgorithms ToServer { get; init; }

    public required DirectionAlgorithms ToClient { get; init; }

    /// <summary>True if the peer's guessed first packet does not fit and must be dropped.</summary>
    public required bool IgnoreFirstPacket { get; init; }

    public static NegotiatedAlgorithms Negotiate(KexInitMessage client, KexInitMessage server, bool peerGuessed)
    {
        string keyExchange = First("key exchange", client.KeyExchange, server.KeyExchange);
        string hostKey = First("host key", client.HostKey, server.HostKey);
        bool wrongGuess = peerGuessed &&
            (client.KeyExchange[0] != server.KeyExchange[0] || client.HostKey[0] != server.HostKey[0]);
        DirectionAlgorithms toServer = DirectionAlgorithms.Negotiate(
            "client to server", client.CipherToServer, server.CipherToServer, client.MacToServer, server.MacToServer, client.CompressionToServer, server.CompressionToServer);
        DirectionAlgorithms toClient = DirectionAlgorithms.Negotiate(
            "server to client", client.CipherToClient, server.CipherToClient, client.MacToClient, server.MacToClient, client.CompressionToClient, server.CompressionToClient);
        return new NegotiatedAlgorithms
        {
            KeyExchange = keyExchange,
            HostKey = hostKey,
            ToServer = toServer,
            ToClient = toClient == toServer ? toServer : toClient,
            IgnoreFirstPacket = wrongGuess,
        };
    }

    internal static string First(string kind, IReadOnlyList<string> client, IReadOnlyList<string> server)
    {
        foreach (string name in client)
        {
            for (int i = 0; i < server.Count; i++)
            {
                // The server's own string: what the peer sent is not kept alive by a connection.
                if (name == server[i] && !IsMarker(name))
                {
                    return server[i];
                }
            }
        }

        throw SshProtocolException.NothingInCommon($"no {kind} algorithm in common; the client offers {Shorten(client)}, the server has {Shorten(server)}");
    }

    // Names in the key exchange list that are no method (RFC 8308 §2.1, OpenSSH PROTOCOL §1.10).
    private static bool IsMarker(string name) => name.StartsWith("ext-info-", StringComparison.Ordinal) || name.StartsWith("kex-strict-", StringComparison.Ordinal);

    private static string Shorten(IReadOnlyList<string> names)
    {
        string text = string.Join(',', names);
        return text.Length == 0 ? "nothing" : text.Length <= 400 ? text : text[..400] + "…";
    }
}

/// <summary>Cipher, MAC and compression of one direction.</summary>
/// <param name="Cipher">The packet cipher.</param>
/// <param name="Mac">The MAC, or null where the cipher authenticates by itself.</param>
/// <param name="IsCompressed">True for zlib@openssh.com, which begins after login.</param>
internal sealed record DirectionAlgorithms(CipherInfo Cipher, MacInfo? Mac, bool IsCompressed)
{
    public const string NoCompression = "none";
    public const string DelayedZlib = "zlib@openssh.com";

    public static DirectionAlgorithms Negotiate(
        string direction,
        IReadOnlyList<string> clientCiphers,
        IReadOnlyList<string> serverCiphers,
        IReadOnlyList<string> clientMacs,
        IReadOnlyList<string> serverMacs,
        IReadOnlyList<string> clientCompressions,
        IReadOnlyList<string> serverCompressions)
    {
        string cipherName = NegotiatedAlgorithms.First($"cipher ({direction})", clientCiphers, serverCiphers);
        if (!AlgorithmCatalog.TryGetCipher(cipherName, out CipherInfo? cipher))
        {
            throw SshProtocolException.NothingInCommon($"cipher {cipherName} is not available");
        }

        MacInfo? mac = null;
        if (!cipher.IsAead)
        {
            string macName = NegotiatedAlgorithms.First($"MAC ({direction})", clientMacs, serverMacs);
            if (!AlgorithmCatalog.TryGetMac(macName, out mac))
            {
                throw SshProtocolException.NothingInCommon($"MAC {macName} is not available");
            }
        }

        string compression = NegotiatedAlgorithms.First($"compression ({direction})", clientCompressions, serverCompressions);
        return new DirectionAlgorithms(cipher, mac, compression == DelayedZlib);
    }

    public override string ToString() => Mac is null ? Cipher.Name : $"{Cipher.Name} {Mac.Name}";
}
