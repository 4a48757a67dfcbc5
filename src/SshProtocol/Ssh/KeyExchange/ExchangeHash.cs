using System.Security.Cryptography;
using Hpc.Crypto;
using Hpc.Crypto.Packets;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.KeyExchange;

/// <summary>The exchange hash H and the keys derived from it (RFC 4253 §7.2, §8; RFC 5656 §4; RFC 4419 §3).</summary>
internal static class ExchangeHash
{
    /// <summary>What both sides hash, in its order: identification strings, KEXINIT payloads, host key, the method's own part, K.</summary>
    /// <param name="hash">The method's hash.</param>
    /// <param name="transcript">Identification strings and KEXINIT payloads.</param>
    /// <param name="hostKey">K_S.</param>
    /// <param name="method">The method's part: the two public shares as strings or mpints, for group exchange with the request and group in front.</param>
    /// <param name="secret">K, the content of an mpint.</param>
    public static byte[] Compute(HashAlgorithmName hash, Transcript transcript, ReadOnlySpan<byte> hostKey, ReadOnlySpan<byte> method, SecretBytes secret)
    {
        using IncrementalHash hasher = IncrementalHash.CreateHash(hash);
        AppendString(hasher, transcript.ClientVersion);
        AppendString(hasher, transcript.ServerVersion);
        AppendString(hasher, transcript.ClientKexInit);
        AppendString(hasher, transcript.ServerKexInit);
        AppendString(hasher, hostKey);
        hasher.AppendData(method);
        AppendString(hasher, secret.Span);
        return hasher.GetHashAndReset();
    }

    /// <summary>Derives one key (RFC 4253 §7.2): HASH(K || H || letter || session_id), extended as far as needed.</summary>
    public static SecretBytes DeriveKey(HashAlgorithmName hash, SecretBytes secret, ReadOnlySpan<byte> exchangeHash, char letter, ReadOnlySpan<byte> sessionId, int length)
    {
        var key = new SecretBytes(length);
        using IncrementalHash hasher = IncrementalHash.CreateHash(hash);
        Span<byte> block = stackalloc byte[64];
        int done = 0;
        while (done < length)
        {
            AppendString(hasher, secret.Span);
            hasher.AppendData(exchangeHash);
            if (done == 0)
            {
                hasher.AppendData([(byte)letter]);
                hasher.AppendData(sessionId);
            }
            else
            {
                hasher.AppendData(key.Span[..done]);
            }

            int blockLength = hasher.GetHashAndReset(block);
            int count = Math.Min(blockLength, length - done);
            block[..count].CopyTo(key.Span[done..]);
            done += count;
        }

        CryptographicOperations.ZeroMemory(block);
        return key;
    }

    private static void AppendString(IncrementalHash hasher, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        var writer = new WireWriter(length);
        writer.WriteUInt32((uint)value.Length);
        hasher.AppendData(length);
        hasher.AppendData(value);
    }
}

/// <summary>What was said before the key exchange method began, without line ends.</summary>
/// <param name="ClientVersion">V_C.</param>
/// <param name="ServerVersion">V_S.</param>
/// <param name="ClientKexInit">I_C.</param>
/// <param name="ServerKexInit">I_S.</param>
internal sealed record Transcript(byte[] ClientVersion, byte[] ServerVersion, byte[] ClientKexInit, byte[] ServerKexInit);

/// <summary>Keys of one key exchange for one direction.</summary>
internal static class DirectionKeys
{
    /// <summary>Makes the sealer of a direction. The letters are A, C, E client to server and B, D, F server to client.</summary>
    public static PacketSealer CreateSealer(DirectionAlgorithms algorithms, bool toServer, KeyMaterial material)
    {
        (SecretBytes iv, SecretBytes key, SecretBytes mac) = Derive(algorithms, toServer, material);
        using (iv)
        using (key)
        using (mac)
        {
            return AlgorithmCatalog.CreateSealer(algorithms.Cipher, algorithms.Mac, key.Span, iv.Span, mac.Span);
        }
    }

    /// <summary>Makes the opener of a direction.</summary>
    public static PacketOpener CreateOpener(DirectionAlgorithms algorithms, bool toServer, KeyMaterial material)
    {
        (SecretBytes iv, SecretBytes key, SecretBytes mac) = Derive(algorithms, toServer, material);
        using (iv)
        using (key)
        using (mac)
        {
            return AlgorithmCatalog.CreateOpener(algorithms.Cipher, algorithms.Mac, key.Span, iv.Span, mac.Span);
        }
    }

    private static (SecretBytes Iv, SecretBytes Key, SecretBytes Mac) Derive(DirectionAlgorithms algorithms, bool toServer, KeyMaterial material) =>
        (material.Derive(toServer ? 'A' : 'B', algorithms.Cipher.IvLength),
         material.Derive(toServer ? 'C' : 'D', algorithms.Cipher.KeyLength),
         material.Derive(toServer ? 'E' : 'F', algorithms.Mac?.KeyLength ?? 0));
}

/// <summary>The outcome of a key exchange: K, H and the session id. Disposed when both directions have their keys.</summary>
internal sealed class KeyMaterial(HashAlgorithmName hash, SecretBytes secret, byte[] exchangeHash, byte[] sessionId) : IDisposable
{
    public byte[] ExchangeHash { get; } = exchangeHash;

    public byte[] SessionId { get; } = sessionId;

    public SecretBytes Derive(char letter, int length) =>
        KeyExchange.ExchangeHash.DeriveKey(hash, secret, ExchangeHash, letter, SessionId, length);

    public void Dispose() => secret.Dispose();
}
