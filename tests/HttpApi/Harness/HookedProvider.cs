using Hpc.Accounts.Data;
using Hpc.Accounts.Tests.Services;

namespace Hpc.HttpApi.Tests;

/// <summary>A data provider that does something of the test's before small values are removed.</summary>
internal sealed class HookedProvider : ForwardingProvider
{
    public HookedProvider(IDataProvider inner)
        : base(inner) => Ephemeral = new HookedValues(inner.Ephemeral, this);

    /// <summary>Is told the name of each value right before it is removed.</summary>
    public Func<string, Task>? Removing { get; set; }

    public override IEphemeralStore Ephemeral { get; }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Inner.DisposeAsync();
    }

    private sealed class HookedValues(IEphemeralStore inner, HookedProvider provider) : ForwardingEphemeral(inner)
    {
        public override async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
        {
            await (provider.Removing?.Invoke(name) ?? Task.CompletedTask);
            return await base.TryRemoveAsync(name, ct);
        }
    }
}
