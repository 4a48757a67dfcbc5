using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Providers.Tests.Contract;

namespace Hpc.Providers.Tests.Memory;

public sealed class MemoryDataProviderTests : DataProviderContract
{
    protected override bool CanShare => false;

    protected override bool IsDurable => false;

    protected override bool CanMigrateDown => false;

    [Fact]
    public async Task Beyond_its_bounds_it_refuses_and_forgets_nothing()
    {
        await using var provider = new MemoryDataProvider(Time, new MemoryDataProviderOptions { MaxObjects = 2, MaxObjectBytes = 100, MaxEphemeral = 2, MaxEphemeralBytes = 100 });
        await provider.OpenAsync(SchemaUpdate.Never, Ct);
        await provider.Objects.ApplyAsync([Add(UserKey("a")), Add(UserKey("b"))], Ct);
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Objects.ApplyAsync([Add(UserKey("c"))], Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Objects.ApplyAsync([Put(UserKey("a"), 1, new string('x', 100))], Ct));
        (await provider.Objects.ApplyAsync([ObjectChange.Delete(UserKey("a"), 1), Add(UserKey("c"))], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        await provider.Ephemeral.PutAsync("1", default, Time.GetUtcNow().AddHours(1), Ct);
        await provider.Ephemeral.PutAsync("2", new byte[90], Time.GetUtcNow().AddHours(2), Ct);
        await provider.Ephemeral.PutAsync("2", new byte[100], Time.GetUtcNow().AddHours(2), Ct);
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Ephemeral.PutAsync("3", default, Time.GetUtcNow().AddHours(1), Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Ephemeral.PutAsync("1", new byte[1], Time.GetUtcNow().AddHours(1), Ct));
        Time.Advance(TimeSpan.FromMinutes(90));
        await provider.Ephemeral.PutAsync("3", default, Time.GetUtcNow().AddHours(1), Ct);
        (await provider.Ephemeral.ListAsync("", null, 10, Ct)).ShouldBe(["2", "3"]);
    }

    protected override ValueTask<IDataProvider> MakeAsync(string storage) => ValueTask.FromResult<IDataProvider>(new MemoryDataProvider(Time));

    protected override ValueTask RemoveStoragesAsync() => ValueTask.CompletedTask;
}
