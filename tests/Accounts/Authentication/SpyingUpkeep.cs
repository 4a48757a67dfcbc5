using System.Threading.Channels;
using Hpc.Accounts.Authentication;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>Hands out what logins change, as it comes.</summary>
internal sealed class SpyingUpkeep : IAccountUpkeep
{
    private readonly Channel<(string User, string Old, string New)> _rehashes = Channel.CreateUnbounded<(string, string, string)>();
    private readonly Channel<string> _logins = Channel.CreateUnbounded<string>();
    private readonly HashSet<string> _used = [];

    /// <summary>The recovery codes that are left.</summary>
    public HashSet<string> Codes { get; } = [];

    public Func<string, string, string, ValueTask>? OnRehash { get; set; }

    public async ValueTask RehashAsync(string userName, string verifiedHash, string newHash, CancellationToken ct)
    {
        if (OnRehash is { } rehash)
        {
            await rehash(userName, verifiedHash, newHash);
        }

        await _rehashes.Writer.WriteAsync((userName, verifiedHash, newHash), ct);
    }

    public ValueTask<bool> UseRecoveryCodeAsync(string userName, string code, CancellationToken ct)
    {
        lock (_used)
        {
            return new(Codes.Contains(code) && _used.Add(code));
        }
    }

    public ValueTask RecordLoginAsync(string userName, CancellationToken ct) => _logins.Writer.WriteAsync(userName, ct);

    public Task<(string User, string Old, string New)> NextRehashAsync() => _rehashes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public Task<string> NextLoginAsync() => _logins.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public bool HasRehash => _rehashes.Reader.Count > 0;

    public int Logins => _logins.Reader.Count;
}
