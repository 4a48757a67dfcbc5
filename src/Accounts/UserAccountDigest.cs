using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hpc.Accounts;

/// <summary>
/// Tells two states of an account apart. The version alone does not: a user who was removed and added again begins at the same version,
/// and a group or a folder changes what its users have without changing them.
/// </summary>
public static partial class UserAccountDigest
{
    // Directories hand out one object for an account until it changes, and each of its sessions asks.
    private static readonly ConditionalWeakTable<UserAccount, Digests> Known = [];

    /// <summary>The first half of a SHA-256 of everything the account holds.</summary>
    public static UInt128 Of(UserAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Known.GetValue(user, Make).Account;
    }

    /// <summary>The same of what it logs in with: <see cref="UserAccount.CredentialStamp"/>, or where there is none password hash, keys, certificates and second factor.</summary>
    public static UInt128 OfCredentials(UserAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Known.GetValue(user, Make).Credentials;
    }

    private static Digests Make(UserAccount user) => new(Hash(JsonSerializer.SerializeToUtf8Bytes(user, DigestJson.Default.UserAccount)), HashCredentials(user));

    private static UInt128 HashCredentials(UserAccount user)
    {
        var credentials = new UserCredentials(
            user.CredentialStamp,
            user.CredentialStamp.Length > 0
                ? null
                : new KnownCredentials(user.PasswordHash, user.PublicKeys, user.Logins.TlsCertificates, user.Logins.Totp.Enabled, user.Logins.Totp.Secret.Payload));
        return Hash(JsonSerializer.SerializeToUtf8Bytes(credentials, DigestJson.Default.UserCredentials));
    }

    private static UInt128 Hash(byte[] content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        CryptographicOperations.ZeroMemory(content);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed record Digests(UInt128 Account, UInt128 Credentials);

    private sealed record UserCredentials(string Stamp, KnownCredentials? Known);

    private sealed record KnownCredentials(
        string? PasswordHash, IReadOnlyList<string> PublicKeys, IReadOnlyList<string> TlsCertificates, bool HasSecondFactor, string SecondFactor);

    // Every member of an account, so that none can be forgotten.
    [JsonSerializable(typeof(UserAccount))]
    [JsonSerializable(typeof(UserCredentials))]
    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization)]
    private sealed partial class DigestJson : JsonSerializerContext;
}
