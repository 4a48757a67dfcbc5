using System.Globalization;
using System.Net;

namespace Hpc.Crypto.Keys;

/// <summary>
/// One line of an <c>authorized_keys</c> file (sshd(8)): <c>[options] type base64-blob [comment]</c>.
/// An option that would restrict the key and is not known here makes the line an error: a restriction is never dropped silently.
/// </summary>
public sealed class AuthorizedKeysLine
{
    private const int MaxLineLength = 16 * 1024;
    private const int MaxSources = 64;

    // Shell, forwarding and agents are not offered to any user, so taking them away, or giving them back, changes nothing.
    private static readonly HashSet<string> HarmlessOptions = new(StringComparer.OrdinalIgnoreCase)
    {
        "restrict", "pty", "no-pty", "port-forwarding", "no-port-forwarding", "agent-forwarding", "no-agent-forwarding",
        "x11-forwarding", "no-x11-forwarding", "user-rc", "no-user-rc",
    };

    private static readonly HashSet<string> KeyTypes = new(StringComparer.Ordinal)
    {
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
    };

    private readonly List<Source> _sources;

    private AuthorizedKeysLine(string keyType, byte[] blob, string comment, List<Source> sources)
    {
        KeyType = keyType;
        Blob = blob;
        Comment = comment;
        _sources = sources;
    }

    /// <summary>Key type, as in the blob.</summary>
    public string KeyType { get; }

    /// <summary>Public key blob (RFC 4253 §6.6).</summary>
    public ReadOnlyMemory<byte> Blob { get; }

    /// <summary>What follows the blob; may be empty.</summary>
    public string Comment { get; }

    /// <summary>True if a <c>from=</c> option limits the addresses that the key is good from.</summary>
    public bool HasSources => _sources.Count > 0;

    /// <summary>True if the key is good from this address: no <c>from=</c>, or an entry of it holds the address and no entry with <c>!</c> does.</summary>
    public bool AllowsSource(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        bool allowed = _sources.Count == 0;
        foreach (Source source in _sources)
        {
            if (source.Network.Contains(plain))
            {
                if (source.IsExcluded)
                {
                    return false;
                }

                allowed = true;
            }
        }

        return allowed;
    }

    /// <summary>Reads a line that holds a key. A blank or comment line is an error like any other; callers that read files skip those.</summary>
    public static bool TryParse(string line, out AuthorizedKeysLine? key, out string? error)
    {
        ArgumentNullException.ThrowIfNull(line);
        key = null;
        ReadOnlySpan<char> rest = line.AsSpan().Trim();
        if (rest.IsEmpty || rest[0] == '#')
        {
            return Fail("The line holds no key.", out error);
        }

        if (rest.Length > MaxLineLength || rest.ContainsAnyInRange('\0', '\b') || rest.ContainsAnyInRange('\n', '\x1f') || rest.Contains('\x7f'))
        {
            return Fail($"A key line has at most {MaxLineLength} characters, none of them a line break or another control character.", out error);
        }

        var sources = new List<Source>();
        ReadOnlySpan<char> first = FirstWord(rest);
        if (!KeyTypes.Contains(first.ToString()))
        {
            if (LooksLikeKeyType(first))
            {
                return Fail($"The key type '{first}' is not supported; supported are {string.Join(", ", KeyTypes)}.", out error);
            }

            if (!TryReadOptions(ref rest, sources, out error))
            {
                return false;
            }

            first = FirstWord(rest);
            if (!KeyTypes.Contains(first.ToString()))
            {
                return Fail($"'{Shorten(first)}' is not a supported key type; supported are {string.Join(", ", KeyTypes)}.", out error);
            }
        }

        string keyType = first.ToString();
        rest = rest[first.Length..].TrimStart();
        ReadOnlySpan<char> encoded = FirstWord(rest);
        string comment = rest[encoded.Length..].Trim().ToString();
        byte[] blob = new byte[(encoded.Length / 4 * 3) + 3];
        if (encoded.IsEmpty || !Convert.TryFromBase64Chars(encoded, blob, out int length))
        {
            return Fail("The second field of the key is not base64.", out error);
        }

        blob = blob[..length];
        var reader = new OpenSshReader(blob);
        if (!reader.TryReadName(out string inner) || inner != keyType || !IsKey(blob))
        {
            return Fail($"The key's data is not that of a key of type {keyType}.", out error);
        }

        key = new AuthorizedKeysLine(keyType, blob, comment, sources);
        error = null;
        return true;
    }

