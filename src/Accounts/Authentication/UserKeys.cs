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
    private readonly UserAccount _nobody = new() { UserName = "/", HomeDirectory = "/", PublicKeys = [NewDecoy()] };

    // For accounts that a store hands out again and again; forgotten with the account, and a changed account is another object.
    private readonly ConditionalWeakTable<UserAccount, AuthorizedKeysLine[]> _parsed = [];

    /// <summary>True if one of the user's keys is this one and is good from this address. Parses and looks at every key, found or not.</summary>
    public bool Hold(UserAccount? user, ReadOnlySpan<byte> blob, IPAddress remoteAddress) =>
        Hold(Parse(user), blob, remoteAddress) & HasKeys(user);

    /// <summary>The same for an account that the store hands out again and again, or for none: lines that were parsed once are not parsed again.</summary>
    public bool HoldAgain(UserAccount? user, ReadOnlySpan<byte> blob, IPAddress remoteAddress) =>
        Hold(_parsed.GetValue(user ?? _nobody, Parse), blob, remoteAddress) & HasKeys(user);

    private static bool HasKeys(UserAccount? user) => user is { PublicKeys.Count: > 0 };

    private static bool Hold(AuthorizedKeysLine[] keys, ReadOnlySpan<byte> blob, IPAddress remoteAddress)
    {
        bool found = false;
        foreach (AuthorizedKeysLine key in keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(key.Blob.Span, blob) & key.AllowsSource(remoteAddress);
        }

        return found;
    }

    private AuthorizedKeysLine[] Parse(UserAccount? user)
    {
        IReadOnlyList<string> lines = HasKeys(user) ? user!.PublicKeys : _nobody.PublicKeys;
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
