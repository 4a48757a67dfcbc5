using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Tests.Usage;

public sealed class MemoryUsageStoreTests : UsageStoreContract
{
    private readonly MemoryUsageStore _store = new(TimeProvider.System);

    protected override Task<IUsageStore> OpenAsync() => Task.FromResult<IUsageStore>(_store);
}
