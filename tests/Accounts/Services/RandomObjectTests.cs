using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Whatever JSON comes, it is refused with reasons or stored and read back as it was answered.</summary>
public sealed class RandomObjectTests : ServicesTest
{
    private const int Rounds = 240;

    [Fact]
    public Task Users() => RunAsync(services => services.Users, user => user with { HomeDir = "/srv/x", Permissions = OfRoot, Role = "", Groups = [], VirtualFolders = [], Email = "", Status = 1 });

    [Fact]
    public Task Groups() => RunAsync(services => services.Groups, group => group with { VirtualFolders = [] });

    [Fact]
    public Task Folders() => RunAsync(services => services.Folders, folder => folder with { MappedPath = "/srv/x", Role = "" });

    [Fact]
    public Task Admins() => RunAsync(services => services.Admins, admin => admin with { Status = 1, Permissions = ["view_users"], Role = "", Groups = [] });

    [Fact]
    public Task Roles() => RunAsync(services => services.Roles, role => role);

    [Fact]
    public Task ApiKeys() => RunAsync(services => services.ApiKeys, key => key with { Name = "k", Scope = 2, User = "", Admin = "", ExpiresAt = 0 });

    [Fact]
    public async Task Shares()
    {
        await AddUserAsync("owner");
        await RunAsync(services => services.Shares, share => share with { Name = "s", Scope = 1, Username = "owner", ExpiresAt = 0, Paths = ["/a"] });
    }

    [Fact]
    public Task Networks() => RunAsync(services => services.IpLists, entry => entry with { Type = 2, Mode = 1 });

    [Fact]
    public Task Actions() => RunAsync(services => services.EventActions, action => action with { Type = 4 });

    [Fact]
    public async Task Rules()
    {
        Done(await Services.EventActions.AddAsync(new() { Name = "a", Type = 4 }, Root, Ct));
        await RunAsync(services => services.EventRules, rule => rule with { Trigger = 6, Actions = [new() { Name = "a", Order = 1 }] });
    }

    private static readonly Dictionary<string, IReadOnlyList<string>> OfRoot = new() { ["/"] = ["*"] };

    private async Task RunAsync<T>(Func<IAccountServices, IObjectService<T>> serviceOf, Func<T, T> mend)
        where T : class, IAccountObject
    {
        IObjectService<T> service = serviceOf(Services);
        var random = new Random(20261121);
        int stored = 0;
        var wrong = new Dictionary<string, int>();
        for (int i = 0; i < Rounds; i++)
        {
            double sense = (i % 4) switch { 0 => 0.5, 1 => 0.95, _ => 1 };
            JsonNode json = new RandomObjects(random, sense).Make(typeof(T))!;
            T value = json.Deserialize<T>(AccountsJson.Default.Options)!;
            value = i % 2 == 0 ? mend(value) : value;
            ChangeContext context = i % 5 == 0 ? ChangeContext.Operator with { IsRestore = true } : Root;

            ObjectResult<T> result = await service.AddAsync(value, context, Ct);
            result.Status.ShouldBeOneOf(ObjectStatus.Done, ObjectStatus.Invalid, ObjectStatus.AlreadyExists);
            if (result.Status == ObjectStatus.Invalid)
            {
                result.Errors.Count.ShouldBeInRange(1, 100);
                string first = $"{result.Errors[0].Path} {result.Errors[0].Found}";
                wrong[first] = wrong.GetValueOrDefault(first) + 1;
                result.Errors.ShouldAllBe(error => error.Found.Length > 0 && error.Allowed.Length > 0);
            }
            else if (result.Status == ObjectStatus.Done)
            {
                stored++;
                await CheckAsync(service, result.Value!);
            }
        }

        stored.ShouldBeGreaterThan(5, string.Join(", ", wrong.OrderByDescending(pair => pair.Value).Take(8)));
    }

    private static async Task CheckAsync<T>(IObjectService<T> service, Versioned<T> added)
        where T : class, IAccountObject
    {
        Versioned<T> found = (await service.FindAsync(added.Value.Name, Root, Ct)).ShouldNotBeNull();
        found.Version.ShouldBe(1);
        Text(found.Value).ShouldBe(Text(WithoutKey(added.Value, found.Value)));

        // What is shown can be sent back, and changes nothing.
        T shown = service.Redact(found.Value);
        T again = Done(await service.UpdateAsync(found.Value.Name, JsonSerializer.Deserialize<T>(Text(shown), AccountsJson.Default.Options)!, 1, Root, Ct));
        Text(Timeless(again)).ShouldBe(Text(Timeless(found.Value)));
        (await service.DeleteAsync(found.Value.Name, 2, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, AccountsJson.Default.Options);

    private static T WithoutKey<T>(T value, T found) => value is ApiKey key ? (T)(object)(key with { Key = ((ApiKey)(object)found!).Key }) : value;

    private static T Timeless<T>(T value) => value switch
    {
        User user => (T)(object)(user with { UpdatedAt = 0 }),
        Group group => (T)(object)(group with { UpdatedAt = 0 }),
        Admin admin => (T)(object)(admin with { UpdatedAt = 0 }),
        Role role => (T)(object)(role with { UpdatedAt = 0 }),
        ApiKey key => (T)(object)(key with { UpdatedAt = 0 }),
        Share share => (T)(object)(share with { UpdatedAt = 0 }),
        IpListEntry entry => (T)(object)(entry with { UpdatedAt = 0 }),
        EventRule rule => (T)(object)(rule with { UpdatedAt = 0 }),
        _ => value,
    };
}
