using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Memory;

public sealed class StampTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stamp_is_read_while_another_thread_holds_the_lock()
    {
        var host = new StateHost(TimeProvider.System);
        var store = new StateObjectStore(host);
        store.TryGetStampNow(out long stamp).ShouldBeFalse();
        stamp.ShouldBe(0);
        host.Open(new MemoryState(10, 1000), new MemoryEphemeral(10, 1000), journal: null);
        ObjectStoreResult added = await store.ApplyAsync([ObjectChange.Put(new ObjectKey(ObjectKind.User, "a"), 0, "{}"u8.ToArray(), "", [])], Ct);
        using var isHeld = new ManualResetEventSlim();
        using var isRead = new ManualResetEventSlim();
        var holder = new Thread(() =>
        {
            lock (host.Gate)
            {
                isHeld.Set();
                isRead.Wait(Ct);
            }
        });
        holder.Start();
        isHeld.Wait(Ct);
        Task<(bool IsThere, long Stamp)> reading = Task.Run(() => (store.TryGetStampNow(out long now), now), Ct);
        try
        {
            (await reading.WaitAsync(TimeSpan.FromMinutes(1), Ct)).ShouldBe((true, added.Stamp));
        }
        finally
        {
            isRead.Set();
            holder.Join();
        }

        host.Close();
        store.TryGetStampNow(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_stamp_that_is_read_without_the_lock_is_the_one_of_the_last_change()
    {
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        for (int turn = 0; turn < 3; turn++)
        {
            await provider.Objects.ApplyAsync([ObjectChange.Put(new ObjectKey(ObjectKind.User, "a"), null, "{}"u8.ToArray(), "", [])], Ct);
            await ShouldShowAsync(provider);
        }

        await provider.ResetAsync(Ct);
        await ShouldShowAsync(provider);
    }

    private static async Task ShouldShowAsync(MemoryDataProvider provider)
    {
        provider.Objects.TryGetStampNow(out long stamp).ShouldBeTrue();
        stamp.ShouldBe(await provider.Objects.GetStampAsync(Ct));
    }
}
