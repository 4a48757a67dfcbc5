using Hpc.Accounts.Data;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task An_object_that_must_not_be_there_and_is_stays_as_it_was()
    {
        StoredObject added = (await MakeAsync(Put(UserKey("ann"), 0, "one")))[0]!;
        long stamp = await Objects.GetStampAsync(Ct);
        ShouldHaveFailed(await ApplyAsync(Put(UserKey("ann"), 0, "two")), ObjectStoreOutcome.AlreadyExists, 0);
        ShouldBeSame(await FindAsync(UserKey("ann")), added);
        (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
    }

    [Fact]
    public async Task An_object_of_another_version_is_not_replaced()
    {
        await MakeAsync(Put(UserKey("ann"), 0, "one"));
        StoredObject second = (await MakeAsync(Put(UserKey("ann"), null, "two")))[0]!;
        ShouldHaveFailed(await ApplyAsync(Put(UserKey("ann"), 1, "three")), ObjectStoreOutcome.VersionConflict, 0);
        ShouldHaveFailed(await ApplyAsync(Put(UserKey("ann"), 3, "three")), ObjectStoreOutcome.VersionConflict, 0);
        ShouldBeSame(await FindAsync(UserKey("ann")), second);
    }

    [Fact]
    public async Task An_object_of_another_version_is_not_removed()
    {
        await MakeAsync(Put(UserKey("ann"), 0, "one"));
        ShouldHaveFailed(await ApplyAsync(ObjectChange.Delete(UserKey("ann"), 2)), ObjectStoreOutcome.VersionConflict, 0);
        await FindAsync(UserKey("ann"));
        (await MakeAsync(ObjectChange.Delete(UserKey("ann"), 1))).ShouldBe([null]);
        await ShouldBeMissingAsync(UserKey("ann"));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_neither_replaced_nor_removed()
    {
        ShouldHaveFailed(await ApplyAsync(Put(UserKey("nobody"), 1, "one")), ObjectStoreOutcome.NotFound, 0);
        ShouldHaveFailed(await ApplyAsync(ObjectChange.Delete(UserKey("nobody"), null)), ObjectStoreOutcome.NotFound, 0);
        ShouldHaveFailed(await ApplyAsync(ObjectChange.Delete(UserKey("nobody"), 1)), ObjectStoreOutcome.NotFound, 0);
        await ShouldBeMissingAsync(UserKey("nobody"));
    }

    [Fact]
    public async Task What_was_removed_begins_at_version_1_when_it_comes_back()
    {
        StoredObject first = (await MakeAsync(Add(UserKey("ann"))))[0]!;
        await MakeAsync(Put(UserKey("ann"), 1, "two"));
        await MakeAsync(ObjectChange.Delete(UserKey("ann"), null));
        StoredObject again = (await MakeAsync(Put(UserKey("ann"), null, "again")))[0]!;
        again.Version.ShouldBe(1);
        again.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Of_many_that_replace_the_same_version_one_succeeds()
    {
        await MakeAsync(Add(UserKey("ann")));
        ObjectStoreResult[] results = await AllAtOnceAsync(20, number => ApplyAsync(Put(UserKey("ann"), 1, $"writer {number}")));
        ObjectStoreResult winner = results.Where(result => result.Outcome == ObjectStoreOutcome.Done).ShouldHaveSingleItem();
        results.Count(result => result.Outcome == ObjectStoreOutcome.VersionConflict).ShouldBe(19);
        ShouldBeSame(await FindAsync(UserKey("ann")), winner.Stored[0]);
    }

    [Fact]
    public async Task Of_many_that_add_the_same_name_one_succeeds()
    {
        ObjectStoreResult[] results = await AllAtOnceAsync(20, number => ApplyAsync(Put(UserKey("ann"), 0, $"writer {number}")));
        results.Count(result => result.Outcome == ObjectStoreOutcome.Done).ShouldBe(1);
        results.Count(result => result.Outcome == ObjectStoreOutcome.AlreadyExists).ShouldBe(19);
    }

    [Fact]
    public async Task Of_many_that_remove_the_same_object_one_succeeds()
    {
        await MakeAsync(Add(UserKey("ann")));
        ObjectStoreResult[] results = await AllAtOnceAsync(20, _ => ApplyAsync(ObjectChange.Delete(UserKey("ann"), null)));
        results.Count(result => result.Outcome == ObjectStoreOutcome.Done).ShouldBe(1);
        results.Count(result => result.Outcome == ObjectStoreOutcome.NotFound).ShouldBe(19);
    }

    [Fact]
    public async Task Nothing_is_lost_of_many_additions_at_once()
    {
        ObjectStoreResult[] results = await AllAtOnceAsync(60, number => ApplyAsync(Add(UserKey($"user{number}"))));
        results.ShouldAllBe(result => result.Outcome == ObjectStoreOutcome.Done);
        results.Select(result => result.Stamp).Distinct().Count().ShouldBe(60);
        results.Select(result => result.Stored[0]!.Id).Distinct().Count().ShouldBe(60);
        (await Objects.CountAsync(Accounts.Objects.ObjectKind.User, null, Ct)).ShouldBe(60);
    }

    [Fact]
    public async Task Of_many_that_change_whatever_is_there_each_makes_a_version()
    {
        ObjectStoreResult[] results = await AllAtOnceAsync(20, number => ApplyAsync(Put(UserKey("ann"), null, $"writer {number}")));
        results.Select(result => result.Stored[0]!.Version).Order().ShouldBe(Enumerable.Range(1, 20).Select(version => (long)version));
        results.MaxBy(result => result.Stamp)!.Stored[0]!.Version.ShouldBe(20);
    }

    protected static void ShouldHaveFailed(ObjectStoreResult result, ObjectStoreOutcome outcome, int index)
    {
        (result.Outcome, result.Index).ShouldBe((outcome, index));
        result.Stored.ShouldBeEmpty();
        result.Stamp.ShouldBe(0);
    }

    /// <summary>Calls that begin on threads of their own as nearly at once as can be.</summary>
    protected static async Task<T[]> AllAtOnceAsync<T>(int count, Func<int, Task<T>> call)
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T>[] calls = [.. Enumerable.Range(0, count).Select(async number =>
        {
            await begin.Task;
            return await call(number);
        })];
        begin.SetResult();
        return await Task.WhenAll(calls);
    }
}
