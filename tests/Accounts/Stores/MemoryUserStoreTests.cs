using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Tests.Stores;

public sealed class MemoryUserStoreTests : UserStoreContract
{
    protected override Task<IUserStore> OpenAsync() => Task.FromResult<IUserStore>(new MemoryUserStore());

    [Fact]
    public async Task A_full_store_takes_no_more()
    {
        var store = new MemoryUserStore(capacity: 1);
        (await store.AddAsync(TestUsers.New("a"), default)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await store.AddAsync(TestUsers.New("b"), default)).Outcome.ShouldBe(UserStoreOutcome.Full);
    }
}