    /// <summary>Reads a line whose key is good from everywhere; a <c>from=</c> option is an error here, because this form cannot carry it.</summary>
    public static bool TryParse(string line, out ReadOnlyMemory<byte> blob, out string comment, out string? error)
    {
        blob = default;
        comment = "";
        if (!TryParse(line, out AuthorizedKeysLine? key, out error))
        {
            return false;
        }

        if (key!.HasSources)
        {
            return Fail("The option 'from' cannot be kept here; remove it or limit addresses elsewhere.", out error);
        }

        blob = key.Blob;
        comment = key.Comment;
        return true;
    }

    private static bool IsKey(ReadOnlyMemory<byte> blob)
    {
        if (!SshPublicKeys.TryParse(blob.Span, out SshPublicKey? key))
        {
            return false;
        }

        key.Dispose();
        return true;
    }

    /// <summary>Options are parted by commas, values stand in quotes with <c>\"</c> for a quote, and the list ends at a space outside quotes.</summary>
    private static bool TryReadOptions(ref ReadOnlySpan<char> rest, List<Source> sources, out string? error)
    {
        while (true)
        {
            int nameLength = rest.IndexOfAny(['=', ',', ' ', '\t', '"']);
            if (nameLength <= 0 || rest[nameLength] == '"')
            {
                return Fail($"'{Shorten(FirstWord(rest))}' is neither a key type nor an option.", out error);
            }

            string name = rest[..nameLength].ToString();
            rest = rest[nameLength..];
            string? value = null;
            if (rest[0] == '=' && !TryReadQuoted(ref rest, out value))
            {
                return Fail($"The value of the option '{Shorten(name)}' is not closed by a quote.", out error);
            }

            if (!TryTakeOption(name, value, sources, out error))
            {
                return false;
            }

            if (rest.IsEmpty || rest[0] is ' ' or '\t')
            {
                rest = rest.TrimStart();
                error = null;
                return true;
            }

            if (rest[0] != ',')
            {
                return Fail($"After the option '{Shorten(name)}' a comma or a space is due.", out error);
            }

            rest = rest[1..];
        }
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<char> rest, out string? value)
    {
        value = null;
        if (rest.Length < 2 || rest[1] != '"')
        {
            return false;
        }

        for (int i = 2; i < rest.Length; i++)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length && rest[i + 1] == '"')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                value = rest[2..i].ToString().Replace("\\\"", "\"", StringComparison.Ordinal);
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TryTakeOption(string name, string? value, List<Source> sources, out string? error)
    {
        error = null;
        if (value is null && HarmlessOptions.Contains(name))
        {
            return true;
        }

        if (value is null || !name.Equals("from", StringComparison.OrdinalIgnoreCase))
        {
            return Fail(
                $"The option '{Shorten(name)}' is not supported; supported are from=\"addresses\" and {string.Join(", ", HarmlessOptions.Order(StringComparer.Ordinal))}.",
                out error);
        }

        if (sources.Count > 0)
        {
            return Fail("The option 'from' may stand once.", out error);
        }

        foreach (string entry in value.Split(',', StringSplitOptions.TrimEntries))
        {
            bool isExcluded = entry.StartsWith('!');
            if (sources.Count == MaxSources || !TryParseNetwork(isExcluded ? entry[1..] : entry, out IPNetwork network))
            {
                return Fail($"'{Shorten(entry)}' in the option 'from' is not an IP address or a network such as 192.0.2.0/24 (at most {MaxSources}; host names and wildcards are not supported).", out error);
            }

            sources.Add(new Source(network, isExcluded));
        }

        return true;
    }

    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out IPAddress? address) || (address.GetAddressBytes().Length == 4 && text.Count('.') != 3))
        {
            return false;
        }

        int bits = address.GetAddressBytes().Length * 8;
        int prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        return IPNetwork.TryParse($"{address}/{prefix}", out network);
    }

    private static bool LooksLikeKeyType(ReadOnlySpan<char> word) =>
        word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-", StringComparison.Ordinal) || word.StartsWith("sk-", StringComparison.Ordinal);

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny(' ', '\t');
        return end < 0 ? text : text[..end];
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";

    private static bool Fail(string message, out string? error)
    {
        error = message;
        return false;
    }

    private readonly record struct Source(IPNetwork Network, bool IsExcluded);
}
