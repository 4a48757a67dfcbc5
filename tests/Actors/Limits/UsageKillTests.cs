using Hpc.Accounts.Usage;
using Hpc.Actors.Cluster;
using Hpc.Actors.Limits;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>A node that dies in the middle of uploads of three.</summary>
public sealed class UsageKillTests
{
    private const long KiB = 1 << 10;
    private const long Limit = 256 << 20;

    private volatile bool _isKilled;
    private long _written;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_and_the_whole_quota_is_used_in_the_end()
    {
        await using var nodes = new SharedNodes("one", "two", "three");
        await nodes.TickAsync();
        UsageLedger[] ledgers = [.. Enumerable.Range(0, 3).Select(i => nodes[i].Keeper.Acquire(UsageFixture.Scope))];
        Task[] dying = [.. Enumerable.Range(0, 10).Select(i => StartUpload(nodes, ledgers[2], $"three-{i}", () => _isKilled))];
        Task[] living = [.. Enumerable.Range(0, 20).Select(i => StartUpload(nodes, ledgers[i % 2], $"living-{i}", static () => false))];
        await nodes.UntilAsync(() => Task.FromResult(Interlocked.Read(ref _written) > Limit / 4));

        // What it wrote last is told to nobody, and what it had reserved is not given back.
        _isKilled = true;
        await nodes.UntilAsync(Done(dying));
        await nodes.KillAsync(2);
        long unfinished = (await nodes.Shared.ListHoldersAsync(Ct)).Count(static run => run.Id == "three");
        unfinished.ShouldBe(1);

        await nodes.UntilAsync(Done(living));
        await CheckAsync(nodes, isFinal: false);
        var care = new DeadNodeCare(nodes[0].Keeper, nodes.Trees, static () => true, static _ => new([Member("one"), Member("two")]));
        while ((await nodes.Shared.ListHoldersAsync(Ct)).Any(static run => run.Id == "three"))
        {
            await nodes.TickAsync(5);
            Task look = care.LookAsync(Ct).AsTask();
            await nodes.UntilAsync(() => Task.FromResult(look.IsCompleted));
            await look;
        }

        await nodes.TickAsync(2);
        await CheckAsync(nodes, isFinal: true);
        Task[] last = [.. Enumerable.Range(0, 6).Select(i => StartUpload(nodes, ledgers[i % 2], $"last-{i}", static () => false))];
        await nodes.UntilAsync(Done(last));
        await nodes.TickAsync(2);
        await CheckAsync(nodes, isFinal: true);
        nodes.TotalLength.ShouldBeInRange(Limit - (Limit / 1000), Limit);
    }

    private static async Task CheckAsync(SharedNodes nodes, bool isFinal)
    {
        UsageRecord record = await nodes.RecordAsync();
        (record.Used.Bytes + record.Reserved.Bytes).ShouldBeLessThanOrEqualTo(Limit);
        nodes.TotalLength.ShouldBeLessThanOrEqualTo(Limit);
        if (isFinal)
        {
            (record.Used.Files, record.Used.Bytes).ShouldBe((nodes.Files().Length, nodes.TotalLength));
        }
    }

    private static ClusterMember Member(string name) => new(name, "1", "", DateTimeOffset.UnixEpoch, 0, IsLeader: false);

    private static async Task<bool> Done(Task[] uploads)
    {
        await Task.WhenAll(uploads);
        return true;
    }

    private Task StartUpload(SharedNodes nodes, UsageLedger ledger, string name, Func<bool> isKilled) => Task.Run(
        async () =>
        {
            if (!await TakeAsync(ledger, bytes: 0, files: 1))
            {
                return;
            }

            await using FileStream file = nodes.Create(name);
            long length = 0;
            while (!isKilled() && await TakeAsync(ledger, 64 * KiB, files: 0))
            {
                length += 64 * KiB;
                file.SetLength(length);
                Interlocked.Add(ref _written, 64 * KiB);

                // Others are to have their turn, and time is to pass.
                await Task.Yield();
            }
        },
        Ct);

    private static async Task<bool> TakeAsync(UsageLedger ledger, long bytes, long files)
    {
        while (true)
        {
            TakeOutcome outcome = files > 0 ? ledger.Files.TryTake(files, 0) : ledger.Bytes.TryTake(bytes, Limit);
            if (outcome != TakeOutcome.NeedsReservation)
            {
                return outcome == TakeOutcome.Taken;
            }

            StorageResult reserved = await ledger.ReserveAsync(new UsageNeed { Bytes = bytes, Files = files, MaxBytes = Limit }, Ct);

            // The clock does not wait for a thread that the machine holds up: what was asked for may have run out of time before it was sent.
            if (!reserved.IsSuccess && reserved.Error != StorageError.Unavailable)
            {
                reserved.Error.ShouldBe(StorageError.QuotaExceeded);
                return false;
            }
        }
    }
}
