using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hpc.Accounts;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Tokens;

/// <summary>What a token was given for: it ends when the password, the state, the role or the second factor of its account changes, or another account takes the name.</summary>
internal static class CredentialDigest
{
    public static string Of(Admin admin)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, admin.Username);
        Append(hash, admin.Id);
        Append(hash, admin.CreatedAt);

        // Not the hash: the login that the token is given for may have renewed it.
        Append(hash, admin.LastPasswordChange);
        Append(hash, string.IsNullOrEmpty(admin.Password) ? 0 : 1);
        Append(hash, admin.Status);
        Append(hash, admin.Role);
        Append(hash, admin.Filters.Totp.Enabled ? 1 : 0);
        Append(hash, admin.Filters.Totp.Secret.Payload);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Of(UserAccount user)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, user.UserName);

        // The stamp stays as it is when the same password gets a new hash; where there is none, the hash has to do.
        Append(hash, user.CredentialStamp.Length > 0 ? user.CredentialStamp : user.PasswordHash);
        Append(hash, user.IsEnabled ? 1 : 0);
        Append(hash, user.Role);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string? value)
    {
        Append(hash, value?.Length ?? -1);
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
