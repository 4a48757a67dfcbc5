using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

public abstract partial class DataProviderContract
{
    private static readonly ObjectKind[] ModelKinds = [ObjectKind.User, ObjectKind.Group, ObjectKind.Folder];
    private static readonly string[] ModelNames = ["a", "A", "b", "ab", "a%", "é", "😀", "\uff5e"];
    private static readonly string[] ModelRoles = ["", "", "one", "two"];

    /// <summary>Steps of one random sequence.</summary>
    protected virtual int ModelSteps => 120;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task It_does_what_the_model_does(int seed)
    {
        await using var model = new MemoryDataProvider(Time);
        await model.OpenAsync(SchemaUpdate.Automatic, Ct);
        var random = new Random(seed);
        (long Model, long Real) since = (await model.Objects.GetStampAsync(Ct), await Objects.GetStampAsync(Ct));
        for (int step = 0; step < ModelSteps; step++)
        {
            string what = $"seed {seed}, step {step}";
            await ChangeBothAsync(model, random, what);
            await CountBothAsync(model, random, what);
            await PutBothAsync(model, random, what);
            await AskBothAsync(model, random, what);
            if (step % 10 == 9)
            {
                await FollowBothAsync(model, since, what);
                since = (await model.Objects.GetStampAsync(Ct), await Objects.GetStampAsync(Ct));
            }

            if (step % 50 == 49 && IsDurable)
            {
                await ReopenAsync();
                since = (await model.Objects.GetStampAsync(Ct), await Objects.GetStampAsync(Ct));
            }
        }
    }

