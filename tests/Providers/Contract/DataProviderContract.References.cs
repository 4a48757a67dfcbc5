using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task What_refers_to_something_missing_is_not_stored()
    {
        ObjectStoreResult result = await ApplyAsync(Add(FolderKey("files")), Add(UserKey("ann"), FolderKey("files"), FolderKey("missing")));
        ShouldHaveFailed(result, ObjectStoreOutcome.ReferenceMissing, 1);
        if (result.Reference is { } reference)
        {
            reference.ShouldBe(new ObjectReference(UserKey("ann"), FolderKey("missing")));
        }

        await ShouldBeMissingAsync(FolderKey("files"), UserKey("ann"));
    }

    [Fact]
    public async Task What_is_referred_to_is_not_removed()
    {
        await MakeAsync(Add(FolderKey("files")), Add(UserKey("ann"), FolderKey("files")));
        ObjectStoreResult result = await ApplyAsync(ObjectChange.Delete(FolderKey("files"), null));
        ShouldHaveFailed(result, ObjectStoreOutcome.Referenced, 0);
        if (result.Reference is { } reference)
        {
            reference.ShouldBe(new ObjectReference(UserKey("ann"), FolderKey("files")));
        }

        await FindAsync(FolderKey("files"));
    }

    [Fact]
    public async Task References_are_held_up_when_all_changes_are_made()
    {
        // The one that refers comes first.
        await MakeAsync(Add(UserKey("ann"), FolderKey("files")), Add(FolderKey("files")));
        await MakeAsync(ObjectChange.Delete(FolderKey("files"), null), ObjectChange.Delete(UserKey("ann"), null));
        await MakeAsync(Add(FolderKey("files")), Add(UserKey("ann"), FolderKey("files")));
        await MakeAsync(ObjectChange.Delete(FolderKey("files"), null), Put(UserKey("ann"), 1, "without"));
        await ShouldBeMissingAsync(FolderKey("files"));
    }

    [Fact]
    public async Task Changes_that_remove_what_they_refer_to_fail()
    {
        await MakeAsync(Add(FolderKey("files")));
        ObjectStoreResult result = await ApplyAsync(ObjectChange.Delete(FolderKey("files"), null), Add(UserKey("ann"), FolderKey("files")));
        result.Outcome.ShouldBeOneOf(ObjectStoreOutcome.Referenced, ObjectStoreOutcome.ReferenceMissing);
        await FindAsync(FolderKey("files"));
        await ShouldBeMissingAsync(UserKey("ann"));
    }

    [Fact]
    public async Task References_are_replaced_with_the_object()
    {
        await MakeAsync(Add(FolderKey("one")), Add(FolderKey("two")), Add(FolderKey("three")), Add(UserKey("ann"), FolderKey("one"), FolderKey("two")));
        await MakeAsync(Put(UserKey("ann"), null, "changed", FolderKey("two"), FolderKey("three")));
        (await Objects.ListReferringAsync(FolderKey("one"), ObjectKind.User, null, 10, Ct)).ShouldBeEmpty();
        (await Objects.ListReferringAsync(FolderKey("two"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        (await Objects.ListReferringAsync(FolderKey("three"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        await MakeAsync(ObjectChange.Delete(FolderKey("one"), null));
        await MakeAsync(ObjectChange.Delete(UserKey("ann"), null));
        await MakeAsync(ObjectChange.Delete(FolderKey("two"), null), ObjectChange.Delete(FolderKey("three"), null));
    }

    [Fact]
    public async Task A_failed_change_leaves_the_references_as_they_were()
    {
        await MakeAsync(Add(FolderKey("one")), Add(FolderKey("two")), Add(UserKey("ann"), FolderKey("one")));
        await ApplyAsync(Put(UserKey("ann"), null, "changed", FolderKey("two")), Put(UserKey("nobody"), 5, ""));
        (await Objects.ListReferringAsync(FolderKey("one"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        (await Objects.ListReferringAsync(FolderKey("two"), ObjectKind.User, null, 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_of_what_is_referred_to_keeps_the_references()
    {
        await MakeAsync(Add(FolderKey("files")), Add(UserKey("ann"), FolderKey("files")));
        await MakeAsync(Put(FolderKey("files"), 1, "changed"));
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        ShouldHaveFailed(await ApplyAsync(ObjectChange.Delete(FolderKey("files"), null)), ObjectStoreOutcome.Referenced, 0);
    }

    [Fact]
    public async Task Who_refers_is_listed_by_kind_in_pages()
    {
        string[] names = ["b", "a", "Z", "z", "é", "\uff5e", "😀", "ab", "a-"];
        await MakeAsync([Add(FolderKey("files")), Add(FolderKey("other")), .. names.Select(name => Add(UserKey(name), FolderKey("files")))]);
        await MakeAsync(Add(new ObjectKey(ObjectKind.Group, "staff"), FolderKey("files")), Add(UserKey("stranger"), FolderKey("other")));
        string[] expected = ["Z", "a", "a-", "ab", "b", "z", "é", "\uff5e", "😀"];
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, 100, Ct)).ShouldBe(expected);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, 4, Ct)).ShouldBe(expected[..4]);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, "ab", 3, Ct)).ShouldBe(expected[4..7]);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, "aa", 1, Ct)).ShouldBe(["ab"]);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.Group, null, 10, Ct)).ShouldBe(["staff"]);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.Admin, null, 10, Ct)).ShouldBeEmpty();
        (await Objects.ListReferringAsync(FolderKey("nowhere"), ObjectKind.User, null, 10, Ct)).ShouldBeEmpty();
        foreach (int limit in (int[])[0, -1, IObjectStore.MaxPage + 1])
        {
            await Should.ThrowAsync<ArgumentException>(async () => await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, limit, Ct));
        }
    }

    [Fact]
    public async Task References_to_many_objects_are_listed_at_once()
    {
        await MakeAsync(Add(FolderKey("one")), Add(FolderKey("two")), Add(FolderKey("three")));
        await MakeAsync(Add(UserKey("ann"), FolderKey("one"), FolderKey("two")), Add(UserKey("bob"), FolderKey("two"), FolderKey("three")));
        await MakeAsync(Add(new ObjectKey(ObjectKind.Group, "staff"), FolderKey("one")));
        IReadOnlyList<ObjectReference> references = await Objects.ListReferencesAsync(ObjectKind.Folder, ["one", "two", "two", "nowhere"], ObjectKind.User, Ct);
        references.ShouldBe(
            [
                new ObjectReference(UserKey("ann"), FolderKey("one")),
                new ObjectReference(UserKey("ann"), FolderKey("two")),
                new ObjectReference(UserKey("bob"), FolderKey("two")),
            ],
            ignoreOrder: true);
        (await Objects.ListReferencesAsync(ObjectKind.Folder, [], ObjectKind.User, Ct)).ShouldBeEmpty();
        (await Objects.ListReferencesAsync(ObjectKind.Group, ["one"], ObjectKind.User, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_who_refers_and_somebody_who_removes_never_both_succeed()
    {
        for (int round = 0; round < 15; round++)
        {
            ObjectKey folder = FolderKey($"files{round}");
            await MakeAsync(Add(folder));
            ObjectStoreResult[] results = await AllAtOnceAsync(
                2, number => number == 0 ? ApplyAsync(ObjectChange.Delete(folder, null)) : ApplyAsync(Add(UserKey($"user{round}"), folder)));
            (await Objects.FindAsync(folder, Ct) is null).ShouldBe(results[0].Outcome == ObjectStoreOutcome.Done);
            results.Count(result => result.Outcome == ObjectStoreOutcome.Done).ShouldBe(1);
            results.ShouldContain(result => result.Outcome == ObjectStoreOutcome.Referenced || result.Outcome == ObjectStoreOutcome.ReferenceMissing);
        }
    }
}
