using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task What_was_added_is_found_as_it_was()
    {
        ObjectStoreResult result = await ApplyAsync(ObjectChange.Put(UserKey("ann"), 0, Document("é\\u0000 ✓ 😀"), "sales", []));
        result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
        result.Index.ShouldBe(-1);
        StoredObject found = await FindAsync(UserKey("ann"));
        ShouldBeSame(found, result.Stored.ShouldHaveSingleItem());
        found.Key.ShouldBe(UserKey("ann"));
        found.Version.ShouldBe(1);
        found.Role.ShouldBe("sales");
        found.Stamp.ShouldBe(result.Stamp);
        found.Document.Span.SequenceEqual(Document("é\\u0000 ✓ 😀").Span).ShouldBeTrue();
    }

    [Fact]
    public async Task Names_are_told_apart_byte_by_byte()
    {
        string[] names = ["ann", "Ann", "ann ", " ann", "änn", "a\u0308nn", "ANN", "ann\u200b", "ß", "ss", "😀", "a%", "a_", "a\\", "a'", "%"];
        await MakeAsync([.. names.Select(name => Add(UserKey(name)))]);
        foreach (string name in names)
        {
            Encoding.UTF8.GetString((await FindAsync(UserKey(name))).Document.Span).ShouldContain($"\"{name}\"");
        }

        await ShouldBeMissingAsync(UserKey("aNN"), UserKey("ann  "), UserKey("an"), UserKey("aa"), FolderKey("ann"));
        (await Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(names.Length);
    }

    [Fact]
    public async Task A_name_may_have_255_bytes_and_a_longer_one_is_not_there()
    {
        string longest = new string('é', 127) + "x";
        await MakeAsync(Add(UserKey(longest)));
        await FindAsync(UserKey(longest));
        await ShouldBeMissingAsync(UserKey(longest + "x"), UserKey(new string('x', 100_000)));
        await Should.ThrowAsync<ArgumentException>(() => ApplyAsync(Add(UserKey(longest + "x"))));
        await Should.ThrowAsync<ArgumentException>(() => ApplyAsync(Add(UserKey(""))));
    }

    [Fact]
    public async Task Kinds_are_apart_and_the_numbers_of_each_begin_anew()
    {
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            await MakeAsync(Add(new ObjectKey(kind, "same")));
        }

        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            (await FindAsync(new ObjectKey(kind, "same"))).Key.Kind.ShouldBe(kind);
            (await Objects.CountAsync(kind, null, Ct)).ShouldBe(1);
        }

        await MakeAsync(ObjectChange.Delete(UserKey("same"), null));
        await ShouldBeMissingAsync(UserKey("same"));
        await FindAsync(FolderKey("same"));
    }

    [Fact]
    public async Task Numbers_are_unique_among_a_kind_and_never_used_again()
    {
        var ids = new HashSet<long>();
        for (int turn = 0; turn < 3; turn++)
        {
            IReadOnlyList<StoredObject?> stored = await MakeAsync([.. Enumerable.Range(0, 5).Select(number => Add(UserKey($"user{number}")))]);
            stored.ShouldAllBe(user => ids.Add(user!.Id) && user.Id > 0 && user.Version == 1);
            await MakeAsync([.. Enumerable.Range(0, 5).Select(number => ObjectChange.Delete(UserKey($"user{number}"), null))]);
            if (IsDurable)
            {
                await ReopenAsync();
            }
        }
    }

    [Fact]
    public async Task A_replaced_object_keeps_its_number_and_has_the_next_version()
    {
        StoredObject added = (await MakeAsync(Put(UserKey("ann"), 0, "one")))[0]!;
        StoredObject second = (await MakeAsync(Put(UserKey("ann"), 1, "two")))[0]!;
        StoredObject third = (await MakeAsync(ObjectChange.Put(UserKey("ann"), null, Document("three"), "role", [])))[0]!;
        (second.Id, second.Version, third.Id, third.Version).ShouldBe((added.Id, 2, added.Id, 3));
        second.Stamp.ShouldBeGreaterThan(added.Stamp);
        ShouldBeSame(await FindAsync(UserKey("ann")), third);
    }

    [Fact]
    public async Task The_longest_document_is_kept_and_a_longer_one_refused()
    {
        byte[] document = new byte[IObjectStore.MaxDocument];
        Array.Fill(document, (byte)'x');
        (document[0], document[^1]) = ((byte)'"', (byte)'"');
        await MakeAsync(ObjectChange.Put(UserKey("long"), 0, document, "", []));
        (await FindAsync(UserKey("long"))).Document.Span.SequenceEqual(document).ShouldBeTrue();
        await Should.ThrowAsync<ArgumentException>(() => ApplyAsync(ObjectChange.Put(UserKey("longer"), 0, new byte[IObjectStore.MaxDocument + 1], "", [])));
    }

    [Fact]
    public async Task The_document_is_a_copy()
    {
        byte[] document = Document("before").ToArray();
        await MakeAsync(ObjectChange.Put(UserKey("ann"), 0, document, "", []));
        Array.Fill(document, (byte)'?');
        (await FindAsync(UserKey("ann"))).Document.Span.SequenceEqual(Document("before").Span).ShouldBeTrue();
    }

    [Fact]
    public async Task Many_are_found_at_once()
    {
        await MakeAsync([.. Enumerable.Range(0, 900).Select(number => Add(UserKey($"user{number}")))]);
        string[] names = [.. Enumerable.Range(100, IObjectStore.MaxPage).Select(number => $"user{number}")];
        IReadOnlyList<StoredObject> found = await Objects.FindManyAsync(ObjectKind.User, names, Ct);
        found.Select(user => user.Key.Name).Order().ShouldBe(Enumerable.Range(100, 800).Select(number => $"user{number}").Order());
        (await Objects.FindManyAsync(ObjectKind.User, [], Ct)).ShouldBeEmpty();
        (await Objects.FindManyAsync(ObjectKind.User, ["user1", "user1", "", "nobody", new string('x', 70_000)], Ct)).ShouldHaveSingleItem();
        (await Objects.FindManyAsync(ObjectKind.Folder, names, Ct)).ShouldBeEmpty();
        await Should.ThrowAsync<ArgumentException>(async () => await Objects.FindManyAsync(ObjectKind.User, [.. names, "one more"], Ct));
    }

    [Fact]
    public async Task What_is_stored_is_there_after_it_was_closed()
    {
        Assert.SkipUnless(IsDurable, "This provider forgets.");
        await MakeAsync(Add(FolderKey("files")), ObjectChange.Put(UserKey("ann"), 0, Document("ann"), "sales", [FolderKey("files")]));
        await Activity.RaiseAsync(UserKey("ann"), ActivityField.LastUse, 5, Ct);
        await Ephemeral.PutAsync("token:1", Document("token"), Time.GetUtcNow().AddHours(1), Ct);
        StoredObject before = await FindAsync(UserKey("ann"));
        long stamp = await Objects.GetStampAsync(Ct);
        await ReopenAsync();
        ShouldBeSame(await FindAsync(UserKey("ann")), before);
        (await Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        (await Objects.ListReferringAsync(FolderKey("files"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        (await Activity.FindAsync([UserKey("ann")], Ct))[(UserKey("ann"), ActivityField.LastUse)].ShouldBe(5);
        (await Ephemeral.FindAsync("token:1", Ct)).ShouldNotBeNull();
    }
}
