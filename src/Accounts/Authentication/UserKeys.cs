using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Authentication;

/// <summary>Looks for an offered public key among a user's.</summary>
internal sealed class UserKeys
{
    // Users without keys, and names without users, are searched through a key that nobody has.
    private readonly IReadOnlyList<string> _decoys = [NewDecoy()];

    /// <summary>True if one of the user's keys is this one and is good from this address. Looks at every key, found or not.</summary>
    public bool Hold(UserAccount? user, ReadOnlySpan<byte> blob, IPAddress remoteAddress)
    {
        bool hasKeys = user is { PublicKeys.Count: > 0 };
        bool found = false;
        foreach (string line in hasKeys ? user!.PublicKeys : _decoys)
        {
            if (AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out _))
            {
                found |= CryptographicOperations.FixedTimeEquals(key!.Blob.Span, blob) & key.AllowsSource(remoteAddress);
            }
        }

        return found & hasKeys;
    }

    private static string NewDecoy()
    {
        // string "ssh-ed25519", string 32 bytes (RFC 8709 §4)
        var blob = new byte[4 + 11 + 4 + 32];
        BinaryPrimitives.WriteUInt32BigEndian(blob, 11);
        "ssh-ed25519"u8.CopyTo(blob.AsSpan(4));
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(15), 32);
        RandomNumberGenerator.Fill(blob.AsSpan(19));
        return $"ssh-ed25519 {Convert.ToBase64String(blob)}";
    }
}
