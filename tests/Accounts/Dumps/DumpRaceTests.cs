using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Tests.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class DumpRaceTests : DumpTest
{
    [Fact]
    public async Task A_load_is_planned_anew_when_somebody_changes_one_of_its_objects_meanwhile()
    {
        await AddUserAsync("a");
        var provider = new ScriptedProvider(Provider);
        provider.BeforeApply = async () =>
        {
            provider.BeforeApply = null;
            User a = await FindUserAsync("a");
            Done(await Services.Users.UpdateAsync("a", a with { Description = "changed" }, null, Root, Ct));
            await AddUserAsync("b");
        };

        DumpLoadResult result = await LoadOverAsync(provider);
        (result.Status, result.Added, result.Updated).ShouldBe((ObjectStatus.Done, 1, 2), result.Message);
        provider.Applied.Count.ShouldBe(2);
        (await FindUserAsync("c")).HomeDir.ShouldBe("/srv/c");
    }

    [Fact]
    public async Task A_load_that_others_keep_disturbing_gives_up_and_loads_nothing()
    {
        await AddUserAsync("a");
        int changes = 0;
        var provider = new ScriptedProvider(Provider)
        {
            BeforeApply = async () => Done(await Services.Users.UpdateAsync("a", NewUser("a") with { Description = $"{++changes}" }, null, Root, Ct)),
        };

        DumpLoadResult result = await LoadOverAsync(provider);
        (result.Status, result.IsLoaded).ShouldBe((ObjectStatus.VersionConflict, false));
        changes.ShouldBe(5);
        (await Services.Users.FindAsync("c", Root, Ct)).ShouldBeNull();
    }

    private async Task<DumpLoadResult> LoadOverAsync(ScriptedProvider provider)
    {
        var services = new AccountServices(provider, Hasher, new ReversingProtector(), Options, Time, Log, Usage, [this], this);
        var dumps = new DumpService(services, new(), NullLogger<DumpService>.Instance);
        return await dumps.LoadAsync(System.Text.Encoding.UTF8.GetBytes(Users(User("a"), User("b"), User("c"))), new DumpLoadOptions(), ChangeContext.Operator, Ct);
    }
}
