using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Remembers, per user, that a password fitted a stored hash, so that the next login with it costs a microsecond and not a slow hash. No password is kept:
/// an entry is HMAC-SHA256 of user name, hash and password under a key of this process that is never written anywhere. A changed hash, another password,
/// an entry past its time and a full table all mean the same: the password is verified as if it had never been seen. Wrong passwords are not remembered.
/// </summary>
public sealed class VerifiedPasswords : IDisposable
{
    private const int DigestLength = HMACSHA256.HashSizeInBytes;

    private readonly VerifiedPasswordsOptions _options;
    private readonly TimeProvider _time;
    private readonly byte[] _key = GC.AllocateArray<byte>(DigestLength, pinned: true);
    private readonly Lock _gate = new();

    // Under the gate; the list has the one that was used last at its front.
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>An empty table.</summary>
    public VerifiedPasswords(VerifiedPasswordsOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Lifetime, TimeSpan.Zero);
        _options = options;
        _time = time;
        RandomNumberGenerator.Fill(_key);
    }

    /// <summary>Users that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>True if this password was verified against this hash of this user, not too long ago. Costs the same for a user who is not remembered.</summary>
    public bool Knows(string userName, string hash, ReadOnlySpan<byte> password)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(userName, hash, password, digest);
        try
        {
            lock (_gate)
            {
                return Matches(userName, digest);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(digest);
        }
    }

    /// <summary>Remembers a password that was just verified against this hash of this user.</summary>
    public void Add(string userName, string hash, ReadOnlySpan<byte> password)
    {
        var digest = new byte[DigestLength];
        Digest(userName, hash, password, digest);
        lock (_gate)
        {
            Remove(userName);
            if (_entries.Count == _options.Capacity)
            {
                Remove(_byUse.Last!.Value.UserName);
            }

            _entries[userName] = _byUse.AddFirst(new Entry(userName, digest, _time.GetTimestamp()));
        }
    }

    /// <summary>Forgets everything and clears the key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            while (_byUse.First is { } node)
            {
                Remove(node.Value.UserName);
            }

            RandomNumberGenerator.Fill(_key);
        }
    }

    private bool Matches(string userName, ReadOnlySpan<byte> digest)
    {
        if (!_entries.TryGetValue(userName, out LinkedListNode<Entry>? node))
        {
            return false;
        }

        if (_time.GetElapsedTime(node.Value.VerifiedAt) >= _options.Lifetime)
        {
            Remove(userName);
            return false;
        }

        if (!CryptographicOperations.FixedTimeEquals(node.Value.Digest, digest))
        {
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return true;
    }

    private void Remove(string userName)
    {
        if (_entries.Remove(userName, out LinkedListNode<Entry>? node))
        {
            _byUse.Remove(node);
            CryptographicOperations.ZeroMemory(node.Value.Digest);
        }
    }

    private void Digest(string userName, string hash, ReadOnlySpan<byte> password, Span<byte> digest)
    {
        // Each value behind its length, so that no two credentials append the same bytes.
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Append(hmac, Encoding.UTF8.GetBytes(userName));
        Append(hmac, Encoding.UTF8.GetBytes(hash));
        Append(hmac, password);
        hmac.GetHashAndReset(digest);
    }

    private static void Append(IncrementalHash hmac, ReadOnlySpan<byte> value)
    {
        int length = value.Length;
        hmac.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        hmac.AppendData(value);
    }

    private sealed record Entry(string UserName, byte[] Digest, long VerifiedAt);
}
