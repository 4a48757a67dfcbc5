using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.KeyValue;
using Hpc.Providers.Tests.Crash;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.KeyValue;

public sealed class KeyValueCrashTests : CrashContract
{
    private DirectoryInfo? _directory;

    protected override string Target => Path.Combine(_directory!.FullName, "objects.kv");

    public override IDataProvider Make(string target) =>
        new KeyValueDataProvider(target, new MemoryDataProviderOptions(), TimeProvider.System, NullLogger<KeyValueDataProvider>.Instance);

    public override ValueTask InitializeAsync()
    {
        _directory = Directory.CreateTempSubdirectory("hpc-crash-");
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _directory?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
