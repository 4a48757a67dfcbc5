using System.Net;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.HttpApi.Tokens;

namespace Hpc.HttpApi.Tests;

public sealed class TokenRebindTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_that_is_ended_while_it_is_rebound_does_not_come_back(bool all)
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);

        // The end comes in between each two steps of rebinding, and rebinding in between each two of the end.
        for (int step = 0; step < 4; step++)
        {
            int steps = 0;
            string value = "";
            var rebinding = new SteppedStore(provider.Ephemeral);
            rebinding.Before = async () =>
            {
                if (steps++ == step)
                {
                    await EndAsync(new TokenService(provider.Ephemeral, new TokenOptions(), TimeProvider.System), value, all);
                }
            };
            value = await IssueAsync(provider);
            await new TokenService(rebinding, new TokenOptions(), TimeProvider.System).RebindAsync(value, "old", "new", Ct);
            if (steps <= step)
            {
                // Rebinding has fewer steps.
                await EndAsync(new TokenService(provider.Ephemeral, new TokenOptions(), TimeProvider.System), value, all);
            }

            await ShouldBeGoneAsync(provider, value);

            steps = 0;
            var ending = new SteppedStore(provider.Ephemeral);
            ending.Before = async () =>
            {
                if (steps++ == step)
                {
                    await new TokenService(provider.Ephemeral, new TokenOptions(), TimeProvider.System).RebindAsync(value, "old", "new", Ct);
                }
            };
            value = await IssueAsync(provider);
            await EndAsync(new TokenService(ending, new TokenOptions(), TimeProvider.System), value, all);
            await ShouldBeGoneAsync(provider, value);
        }
    }

    private static async Task<string> IssueAsync(MemoryDataProvider provider) =>
        (await new TokenService(provider.Ephemeral, new TokenOptions(), TimeProvider.System).IssueAsync(TokenAudience.Api, "kim", "", "old", IPAddress.Loopback, Ct)).Value;

    private static ValueTask EndAsync(TokenService tokens, string value, bool all) =>
        all ? tokens.RevokeAllAsync(TokenAudience.Api, "kim", null, Ct) : tokens.RevokeAsync(value, Ct);

    private static async Task ShouldBeGoneAsync(MemoryDataProvider provider, string value)
    {
        var tokens = new TokenService(provider.Ephemeral, new TokenOptions(), TimeProvider.System);
        (await tokens.FindAsync(value, TokenAudience.Api, IPAddress.Loopback, Ct)).ShouldBeNull();
        (await provider.Ephemeral.ListAsync("token", null, 10, Ct)).ShouldBeEmpty();
    }

    private sealed class SteppedStore(IEphemeralStore inner) : IEphemeralStore
    {
        public Func<Task>? Before { get; set; }

        public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct)
        {
            await StepAsync();
            return await inner.FindAsync(name, ct);
        }

        public async ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
        {
            await StepAsync();
            await inner.PutAsync(name, value, expiresAt, ct);
        }

        public async ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
        {
            await StepAsync();
            return await inner.TryAddAsync(name, value, expiresAt, ct);
        }

        public async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
        {
            await StepAsync();
            return await inner.TryRemoveAsync(name, ct);
        }

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct) => inner.ListAsync(prefix, after, limit, ct);

        public ValueTask PurgeAsync(CancellationToken ct) => inner.PurgeAsync(ct);

        private Task StepAsync() => Before?.Invoke() ?? Task.CompletedTask;
    }
}