    private async Task ChangeBothAsync(MemoryDataProvider model, Random random, string what)
    {
        ObjectChange[] changes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomChange(random)).DistinctBy(change => change.Key)];
        long before = await Objects.GetStampAsync(Ct);
        ObjectStoreResult expected = await model.Objects.ApplyAsync(changes, Ct);
        ObjectStoreResult actual = await Objects.ApplyAsync(changes, Ct);
        if (expected.Outcome is ObjectStoreOutcome.Referenced or ObjectStoreOutcome.ReferenceMissing)
        {
            // Of several references in the way any may be told.
            actual.Outcome.ShouldBeOneOf(ObjectStoreOutcome.Referenced, ObjectStoreOutcome.ReferenceMissing);
        }
        else
        {
            (actual.Outcome, actual.Index).ShouldBe((expected.Outcome, expected.Index), what);
        }

        actual.Stored.Select(Content).ShouldBe(expected.Stored.Select(Content), what);
        (await Objects.GetStampAsync(Ct) > before).ShouldBe(actual.Outcome == ObjectStoreOutcome.Done, what);
    }

    private static ObjectChange RandomChange(Random random)
    {
        ObjectKey key = RandomKey(random);
        long? version = random.Next(4) switch { 0 => null, 1 => 0, _ => random.Next(1, 4) };
        if (random.Next(4) == 0)
        {
            return ObjectChange.Delete(key, version == 0 ? null : version);
        }

        ObjectKey[] references = [.. Enumerable.Range(0, Math.Max(0, random.Next(5) - 2)).Select(_ => RandomKey(random)).Distinct()];
        return ObjectChange.Put(key, version, Document($"{random.Next()}"), ModelRoles[random.Next(ModelRoles.Length)], references);
    }

    private async Task CountBothAsync(MemoryDataProvider model, Random random, string what)
    {
        ObjectKey key = RandomKey(random);
        ActivityField field = random.Next(2) == 0 ? ActivityField.LastUse : ActivityField.UsedTokens;
        long number = random.Next(-3, 9);
        switch (random.Next(4))
        {
            case 0:
                await model.Activity.RaiseAsync(key, field, number, Ct);
                await Activity.RaiseAsync(key, field, number, Ct);
                break;
            case 1:
                (await Activity.TrySetOnceAsync(key, field, number, Ct)).ShouldBe(await model.Activity.TrySetOnceAsync(key, field, number, Ct), what);
                break;
            case 2:
                (await Activity.TryAddAsync(key, field, number, 12, Ct)).ShouldBe(await model.Activity.TryAddAsync(key, field, number, 12, Ct), what);
                break;
            default:
                await model.Activity.SetAsync([(key, field, number)], Ct);
                await Activity.SetAsync([(key, field, number)], Ct);
                break;
        }

        ObjectKey[] keys = [.. ModelNames.Select(name => new ObjectKey(key.Kind, name))];
        (await Activity.FindAsync(keys, Ct)).ShouldBe(await model.Activity.FindAsync(keys, Ct), ignoreOrder: true, what);
    }

    private async Task PutBothAsync(MemoryDataProvider model, Random random, string what)
    {
        string name = $"{(random.Next(2) == 0 ? "token:" : "code:")}{ModelNames[random.Next(ModelNames.Length)]}";
        byte[] value = Encoding.UTF8.GetBytes($"{random.Next()}");
        DateTimeOffset end = random.Next(5) == 0 ? Time.GetUtcNow().AddMinutes(-1) : Later;
        switch (random.Next(3))
        {
            case 0:
                await model.Ephemeral.PutAsync(name, value, end, Ct);
                await Ephemeral.PutAsync(name, value, end, Ct);
                break;
            case 1:
                (await Ephemeral.TryAddAsync(name, value, end, Ct)).ShouldBe(await model.Ephemeral.TryAddAsync(name, value, end, Ct), what);
                break;
            default:
                (await Ephemeral.TryRemoveAsync(name, Ct)).ShouldBe(await model.Ephemeral.TryRemoveAsync(name, Ct), what);
                break;
        }

        (await ValueAsync(name)).ShouldBe((await model.Ephemeral.FindAsync(name, Ct))?.ToArray(), what);
        (await Ephemeral.ListAsync("token:", null, 5, Ct)).ShouldBe(await model.Ephemeral.ListAsync("token:", null, 5, Ct), what);
    }

    private async Task AskBothAsync(MemoryDataProvider model, Random random, string what)
    {
        ObjectKey key = RandomKey(random);
        ObjectKind from = ModelKinds[random.Next(ModelKinds.Length)];
        Content(await Objects.FindAsync(key, Ct)).ShouldBe(Content(await model.Objects.FindAsync(key, Ct)), what);
        var query = new ObjectQuery(key.Kind)
        {
            After = random.Next(3) == 0 ? ModelNames[random.Next(ModelNames.Length)] : null,
            Prefix = random.Next(3) == 0 ? "a" : "",
            Role = random.Next(3) == 0 ? ModelRoles[random.Next(ModelRoles.Length)] : null,
            Offset = random.Next(3) == 0 ? 1 : 0,
            Limit = random.Next(1, 9),
            IsDescending = random.Next(2) == 0,
        };
        (await Objects.ListAsync(query, Ct)).Select(Content).ShouldBe((await model.Objects.ListAsync(query, Ct)).Select(Content), $"{what}, {query}");
        (await Objects.CountAsync(key.Kind, query.Role, Ct)).ShouldBe(await model.Objects.CountAsync(key.Kind, query.Role, Ct), what);
        (await Objects.ListReferringAsync(key, from, query.After, 3, Ct)).ShouldBe(await model.Objects.ListReferringAsync(key, from, query.After, 3, Ct), what);
        (await Objects.ListReferencesAsync(key.Kind, ModelNames, from, Ct))
            .ShouldBe(await model.Objects.ListReferencesAsync(key.Kind, ModelNames, from, Ct), ignoreOrder: true, what);
        (await Objects.FindManyAsync(key.Kind, ModelNames[..4], Ct)).Select(Content)
            .ShouldBe((await model.Objects.FindManyAsync(key.Kind, ModelNames[..4], Ct)).Select(Content), ignoreOrder: true, what);
    }

    private async Task FollowBothAsync(MemoryDataProvider model, (long Model, long Real) since, string what)
    {
        ObjectChanges expected = await model.Objects.ListChangesAsync(since.Model, Ct);
        ObjectChanges actual = await Objects.ListChangesAsync(since.Real, Ct);
        actual.Keys.ShouldNotBeNull().ShouldBe(expected.Keys.ShouldNotBeNull(), ignoreOrder: true, what);
    }

    private static ObjectKey RandomKey(Random random) => new(ModelKinds[random.Next(ModelKinds.Length)], ModelNames[random.Next(ModelNames.Length)]);

    // Numbers and stamps may have gaps.
    private static string Content(StoredObject? stored) =>
        stored is null ? "-" : $"{stored.Key} version {stored.Version} role '{stored.Role}' {Encoding.UTF8.GetString(stored.Document.Span)}";
}
