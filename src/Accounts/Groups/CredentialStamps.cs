using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>Tells the credentials of a user before a change from those after it; a new hash of the same password is no change.</summary>
public static class CredentialStamps
{
    /// <summary>The stamp of a user as it is stored; see <see cref="UserAccount.CredentialStamp"/>.</summary>
    public static string Of(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, user.LastPasswordChange);
        Append(hash, string.IsNullOrEmpty(user.Password) ? 0 : 1);
        Append(hash, user.PublicKeys);
        Append(hash, user.Filters.TlsCerts);
        Append(hash, user.Filters.TlsUsername);
        TotpConfig totp = user.Filters.Totp;
        Append(hash, totp.Enabled ? 1 : 0);
        Append(hash, totp.Protocols);
        Append(hash, totp.ConfigName);
        Append(hash, totp.Secret.Payload);
        Append(hash, totp.Secret.Key);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void Append(IncrementalHash hash, IReadOnlyList<string> values)
    {
        Append(hash, values.Count);
        foreach (string value in values)
        {
            Append(hash, value);
        }
    }

    // Each value behind its length, so that no two users append the same bytes.
    private static void Append(IncrementalHash hash, string value)
    {
        Append(hash, value.Length);
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
