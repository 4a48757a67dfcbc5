using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Server.Files;
using Hpc.Storage;
using Hpc.Storage.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Files;

public sealed class UnreadableAccountTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_that_cannot_be_read_is_not_taken_for_one_that_is_gone()
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        await provider.Objects.ApplyAsync([ObjectChange.Put(new(ObjectKind.User, "broken"), null, "{\"username\":7}"u8.ToArray(), "", [])], Ct);
        using var directory = new AccountDirectory(provider.Objects, new(), TimeProvider.System, NullLoggerFactory.Instance);
        var trees = new ScopeTrees(
            directory, new FolderDirectory(provider.Objects), new MemoryUsageStore(TimeProvider.System), new LocalFileSystemOptions(), new MountStates(), NullLogger<ScopeTrees>.Instance);

        (await trees.ExistsAsync("user:broken", Ct)).ShouldBeTrue();
        (await trees.OpenAsync("user:broken", Ct)).Error.ShouldBe(StorageError.IoError);
        (await trees.ExistsAsync("user:nobody", Ct)).ShouldBeFalse();
        (await trees.OpenAsync("user:nobody", Ct)).Error.ShouldBe(StorageError.NotFound);
    }
}
