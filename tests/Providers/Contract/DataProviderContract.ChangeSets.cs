using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task Changes_are_made_together_with_one_stamp()
    {
        await MakeAsync(Add(UserKey("old")), Add(UserKey("kept")));
        long before = await Objects.GetStampAsync(Ct);
        ObjectStoreResult result = await ApplyAsync(
            Add(UserKey("new"), FolderKey("files")), ObjectChange.Delete(UserKey("old"), 1), Put(UserKey("kept"), 1, "changed"), Add(FolderKey("files")));
        result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
        result.Stamp.ShouldBeGreaterThan(before);
        (await Objects.GetStampAsync(Ct)).ShouldBe(result.Stamp);
        result.Stored.Count.ShouldBe(4);
        result.Stored.Select(stored => stored?.Key).ShouldBe([UserKey("new"), null, UserKey("kept"), FolderKey("files")]);
        foreach (StoredObject stored in result.Stored.OfType<StoredObject>())
        {
            stored.Stamp.ShouldBe(result.Stamp);
            ShouldBeSame(await FindAsync(stored.Key), stored);
        }

        await ShouldBeMissingAsync(UserKey("old"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task One_change_that_cannot_be_made_undoes_all(int position)
    {
        await MakeAsync(Add(FolderKey("files")), Add(UserKey("old"), FolderKey("files")), Add(UserKey("changed")));
        await Activity.RaiseAsync(UserKey("old"), ActivityField.LastUse, 7, Ct);
        StoredObject[] before = [await FindAsync(UserKey("old")), await FindAsync(UserKey("changed"))];
        long stamp = await Objects.GetStampAsync(Ct);
        List<ObjectChange> changes =
            [Add(UserKey("new")), ObjectChange.Delete(UserKey("old"), null), Put(UserKey("changed"), 1, "now"), ObjectChange.Delete(FolderKey("files"), null)];
        changes.Insert(position, Put(UserKey("nobody"), 3, ""));
        ShouldHaveFailed(await ApplyAsync([.. changes]), ObjectStoreOutcome.NotFound, position);
        ShouldBeSame(await FindAsync(UserKey("old")), before[0]);
        ShouldBeSame(await FindAsync(UserKey("changed")), before[1]);
        await ShouldBeMissingAsync(UserKey("new"), UserKey("nobody"));
        (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        (await Activity.FindAsync([UserKey("old")], Ct)).ShouldHaveSingleItem().Value.ShouldBe(7);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, 10, Ct)).ShouldBe(["old"]);
    }

    [Fact]
    public async Task The_first_of_several_that_cannot_be_made_is_told()
    {
        await MakeAsync(Add(UserKey("ann")));
        ShouldHaveFailed(
            await ApplyAsync(Add(UserKey("new")), Put(UserKey("ann"), 9, ""), Put(UserKey("nobody"), 1, ""), Add(UserKey("ann2"))),
            ObjectStoreOutcome.VersionConflict,
            1);
    }

    [Fact]
    public async Task An_object_is_changed_once()
    {
        await Should.ThrowAsync<ArgumentException>(() => ApplyAsync(Add(UserKey("ann")), Put(UserKey("ann"), 1, "again")));
        await ShouldBeMissingAsync(UserKey("ann"));
    }

    [Fact]
    public async Task No_changes_are_none()
    {
        long stamp = await Objects.GetStampAsync(Ct);
        ObjectStoreResult result = await ApplyAsync();
        (result.Outcome, result.Stored.Count).ShouldBe((ObjectStoreOutcome.Done, 0));
        (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
    }

    [Fact]
    public async Task A_thousand_changes_are_one()
    {
        ObjectChange[] changes = [.. Enumerable.Range(0, 1000).Select(number => Add(UserKey($"user{number}"), FolderKey("files")))];
        await MakeAsync([.. changes, Add(FolderKey("files"))]);
        (await Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1000);
        ObjectStoreResult result = await ApplyAsync(
            [.. Enumerable.Range(0, 1000).Select(number => ObjectChange.Delete(UserKey($"user{number}"), number == 999 ? 2 : 1))]);
        ShouldHaveFailed(result, ObjectStoreOutcome.VersionConflict, 999);
        (await Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1000);
    }

    [Fact]
    public async Task Sets_that_change_the_same_objects_in_opposite_orders_all_end()
    {
        await MakeAsync(Add(UserKey("a")), Add(UserKey("b")));
        ObjectStoreResult[] results = await AllAtOnceAsync(16, number => number % 2 == 0
            ? ApplyAsync(Put(UserKey("a"), null, $"{number}"), Put(UserKey("b"), null, $"{number}"))
            : ApplyAsync(Put(UserKey("b"), null, $"{number}"), Put(UserKey("a"), null, $"{number}")));
        results.ShouldAllBe(result => result.Outcome == ObjectStoreOutcome.Done);
        StoredObject a = await FindAsync(UserKey("a"));
        StoredObject b = await FindAsync(UserKey("b"));
        (a.Version, b.Version).ShouldBe((17, 17));
        a.Stamp.ShouldBe(b.Stamp);
        a.Document.Span.SequenceEqual(b.Document.Span).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_cancelled_before_it_began_is_not_done()
    {
        await Should.ThrowAsync<OperationCanceledException>(async () => await Objects.ApplyAsync([Add(UserKey("ann"))], new CancellationToken(canceled: true)));
        await ShouldBeMissingAsync(UserKey("ann"));
    }
}
