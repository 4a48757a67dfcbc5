using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task Every_change_of_an_object_makes_a_larger_stamp_and_nothing_else_does()
    {
        long stamp = await Objects.GetStampAsync(Ct);
        foreach (ObjectChange change in (ObjectChange[])[Add(UserKey("ann")), Put(UserKey("ann"), 1, "two"), ObjectChange.Delete(UserKey("ann"), 2), Add(UserKey("bob"))])
        {
            ObjectStoreResult result = await ApplyAsync(change);
            result.Stamp.ShouldBeGreaterThan(stamp);
            stamp = result.Stamp;
            (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        }

        await Activity.RaiseAsync(UserKey("bob"), ActivityField.LastUse, 5, Ct);
        await Activity.TryAddAsync(UserKey("bob"), ActivityField.UsedTokens, 1, 0, Ct);
        await Ephemeral.PutAsync("token:1", default, Time.GetUtcNow().AddHours(1), Ct);
        await Ephemeral.PurgeAsync(Ct);
        await ApplyAsync(Add(UserKey("bob")));
        await ApplyAsync(ObjectChange.Delete(UserKey("nobody"), null));
        (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        (await FindAsync(UserKey("bob"))).Version.ShouldBe(1);
    }

    [Fact]
    public async Task The_stamp_of_now_is_never_an_old_one()
    {
        for (int turn = 0; turn < 20; turn++)
        {
            long stamp = (await ApplyAsync(Put(UserKey("ann"), null, $"{turn}"))).Stamp;
            if (Objects.TryGetStampNow(out long now))
            {
                now.ShouldBe(stamp);
            }

            (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        }
    }

    [Fact]
    public async Task What_changed_since_a_stamp_is_listed()
    {
        await MakeAsync(Add(UserKey("before")), Add(UserKey("removed")), Add(UserKey("changed")));
        long since = await Objects.GetStampAsync(Ct);
        (await Objects.ListChangesAsync(since, Ct)).Keys.ShouldNotBeNull().ShouldBeEmpty();
        await MakeAsync(Add(UserKey("added")), Add(FolderKey("added")));
        await MakeAsync(Put(UserKey("changed"), 1, "two"));
        await MakeAsync(Put(UserKey("changed"), 2, "three"));
        await MakeAsync(ObjectChange.Delete(UserKey("removed"), null));
        await MakeAsync(Add(UserKey("passing")));
        await MakeAsync(ObjectChange.Delete(UserKey("passing"), null));
        ObjectChanges changes = await Objects.ListChangesAsync(since, Ct);
        changes.Stamp.ShouldBe(await Objects.GetStampAsync(Ct));
        ObjectKey[] keys = [.. changes.Keys.ShouldNotBeNull()];
        keys.ShouldBeUnique();
        keys.Where(key => key != UserKey("passing")).ShouldBe([UserKey("added"), FolderKey("added"), UserKey("changed"), UserKey("removed")], ignoreOrder: true);
        keys.ShouldContain(UserKey("passing"));
        (await Objects.ListChangesAsync(changes.Stamp, Ct)).Keys.ShouldNotBeNull().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_removed_and_came_back_is_listed_once()
    {
        await MakeAsync(Add(UserKey("ann")));
        long since = await Objects.GetStampAsync(Ct);
        await MakeAsync(ObjectChange.Delete(UserKey("ann"), null));
        await MakeAsync(Add(UserKey("ann")));
        (await Objects.ListChangesAsync(since, Ct)).Keys.ShouldBe([UserKey("ann")]);
    }

    [Fact]
    public async Task More_changes_than_are_listed_are_an_answer_without_keys()
    {
        long since = await Objects.GetStampAsync(Ct);
        await MakeAsync([.. Enumerable.Range(0, 600).Select(number => Add(UserKey($"a{number}")))]);
        await MakeAsync([.. Enumerable.Range(0, 400).Select(number => Add(UserKey($"b{number}")))]);
        (await Objects.ListChangesAsync(since, Ct)).Keys.ShouldNotBeNull().Count.ShouldBe(1000);
        long full = (await ApplyAsync(ObjectChange.Delete(UserKey("a5"), null))).Stamp;
        (await Objects.ListChangesAsync(since, Ct)).Keys.ShouldNotBeNull().Count.ShouldBe(1000);
        long last = (await ApplyAsync(Add(UserKey("one more")))).Stamp;
        ObjectChanges changes = await Objects.ListChangesAsync(since, Ct);
        (changes.Keys, changes.Stamp).ShouldBe((null, last));
        (await Objects.ListChangesAsync(full, Ct)).Keys.ShouldBe([UserKey("one more")]);
    }

    [Fact]
    public async Task A_stamp_that_never_was_is_answered_without_keys()
    {
        await MakeAsync(Add(UserKey("ann")));
        (await Objects.ListChangesAsync(long.MaxValue, Ct)).Keys.ShouldBeNull();
    }

    [Fact]
    public async Task Another_provider_sees_what_was_committed()
    {
        Assert.SkipUnless(CanShare, "This provider is alone.");
        IDataProvider other = await OpenAsync(MainStorage);
        await other.Objects.GetStampAsync(Ct);
        for (int turn = 0; turn < 10; turn++)
        {
            ObjectStoreResult result = await ApplyAsync(Put(UserKey("ann"), null, $"{turn}"));
            if (other.Objects.TryGetStampNow(out long now))
            {
                now.ShouldBe(result.Stamp);
            }

            (await other.Objects.GetStampAsync(Ct)).ShouldBe(result.Stamp);
            ShouldBeSame(await other.Objects.FindAsync(UserKey("ann"), Ct), result.Stored[0]);
            (await other.Objects.ListChangesAsync(result.Stamp - 1, Ct)).Keys.ShouldBe([UserKey("ann")]);
            ObjectStoreResult back = await other.Objects.ApplyAsync([Put(UserKey("ann"), result.Stored[0]!.Version, "back")], Ct);
            back.Stamp.ShouldBeGreaterThan(result.Stamp);
            (await Objects.GetStampAsync(Ct)).ShouldBe(back.Stamp);
        }
    }

    [Fact]
    public async Task A_follower_of_the_changes_misses_none_while_many_write()
    {
        IDataProvider reader = CanShare ? await OpenAsync(MainStorage) : Provider;
        long since = await reader.Objects.GetStampAsync(Ct);
        var versions = new Dictionary<ObjectKey, long>();
        Task<ObjectStoreResult[]> writers = AllAtOnceAsync(
            8,
            async writer =>
            {
                ObjectStoreResult result = null!;
                for (int turn = 0; turn < 12; turn++)
                {
                    result = await ApplyAsync(Put(UserKey($"user{(writer + turn) % 5}"), null, $"{writer} {turn}"));
                }

                return result;
            });
        bool isLast;
        do
        {
            isLast = writers.IsCompleted;
            ObjectChanges changes = await reader.Objects.ListChangesAsync(since, Ct);
            changes.Stamp.ShouldBeGreaterThanOrEqualTo(since);
            foreach (ObjectKey key in changes.Keys.ShouldNotBeNull())
            {
                versions[key] = (await reader.Objects.FindAsync(key, Ct)).ShouldNotBeNull().Version;
            }

            since = changes.Stamp;
        }
        while (!isLast);

        (await writers).ShouldAllBe(result => result.Outcome == ObjectStoreOutcome.Done);
        foreach (StoredObject stored in await Objects.ListAsync(new ObjectQuery(ObjectKind.User), Ct))
        {
            versions[stored.Key].ShouldBe(stored.Version);
        }
    }
}
