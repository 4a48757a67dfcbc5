using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.KeyValue;
using Hpc.Providers.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.KeyValue;

public sealed class KeyValueDataProviderTests : DataProviderContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-objects-");

    protected override bool CanShare => false;

    protected override bool CanMigrateDown => false;

    [Fact]
    public async Task A_second_one_is_kept_out()
    {
        IDataProvider second = await MakeClosedAsync(MainStorage);
        string message = (await Should.ThrowAsync<DataProviderException>(async () => await second.OpenAsync(SchemaUpdate.Automatic, Ct))).Message;
        message.ShouldContain("in use by another process");
        await Should.ThrowAsync<DataProviderException>(async () => await second.ResetAsync(Ct));
        await MakeAsync(Add(UserKey("ann")));
        await Provider.DisposeAsync();
        await second.OpenAsync(SchemaUpdate.Automatic, Ct);
        (await second.Objects.FindAsync(UserKey("ann"), Ct)).ShouldNotBeNull();
    }

    protected override ValueTask<IDataProvider> MakeAsync(string storage) => ValueTask.FromResult<IDataProvider>(
        new KeyValueDataProvider(
            Path.Combine(_directory.FullName, $"{storage}.kv"), new MemoryDataProviderOptions(), Time, NullLogger<KeyValueDataProvider>.Instance));

    protected override ValueTask RemoveStoragesAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
