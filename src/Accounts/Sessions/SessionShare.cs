using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Sessions;

/// <summary>The share that a session was opened for.</summary>
/// <param name="Id">Its id; who knows it may use the share.</param>
/// <param name="Digest"><see cref="DigestOf"/> of the share when the session was opened.</param>
public sealed record SessionShare(string Id, UInt128 Digest)
{
    /// <summary>A share as it is now.</summary>
    public static SessionShare Of(Share share)
    {
        ArgumentNullException.ThrowIfNull(share);
        return new SessionShare(share.Id, DigestOf(share));
    }

    /// <summary>The first half of a SHA-256 of what decides who may do what with a share. Its end and its uses are not in it: they may be other ones without ending anything.</summary>
    public static UInt128 DigestOf(Share share)
    {
        ArgumentNullException.ThrowIfNull(share);

        // What is not named here decides, so that nothing can be forgotten.
        byte[] content = ObjectDocument.Write(share with
        {
            Id = "",
            Name = "",
            Description = "",
            CreatedAt = 0,
            UpdatedAt = 0,
            LastUseAt = 0,
            ExpiresAt = 0,
            MaxTokens = 0,
            UsedTokens = 0,
            Password = string.IsNullOrEmpty(share.Password) ? null : share.Password,
        });
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        CryptographicOperations.ZeroMemory(content);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Whether the session may go on as far as its share decides. Uses are counted when a transfer begins, and end none.</summary>
    /// <param name="now">The share as it is; null if there is none.</param>
    /// <param name="time">The time.</param>
    public SessionVerdict Judge(Share? now, DateTimeOffset time) => now switch
    {
        null => SessionVerdict.ShareRemoved,
        { ExpiresAt: > 0 and var end } when end <= time.ToUnixTimeMilliseconds() => SessionVerdict.ShareExpired,
        _ when DigestOf(now) != Digest => SessionVerdict.ShareChanged,
        _ => SessionVerdict.GoesOn,
    };

    /// <summary>Without the id, which is a secret.</summary>
    public override string ToString() => "a share";
}
