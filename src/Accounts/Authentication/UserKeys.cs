using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Authentication;

/// <summary>Looks for an offered public key among a user's.</summary>
internal sealed class UserKeys
{
    // Users without keys, and names without users, are searched through a key that nobody has.
    private readonly IReadOnlyList<string> _decoys = [NewDecoy()];

    // For accounts that a store hands out again and again; forgotten with the account, and a changed account is another object.
    private readonly ConditionalWeakTable<UserAccount, AuthorizedKeysLine[]> _parsed = [];

    /// <summary>True if one of the user's keys is this one and is good from this address. Looks at every key, found or not.</summary>
    public bool Hold(UserAccount? user, ReadOnlySpan<byte> blob, IPAddress remoteAddress)
    {
        bool hasKeys = user is { PublicKeys.Count: > 0 };
        return Hold(Parse(hasKeys ? user!.PublicKeys : _decoys), blob, remoteAddress) & hasKeys;
    }

    /// <summary>The same for an account that was seen before: its lines are parsed once.</summary>
    public bool HoldAgain(UserAccount user, ReadOnlySpan<byte> blob, IPAddress remoteAddress) =>
        Hold(_parsed.GetValue(user, static account => Parse(account.PublicKeys)), blob, remoteAddress);

    private static bool Hold(AuthorizedKeysLine[] keys, ReadOnlySpan<byte> blob, IPAddress remoteAddress)
    {
        bool found = false;
        foreach (AuthorizedKeysLine key in keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(key.Blob.Span, blob) & key.AllowsSource(remoteAddress);
        }

        return found;
    }

    private static AuthorizedKeysLine[] Parse(IReadOnlyList<string> lines)
    {
        var keys = new List<AuthorizedKeysLine>(lines.Count);
        foreach (string line in lines)
        {
            if (AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out _))
            {
                keys.Add(key!);
            }
        }

        return [.. keys];
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
