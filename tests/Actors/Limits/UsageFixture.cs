using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.Limits;

/// <summary>A keeper on a clock that a test moves, and a store that it may make fail.</summary>
internal sealed class UsageFixture : IAsyncDisposable
{
    public const string Scope = "user:alice";

    private readonly UsageLedger _barrier;

    public UsageFixture(ScriptedUsageStore? store = null, string epoch = "00000001", string node = "one", ManualTimeProvider? time = null, UploadMode mode = UploadMode.Standard)
    {
        Time = time ?? new ManualTimeProvider();
        Store = store ?? new ScriptedUsageStore(new MemoryUsageStore(Time));
        Node = new UsageNode(node, epoch);
        System = new ActorSystem(timeProvider: Time);
        Keeper = new UsageKeeper(System, Store, Node, NullLogger<UsageKeeper>.Instance) { UploadMode = mode };
        _barrier = Keeper.Acquire("folder:barrier");
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ManualTimeProvider Time { get; }

    public ScriptedUsageStore Store { get; }

    public ActorSystem System { get; }

    public UsageNode Node { get; }

    public UsageKeeper Keeper { get; }

    public async Task LoadBarrierAsync() => (await _barrier.ReserveAsync(default, Ct)).IsSuccess.ShouldBeTrue();

    /// <summary>So many seconds pass, and what they cause is done.</summary>
    public async Task TickAsync(int count = 1)
    {
        await LoadBarrierAsync();
        for (int i = 0; i < count; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));

            // The first is answered behind the tick, the second behind the answer of the store.
            await _barrier.ReserveAsync(default, Ct);
            await _barrier.ReserveAsync(default, Ct);
        }
    }

    public async Task<UsageRecord> RecordAsync(string scope = Scope) => (await Store.FindAsync(scope, Ct)).ShouldNotBeNull();

    /// <summary>Takes bytes as the data plane does.</summary>
    public static async Task<StorageError> TakeBytesAsync(UsageLedger ledger, long amount, long limit)
    {
        while (true)
        {
            switch (ledger.Bytes.TryTake(amount, limit))
            {
                case TakeOutcome.Taken: return StorageError.None;
                case TakeOutcome.LimitReached: return StorageError.QuotaExceeded;
            }

            StorageResult reserved = await ledger.ReserveAsync(new UsageNeed { Bytes = amount, MaxBytes = limit }, Ct);
            if (!reserved.IsSuccess)
            {
                return reserved.Error;
            }
        }
    }

    public async ValueTask DisposeAsync() => await System.StopAsync();
}
