using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    private static readonly string[] PageNames =
        ["b", "a", "B", "A", "aa", "a-a", "a.b", "a_b", "a%", "é", "e\u0301", "z", "Z", "ä", "\ue000", "\uff5e", "😀", "😁", "ab", "abc", "abd", " ", "0", "~"];

    [Fact]
    public async Task Objects_are_listed_in_the_order_of_their_names_bytes()
    {
        await AddPageNamesAsync();
        string[] expected = [.. PageNames.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal)];
        (await NamesAsync(new(ObjectKind.User))).ShouldBe(expected);
        (await NamesAsync(new(ObjectKind.User) { IsDescending = true })).ShouldBe(expected.Reverse());
        (await NamesAsync(new(ObjectKind.Folder))).ShouldBe(["a"]);
        (await NamesAsync(new(ObjectKind.Admin))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_holds_whole_objects()
    {
        await AddPageNamesAsync();
        foreach (StoredObject user in await Objects.ListAsync(new(ObjectKind.User), Ct))
        {
            ShouldBeSame(user, await FindAsync(user.Key));
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_both_ways()
    {
        await AddPageNamesAsync();
        foreach (bool isDescending in (bool[])[false, true])
        {
            var seen = new List<string>();
            for (string? after = null; await NamesAsync(new(ObjectKind.User) { After = after, Limit = 5, IsDescending = isDescending }) is { Count: > 0 } page; after = page[^1])
            {
                seen.AddRange(page);
            }

            seen.ShouldBe(await NamesAsync(new(ObjectKind.User) { IsDescending = isDescending }));
        }
    }

    [Fact]
    public async Task Filters_and_positions_go_together()
    {
        await AddPageNamesAsync();
        string[] all = [.. PageNames.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal)];
        string?[] afters = [null, "a", "aa", "\uff5e", "nowhere", "", "zzz"];
        string[] prefixes = ["", "a", "ab", "a%", "a_", "é", "\uff5e", "😀", "B", "none"];
        string?[] roles = [null, "even", "", "nobody"];
        var random = new Random(7);
        for (int turn = 0; turn < 60; turn++)
        {
            var query = new ObjectQuery(ObjectKind.User)
            {
                After = afters[random.Next(afters.Length)],
                Prefix = prefixes[random.Next(prefixes.Length)],
                Role = roles[random.Next(roles.Length)],
                Offset = random.Next(4) == 0 ? random.Next(30) : 0,
                Limit = random.Next(1, 12),
                IsDescending = random.Next(2) == 0,
            };
            IEnumerable<string> expected = (query.IsDescending ? all.Reverse() : all)
                .Where(name => name.StartsWith(query.Prefix, StringComparison.Ordinal) && (query.Role is null || RoleOf(name) == query.Role))
                .Where(name => query.After is not { } after || (query.IsDescending ? Compare(name, after) < 0 : Compare(name, after) > 0))
                .Skip(query.Offset)
                .Take(query.Limit);
            (await NamesAsync(query)).ShouldBe(expected, query.ToString());
        }
    }

    [Fact]
    public async Task Objects_are_counted_by_role()
    {
        await AddPageNamesAsync();
        (await Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(PageNames.Length);
        (await Objects.CountAsync(ObjectKind.User, "even", Ct)).ShouldBe(PageNames.Count(name => RoleOf(name) == "even"));
        (await Objects.CountAsync(ObjectKind.User, "Even", Ct)).ShouldBe(0);
        (await Objects.CountAsync(ObjectKind.Folder, null, Ct)).ShouldBe(1);
        await MakeAsync(ObjectChange.Put(UserKey(PageNames[0]), null, Document("moved"), "moved", []));
        (await Objects.CountAsync(ObjectKind.User, "moved", Ct)).ShouldBe(1);
        (await NamesAsync(new(ObjectKind.User) { Role = "moved" })).ShouldBe([PageNames[0]]);
    }

    [Fact]
    public async Task A_page_has_1_to_1000_objects()
    {
        foreach (ObjectQuery query in (ObjectQuery[])[new(ObjectKind.User) { Limit = 0 }, new(ObjectKind.User) { Limit = 1001 }, new(ObjectKind.User) { Offset = -1 }])
        {
            await Should.ThrowAsync<ArgumentException>(() => NamesAsync(query));
        }

        await MakeAsync([.. Enumerable.Range(0, 1001).Select(number => Add(UserKey($"user{number}")))]);
        (await NamesAsync(new(ObjectKind.User) { Limit = 1000 })).Count.ShouldBe(1000);
        (await NamesAsync(new(ObjectKind.User) { Limit = 1000, Offset = 1000 })).Count.ShouldBe(1);
        (await NamesAsync(new(ObjectKind.User) { Offset = int.MaxValue })).ShouldBeEmpty();
    }

    private async Task AddPageNamesAsync() =>
        await MakeAsync([.. PageNames.Select(name => ObjectChange.Put(UserKey(name), 0, Document(name), RoleOf(name), [])), Add(FolderKey("a"))]);

    private async Task<IReadOnlyList<string>> NamesAsync(ObjectQuery query) => [.. (await Objects.ListAsync(query, Ct)).Select(stored => stored.Key.Name)];

    private static string RoleOf(string name) => Array.IndexOf(PageNames, name) % 2 == 0 ? "even" : "";

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
