using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Providers.Tests.Servers;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs.Usage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Usage;

/// <summary>A quota of 1 GiB and thirty uploads at once on three nodes: files that have only a length stand for what was written.</summary>
public sealed class SharedQuotaTests(PostgresFixture fixture) : IDisposable
{
    private const long Limit = 1L << 30;
    private const int Uploads = 30;
    private const int Nodes = 3;
    private const int Fillers = 30;
    private const string Scope = "user:ann";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-quota-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Uploads_of_three_nodes_use_all_of_a_quota_and_never_pass_it()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        SqlProviderOptions options = (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = "quota_", PoolSize = 4 };
        var providers = new List<PostgresDataProvider>();
        try
        {
            for (int i = 0; i < Nodes; i++)
            {
                providers.Add(new PostgresDataProvider(options, TimeProvider.System, NullLogger.Instance));
                await providers[i].OpenAsync(SchemaUpdate.Automatic, Ct);
            }

            await RunAsync([.. providers.Select(static provider => (ISharedUsageStore)provider.Usage)]);
        }
        finally
        {
            foreach (PostgresDataProvider provider in providers)
            {
                await provider.DisposeAsync();
            }
        }
    }

    private async Task RunAsync(ISharedUsageStore[] stores)
    {
        ActorSystem[] systems = [.. stores.Select(static _ => new ActorSystem())];
        try
        {
            UsageKeeper[] keepers =
            [
                .. stores.Select((store, i) => new UsageKeeper(systems[i], store, new UsageNode($"node{i}", $"0000000{i}"), NullLogger<UsageKeeper>.Instance) { Nodes = Nodes }),
            ];
            UsageLedger[] ledgers = [.. keepers.Select(static keeper => keeper.Acquire(Scope))];
            Task<long[]> uploads = Task.WhenAll(Enumerable.Range(0, Uploads).Select(i => Task.Run(() => UploadAsync(ledgers[i % Nodes], i), Ct)));
            while (!uploads.IsCompleted)
            {
                if (await stores[0].FindAsync(Scope, Ct) is { } now)
                {
                    (now.Used.Bytes + now.Reserved.Bytes).ShouldBeLessThanOrEqualTo(Limit);
                    now.Used.Files.ShouldBeLessThanOrEqualTo(Uploads);
                }

                await Task.WhenAny(uploads, Task.Delay(20, Ct));
            }

            // What one node has set aside and gives back as its uploads end, another may have asked for a moment too early: who comes next gets it.
            long written = (await uploads).Sum();
            int files = Uploads;
            for (int i = 0; i < Fillers && written < Limit - (Limit / 1000); i++)
            {
                await Task.Delay(200, Ct);
                written += await UploadAsync(ledgers[i % Nodes], files++);
            }

            written.ShouldBeInRange(Limit - (Limit / 1000), Limit);
            _directory.GetFiles().Sum(static file => file.Length).ShouldBe(written);

            using LocalFileSystem tree = LocalFileSystem.Open(_directory.FullName);
            UsageScanReport report = (await keepers[1].ScanAsync(Scope, new ScopeTree { Files = tree }, Ct)).Value;
            (report.Bytes, report.BytesBefore, report.Files, report.FilesBefore, report.IsExact).ShouldBe((written, written, files, files, true));
            (await stores[2].FindAsync(Scope, Ct))!.Used.ShouldBe(new UsageAmount(files, written, 0, 0));
            await Task.WhenAll(keepers.Select(static keeper => keeper.StopAsync(Ct)));
            (await stores[2].FindAsync(Scope, Ct))!.Reserved.ShouldBe(default);
            TestContext.Current.TestOutputHelper?.WriteLine($"{written} of {Limit} bytes, {keepers.Sum(static keeper => keeper.Counters.Statements)} statements");
        }
        finally
        {
            foreach (ActorSystem system in systems)
            {
                await system.StopAsync();
            }
        }
    }

    private async Task<long> UploadAsync(UsageLedger ledger, int number)
    {
        // One of each three is slow to ask for little, one asks for much.
        long block = (number % 3) switch { 0 => 32 << 10, 1 => 256 << 10, _ => 1 << 20 };
        long written = 0;
        await using FileStream file = File.Create(Path.Combine(_directory.FullName, $"{number}"));
        (await TakeAsync(0, 1)).ShouldBeTrue();
        while (await TakeAsync(block, 0))
        {
            written += block;
            file.SetLength(written);
        }

        return written;

        async Task<bool> TakeAsync(long bytes, long count)
        {
            while (true)
            {
                TakeOutcome outcome = count > 0 ? ledger.Files.TryTake(count, 0) : ledger.Bytes.TryTake(bytes, Limit);
                if (outcome != TakeOutcome.NeedsReservation)
                {
                    return outcome == TakeOutcome.Taken;
                }

                StorageResult reserved = await ledger.ReserveAsync(new UsageNeed { Bytes = bytes, Files = count, MaxBytes = Limit }, Ct);
                if (!reserved.IsSuccess)
                {
                    reserved.Error.ShouldBe(StorageError.QuotaExceeded);
                    return false;
                }
            }
        }
    }
}
