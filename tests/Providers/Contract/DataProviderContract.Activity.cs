using Hpc.Accounts.Data;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    [Fact]
    public async Task A_number_is_raised_and_never_lowered()
    {
        await MakeAsync(Add(UserKey("ann")), Add(UserKey("bob")));
        foreach ((long value, long expected) in ((long, long)[])[(5, 5), (3, 5), (9, 9), (9, 9), (long.MaxValue, long.MaxValue)])
        {
            await Activity.RaiseAsync(UserKey("ann"), ActivityField.LastUse, value, Ct);
            (await NumberAsync(UserKey("ann"), ActivityField.LastUse)).ShouldBe(expected);
        }

        (await NumberAsync(UserKey("ann"), ActivityField.FirstUpload)).ShouldBeNull();
        (await NumberAsync(UserKey("bob"), ActivityField.LastUse)).ShouldBeNull();
    }

    [Fact]
    public async Task A_number_is_set_once()
    {
        await MakeAsync(Add(UserKey("ann")));
        bool[] results = await AllAtOnceAsync(10, async number => await Activity.TrySetOnceAsync(UserKey("ann"), ActivityField.FirstUpload, number + 1, Ct));
        results.Count(isSet => isSet).ShouldBe(1);
        (await NumberAsync(UserKey("ann"), ActivityField.FirstUpload)).ShouldBe(Array.IndexOf(results, true) + 1);
        (await Activity.TrySetOnceAsync(UserKey("ann"), ActivityField.FirstDownload, 4, Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_sum_stays_within_its_bounds()
    {
        await MakeAsync(Add(UserKey("ann")));
        (long Amount, long Max, bool Expected)[] steps =
        [
            (-1, 0, false), (3, 5, true), (3, 5, false), (2, 5, true), (1, 5, false), (-5, 5, true), (-1, 5, false), (0, 5, true),
            (long.MaxValue, 0, true), (1, 0, false), (-1, 5, false), (-long.MaxValue, 5, true), (6, 5, false),
        ];
        foreach ((long amount, long max, bool expected) in steps)
        {
            (await Activity.TryAddAsync(UserKey("ann"), ActivityField.UsedTokens, amount, max, Ct)).ShouldBe(expected, $"{amount} up to {max}");
        }

        (await NumberAsync(UserKey("ann"), ActivityField.UsedTokens)).ShouldBe(0);
    }

    [Fact]
    public async Task Many_that_add_at_once_never_pass_the_limit()
    {
        IDataProvider other = CanShare ? await OpenAsync(MainStorage) : Provider;
        await MakeAsync(Add(UserKey("ann")));
        bool[] results = await AllAtOnceAsync(
            30, async number => await (number % 2 == 0 ? Provider : other).Activity.TryAddAsync(UserKey("ann"), ActivityField.UsedTokens, 1, 12, Ct));
        results.Count(isAdded => isAdded).ShouldBe(12);
        (await NumberAsync(UserKey("ann"), ActivityField.UsedTokens)).ShouldBe(12);
    }

    [Fact]
    public async Task Nothing_is_counted_about_an_object_that_is_not_there()
    {
        await Activity.RaiseAsync(UserKey("nobody"), ActivityField.LastUse, 5, Ct);
        (await Activity.TrySetOnceAsync(UserKey("nobody"), ActivityField.FirstUpload, 5, Ct)).ShouldBeFalse();
        (await Activity.TryAddAsync(UserKey("nobody"), ActivityField.UsedTokens, 1, 0, Ct)).ShouldBeFalse();
        await Activity.SetAsync([(UserKey("nobody"), ActivityField.LastUse, 5)], Ct);
        (await Activity.FindAsync([UserKey("nobody")], Ct)).ShouldBeEmpty();
        await MakeAsync(Add(UserKey("nobody")));
        (await Activity.FindAsync([UserKey("nobody")], Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Numbers_outlive_a_change_and_go_with_the_object()
    {
        await MakeAsync(Add(UserKey("ann")));
        await Activity.SetAsync([(UserKey("ann"), ActivityField.LastUse, 5), (UserKey("ann"), ActivityField.FirstUpload, 6)], Ct);
        await MakeAsync(Put(UserKey("ann"), null, "changed"));
        (await Activity.FindAsync([UserKey("ann")], Ct)).Count.ShouldBe(2);
        await MakeAsync(ObjectChange.Delete(UserKey("ann"), null));
        await MakeAsync(Add(UserKey("ann")));
        (await Activity.FindAsync([UserKey("ann")], Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Numbers_of_many_objects_are_found_at_once()
    {
        ObjectKey[] keys = [.. Enumerable.Range(0, IObjectStore.MaxPage).Select(number => UserKey($"user{number}"))];
        await MakeAsync([.. keys.Select(key => Add(key)), Add(FolderKey("user1"))]);
        await Activity.SetAsync([.. keys.Select((key, number) => (key, ActivityField.LastUse, (long)number))], Ct);
        await Activity.SetAsync([(FolderKey("user1"), ActivityField.LastUse, -7), (keys[0], ActivityField.UsedTokens, 3)], Ct);
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> numbers = await Activity.FindAsync(keys, Ct);
        numbers.Count.ShouldBe(1001);
        numbers[(keys[0], ActivityField.UsedTokens)].ShouldBe(3);
        keys.Select(key => numbers[(key, ActivityField.LastUse)]).ShouldBe(keys.Select((_, number) => (long)number));
        (await Activity.FindAsync([keys[1], FolderKey("user1")], Ct)).Values.ShouldBe([1, -7], ignoreOrder: true);
        (await Activity.FindAsync([], Ct)).ShouldBeEmpty();
        await Should.ThrowAsync<ArgumentException>(async () => await Activity.FindAsync([.. keys, UserKey("one more")], Ct));
    }

    [Fact]
    public async Task Numbers_are_set_as_they_are()
    {
        await MakeAsync(Add(UserKey("ann")));
        await Activity.SetAsync([(UserKey("ann"), ActivityField.LastUse, 50)], Ct);
        await Activity.SetAsync([(UserKey("ann"), ActivityField.LastUse, 20)], Ct);
        await Activity.SetAsync([], Ct);
        (await NumberAsync(UserKey("ann"), ActivityField.LastUse)).ShouldBe(20);
    }

    private async Task<long?> NumberAsync(ObjectKey key, ActivityField field) =>
        (await Activity.FindAsync([key], Ct)).TryGetValue((key, field), out long value) ? value : null;
}
