using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.HttpApi.Json;

namespace Hpc.HttpApi.Tokens;

/// <summary>
/// Opaque tokens, the same on all nodes: 256 random bits, of which the store knows the SHA-256 alone, under <c>token:HASH</c>.
/// <c>tokens:AUDIENCE:ACCOUNT:EXPIRY:HASH</c> lists those of one account, the one that ends first in front.
/// Whether the account still is as it was is the caller's question: it compares <see cref="StoredToken.Credentials"/> with the account of now.
/// </summary>
internal sealed class TokenService(IEphemeralStore store, TokenOptions options, TimeProvider time)
{
    private const int TokenBytes = 32;

    // 43 characters of base64url hold 32 bytes.
    private const int TokenLength = 43;

    private readonly TimeSpan _lifetime = options.Lifetime > TokenOptions.MaxLifetime ? TokenOptions.MaxLifetime : options.Lifetime;

    public async ValueTask<IssuedToken> IssueAsync(TokenAudience audience, string name, string role, string credentials, IPAddress address, CancellationToken ct)
    {
        // The millisecond is what the token says and what the store keeps.
        DateTimeOffset expiresAt = DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + _lifetime).ToUnixTimeMilliseconds());
        string value = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        string hash = HashOf(value);
        string list = ListOf(audience, name);
        await DropOldestAsync(list, ct).ConfigureAwait(false);

        var token = new StoredToken
        {
            Audience = audience,
            Name = name,
            Credentials = credentials,
            Role = role,
            ExpiresAt = expiresAt.ToUnixTimeMilliseconds(),
            Address = Text(address),
            Entry = string.Create(CultureInfo.InvariantCulture, $"{list}{expiresAt.ToUnixTimeMilliseconds():D15}:{hash}"),
        };
        await store.PutAsync(token.Entry, ReadOnlyMemory<byte>.Empty, expiresAt, ct).ConfigureAwait(false);
        await store.PutAsync(NameOf(hash), JsonSerializer.SerializeToUtf8Bytes(token, HttpApiJson.Default.StoredToken), expiresAt, ct).ConfigureAwait(false);
        return new IssuedToken(value, expiresAt);
    }

    /// <summary>The token, if it is one of this audience, holds and came from its address; null otherwise. Nothing is remembered: a revoked one is gone at once.</summary>
    public async ValueTask<StoredToken?> FindAsync(string value, TokenAudience audience, IPAddress address, CancellationToken ct)
    {
        if (value.Length != TokenLength || await store.FindAsync(NameOf(HashOf(value)), ct).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        StoredToken? token = JsonSerializer.Deserialize(stored.Span, HttpApiJson.Default.StoredToken);
        return token is not null
            && token.Audience == audience
            && token.ExpiresAt > time.GetUtcNow().ToUnixTimeMilliseconds()
            && (!options.IsBoundToAddress || token.Address == Text(address))
            ? token
            : null;
    }

    /// <summary>Lets a token go on although the account's credentials have changed: its own holder changed them, from what it was given for.</summary>
    public async ValueTask RebindAsync(string value, string from, string credentials, CancellationToken ct)
    {
        string name = NameOf(HashOf(value));
        if (await store.FindAsync(name, ct).ConfigureAwait(false) is { } stored
            && JsonSerializer.Deserialize(stored.Span, HttpApiJson.Default.StoredToken) is { } token
            && token.Credentials == from)
        {
            byte[] rebound = JsonSerializer.SerializeToUtf8Bytes(token with { Credentials = credentials }, HttpApiJson.Default.StoredToken);
            await store.PutAsync(name, rebound, DateTimeOffset.FromUnixTimeMilliseconds(token.ExpiresAt), ct).ConfigureAwait(false);
            if (token.Entry.Length > 0 && await store.FindAsync(token.Entry, ct).ConfigureAwait(false) is null)
            {
                // It was ended at that moment, and must not come back.
                await store.TryRemoveAsync(name, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends a token on every node.</summary>
    public async ValueTask RevokeAsync(string value, CancellationToken ct)
    {
        string name = NameOf(HashOf(value));
        ReadOnlyMemory<byte>? stored = await store.FindAsync(name, ct).ConfigureAwait(false);
        if (stored is { } bytes && JsonSerializer.Deserialize(bytes.Span, HttpApiJson.Default.StoredToken) is { Entry.Length: > 0 } token)
        {
            await EndAsync(name, token.Entry, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Ends every token of an account, on every node, but for those that were given out for the role that is kept (null: none).</summary>
    public async ValueTask RevokeAllAsync(TokenAudience audience, string name, string? keptRole, CancellationToken ct)
    {
        const int Page = 1_000;
        string list = ListOf(audience, name);
        string? after = null;
        IReadOnlyList<string> entries;
        do
        {
            entries = await store.ListAsync(list, after, Page, ct).ConfigureAwait(false);
            foreach (string entry in entries)
            {
                string token = TokenOf(entry);
                if (keptRole is null || await store.FindAsync(token, ct).ConfigureAwait(false) is not { } stored
                    || JsonSerializer.Deserialize(stored.Span, HttpApiJson.Default.StoredToken)?.Role != keptRole)
                {
                    await EndAsync(token, entry, ct).ConfigureAwait(false);
                }

                after = entry;
            }
        }
        while (entries.Count == Page);
    }

    // The token on both sides of its entry: who puts it back in between looks for the entry behind that.
    private async ValueTask EndAsync(string token, string entry, CancellationToken ct)
    {
        await store.TryRemoveAsync(token, ct).ConfigureAwait(false);
        await store.TryRemoveAsync(entry, ct).ConfigureAwait(false);
        await store.TryRemoveAsync(token, ct).ConfigureAwait(false);
    }

    // Logins at the same moment may leave a few more than the limit until the next one.
    private async ValueTask DropOldestAsync(string list, CancellationToken ct)
    {
        IReadOnlyList<string> entries = await store.ListAsync(list, after: null, Math.Min(options.PerAccount + 1, 1_000), ct).ConfigureAwait(false);
        for (int i = 0; i <= entries.Count - options.PerAccount; i++)
        {
            await EndAsync(TokenOf(entries[i]), entries[i], ct).ConfigureAwait(false);
        }
    }

    private static string TokenOf(string entry) => NameOf(entry[(entry.LastIndexOf(':') + 1)..]);

    private static string NameOf(string hash) => "token:" + hash;

    // The account's name may be longer than a name in the store.
    private static string ListOf(TokenAudience audience, string name) => $"tokens:{(int)audience}:{HashOf(name)[..32]}:";

    private static string HashOf(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
