using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Hosting;

public sealed class UsageTakeOverTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-takeover-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Old => Path.Combine(_directory.FullName, "usage.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task What_a_node_counted_for_itself_is_taken_over_once_and_not_on_top_of_what_is_known()
    {
        using (SqliteUsageStore old = await SqliteUsageStore.OpenAsync(Old, TimeProvider.System, Ct))
        {
            UsageRequest[] requests =
            [
                new() { Scope = "user:ann", Consumed = new(1, 10, 100, 1000), Wanted = new(5, 5, 7, 0), Use = UsageUse.Files },
                new() { Scope = "user:bob", Consumed = new(2, 20, 200, 2000) },
            ];
            await old.SettleAsync(new(NodeIdFile.Alone, "crashed"), 1, requests, Ct);
        }

        var store = new SharedMemoryUsageStore(TimeProvider.System);
        await store.AdjustAsync(new UsageAdjustment("user:bob", IsAdded: false, 7, 70, null, null, DateTimeOffset.UnixEpoch), Ct);
        for (int i = 0; i < 2; i++)
        {
            await new UsageTakeOver(Old, new UsageNode(NodeIdFile.Alone, "taken-over"), "node", store, NullLogger.Instance).RunAsync(Ct);
            File.Exists(Old).ShouldBeFalse();
            File.Exists(UsageTakeOver.NameAfter(Old)).ShouldBeTrue();
        }

        UsageRecord ann = (await store.FindAsync("user:ann", Ct)).ShouldNotBeNull();
        ann.Used.ShouldBe(new UsageAmount(1, 10, 107, 1000));
        ann.ScannedAt.ShouldBeNull();
        (await store.FindAsync("user:bob", Ct))!.Used.ShouldBe(new UsageAmount(7, 70, 0, 0));

        // The start finds what a crash left, and whose temporaries may lie about.
        (await store.ListUnfinishedAsync(new("node", "now"), Ct)).ShouldBe([new UnfinishedUsage("user:ann", UsageUse.Files, default)]);
        (await store.BeginAsync(new("node", "now"), Ct)).ShouldContain("crashed");
    }

    [Fact]
    public void A_node_keeps_its_name()
    {
        string path = Path.Combine(_directory.FullName, "node.id");
        string id = NodeIdFile.Open(path);
        NodeIdFile.Open(path).ShouldBe(id);
        NodeIdFile.Open(path + "2").ShouldNotBe(id);
        File.WriteAllText(path, "../x");
        Should.Throw<ConfigurationException>(() => NodeIdFile.Open(path));
    }
}
