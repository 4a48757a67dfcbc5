using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Actors.Tests.Limits;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.FaultTests;

/// <summary>Every handler of the actor that counts use throws while it counts: no byte is lost or counted twice, and nothing stays reserved.</summary>
public sealed class UsageFaultTests : IDisposable
{
    private const int Workers = 6;
    private const int Rounds = 300;
    private const long Limit = 1L << 40;

    // The actor is restarted ten times a minute.
    private const int MostFaults = 8;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-faults-");

    public static TheoryData<Type, bool> Handlers
    {
        get
        {
            var handlers = new TheoryData<Type, bool>();
            foreach (Type kind in FaultProbe.KindsOf(typeof(UsageMessage)))
            {
                handlers.Add(kind, false);
                handlers.Add(kind, true);
            }

            return handlers;
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_handler_that_throws_loses_no_byte_and_keeps_none_reserved(Type kind, bool isAfter)
    {
        var store = new ScriptedUsageStore(new MemoryUsageStore(TimeProvider.System));
        var time = new TestKit.ManualTimeProvider();
        await using var fixture = new UsageFixture(store, time: time);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        await UsageFixture.TakeBytesAsync(ledger, 1, Limit);
        var probe = new FaultProbe(kind, isAfter, MostFaults) { Period = 3 };
        fixture.System.Probe = probe;

        long taken = 1;
        Task<long[]> work = Task.WhenAll(Enumerable.Range(0, Workers).Select(seed => Task.Run(() => WorkAsync(ledger, seed), UsageFixture.Ct)));
        await DriveAsync(fixture, work, probe);
        taken += (await work).Sum();

        // The first time is what a fault may take away.
        if (kind == typeof(UsageMessage.Finish))
        {
            fixture.System.Probe = new FaultProbe(kind, isAfter, 1) { Period = 1 };
            bool isFirst = await fixture.Keeper.StopAsync(UsageFixture.Ct);
            isFirst.ShouldBeFalse();
            (await fixture.Keeper.StopAsync(UsageFixture.Ct)).ShouldBeTrue();
            (await fixture.RecordAsync()).ShouldSatisfyAllConditions(record => record.Used.Bytes.ShouldBe(taken), record => record.Reserved.Bytes.ShouldBe(0));
            return;
        }

        probe.Thrown.ShouldBeGreaterThan(0);
        fixture.System.Probe = null;
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        ledger.Bytes.Value.ShouldBe(taken);
        fixture.Keeper.Release(ledger);
        for (int i = 0; i < 60 && fixture.Keeper.Counters.Ledgers > 1; i++)
        {
            await fixture.TickAsync();
        }

        UsageRecord settled = await fixture.RecordAsync();
        (settled.Used.Bytes, settled.Reserved.Bytes).ShouldBe((taken, 0));
        (fixture.Keeper.Counters.Ledgers, fixture.Keeper.Counters.Waiting).ShouldBe((1, 0));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_handled_is_dropped_and_the_actor_goes_on()
    {
        var store = new ScriptedUsageStore(new MemoryUsageStore(TimeProvider.System));
        await using var fixture = new UsageFixture(store);
        await fixture.LoadBarrierAsync();
        store.SpoiltAnswers = 2;
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 10, Limit).WaitAsync(TimeSpan.FromMinutes(1), UsageFixture.Ct)).ShouldBe(Storage.StorageError.None);
        store.SpoiltAnswers.ShouldBeLessThan(0);
        ledger.Bytes.Value.ShouldBe(10);
    }

    // Seconds pass, scans and operators say what is in use, and the store is away now and then, until the load is over.
    private async Task DriveAsync(UsageFixture fixture, Task work, FaultProbe probe)
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.FullName);
        const string Other = "user:other";
        UsageLedger other = fixture.Keeper.Acquire(Other);
        for (int i = 0; !work.IsCompleted || (probe.Thrown == 0 && i < 200); i++)
        {
            i.ShouldBeLessThan(30_000, "somebody waits for ever");
            fixture.Store.LosesAnswers = i % 5 == 3;
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAll(
                QuietlyAsync(async () => await fixture.Keeper.AdjustAsync(new UsageAdjustment(Other, true, null, i, null, null, fixture.Time.GetUtcNow()), UsageFixture.Ct)),
                QuietlyAsync(async () => await fixture.Keeper.ScanAsync(Other, new ScopeTree { Files = files }, UsageFixture.Ct)),
                QuietlyAsync(async () => await fixture.Keeper.ResetTransferAsync(UsageFixture.Scope, UsageFixture.Ct)),
                Task.Delay(1, UsageFixture.Ct));
        }

        fixture.Store.LosesAnswers = false;
        fixture.Keeper.Release(other);
    }

    private static async Task QuietlyAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception)
        {
            // An operator whose change is refused is told so; this one does not mind.
        }
    }

    private static async Task<long> WorkAsync(UsageLedger ledger, int seed)
    {
        var random = new Random(seed);
        long taken = 0;
        for (int i = 0; i < Rounds; i++)
        {
            long amount = random.Next(1, 3_000_000);
            if (await UsageFixture.TakeBytesAsync(ledger, amount, Limit) == Storage.StorageError.None)
            {
                taken += amount;
            }

            if (random.Next(3) == 0 && taken > amount)
            {
                ledger.Bytes.Give(amount);
                taken -= amount;
            }
        }

        return taken;
    }
}
