using Hpc.Accounts.Data;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task A_name_that_a_database_cannot_hold_is_refused_and_never_there()
    {
        foreach (string name in (string[])["a\0b", "\ud800", "x\udc00y"])
        {
            await Should.ThrowAsync<ArgumentException>(async () => await ApplyAsync(Add(UserKey(name))));
            await Should.ThrowAsync<ArgumentException>(async () => await Ephemeral.PutAsync(name, default, Time.GetUtcNow().AddHours(1), Ct));
            await Should.ThrowAsync<ArgumentException>(async () => await ApplyAsync(ObjectChange.Put(UserKey("ann"), 0, Array.Empty<byte>(), name, [])));
            (await Objects.FindAsync(UserKey(name), Ct)).ShouldBeNull();
            (await Ephemeral.FindAsync(name, Ct)).ShouldBeNull();
            (await Objects.FindManyAsync(UserKey(name).Kind, [name], Ct)).ShouldBeEmpty();
            (await Objects.CountAsync(UserKey(name).Kind, null, Ct)).ShouldBe(0);
        }
    }
}
