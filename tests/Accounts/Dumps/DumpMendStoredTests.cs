using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Dumps;

/// <summary>Dumps that cannot be taken over as they are, over objects that are stored.</summary>
public sealed class DumpMendStoredTests : DumpTest
{
    private const string Weak = "{'name':'g','user_settings':{'filters':{'denied_ip':['nowhere']}}}";
    private const string InGroup = "'password':'HASH','groups':[{'name':'g','type':2}]";

    [Theory]
    [InlineData(DumpMode.AddAndUpdate)]
    [InlineData(DumpMode.AddOnly)]
    public async Task A_second_load_lets_in_nobody_whom_the_first_one_locked_out(DumpMode mode)
    {
        string dump = Json("{'version':17,'groups':[" + Weak + "],'users':[" + User("c", InGroup) + "]}");
        for (int i = 0; i < 3; i++)
        {
            (await TryLoadAsync(dump, new() { Mode = i == 0 ? DumpMode.AddAndUpdate : mode })).Status.ShouldBe(ObjectStatus.Done);
            User user = await FindUserAsync("c");
            (user.Status, user.Groups.Count).ShouldBe((0, 0));
            (await Services.Groups.FindAsync("g", ChangeContext.Operator, Ct)).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(DumpMode.AddAndUpdate)]
    [InlineData(DumpMode.AddUpdateAndDisconnect)]
    public async Task Who_names_what_is_left_as_it_is_stored_is_disabled(DumpMode mode)
    {
        string users = User("a", InGroup) + "," + User("b", "'virtual_folders':[{'name':'f','virtual_path':'/f'}]") + "," + User("c");
        const string Folder = "{'name':'f','mapped_path':'/srv/f'}";
        await LoadAsync(Json("{'version':17,'folders':[" + Folder + "],'groups':[" + Weak.Replace("nowhere", "192.0.2.0/24", StringComparison.Ordinal) + "],'users':[" + users + "]}"));
        DumpLoadResult result = await LoadWithWarningsAsync(
            Json("{'version':17,'folders':[" + Folder.Replace("/srv", "..", StringComparison.Ordinal) + "],'groups':[" + Weak + "],'users':[" + users + "," + User("new", InGroup) + "]}"),
            new() { Mode = mode });
        foreach (string name in new[] { "a", "new" })
        {
            User user = await FindUserAsync(name);
            (user.Status, user.Groups.Count).ShouldBe((0, 1), name);
        }

        User mounting = await FindUserAsync("b");
        (mounting.Status, mounting.VirtualFolders.Count).ShouldBe((0, 1));
        (await FindUserAsync("c")).Status.ShouldBe(1);
        (await Services.Groups.FindAsync("g", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.UserSettings.Filters.DeniedIp.ShouldBe(["192.0.2.0/24"]);
        result.Warnings.ShouldContain(warning => warning.StartsWith("users[0] 'a': groups[0]", StringComparison.Ordinal) && warning.Contains("left as it is stored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_updated_at_all_keeps_its_members()
    {
        await LoadAsync(Json("{'version':17,'groups':[" + Weak.Replace("nowhere", "192.0.2.0/24", StringComparison.Ordinal) + "]}"));
        await LoadAsync(Json("{'version':17,'groups':[" + Weak + "],'users':[" + User("a", InGroup) + "]}"), new() { Mode = DumpMode.AddOnly });
        User user = await FindUserAsync("a");
        (user.Status, user.Groups.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Whom_the_dump_locks_out_is_locked_out_where_the_stored_object_stays()
    {
        await LoadAsync(Json("{'version':17,'users':[" + User("off") + "," + User("over") + "," + User("on") + """
            ],'admins':[{'username':'m','status':1,'password':'HASH','permissions':['*']},{'username':'n','status':1,'password':'HASH','permissions':['*']}],
              'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'on'}],
              'api_keys':[{'id':'k','name':'k','key':'HASH','scope':2,'user':'on'}]}
            """));
        var ended = new List<string>();
        const string Bad = "','home_dir':'relative','permissions':{'/':['*']}";
        DumpLoadResult result = await LoadWithWarningsAsync(
            Json("{'version':17,'users':[{'status':0,'username':'off" + Bad + "},{'status':1,'expiration_date':1,'username':'over" + Bad + "},{'status':1,'username':'on" + Bad + """
                }],'admins':[{'username':'m','status':0,'password':'HASH','permissions':['fly']},{'username':'n','status':1,'password':'HASH','permissions':['fly']}],
                  'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'on','allow_from':['nowhere']}],
                  'api_keys':[{'id':'k','name':'k','key':'HASH','scope':9,'user':'on'}]}
                """),
            new()
            {
                Mode = DumpMode.AddUpdateAndDisconnect,
                Disconnect = (name, _) =>
                {
                    ended.Add(name);
                    return ValueTask.CompletedTask;
                },
            });
        foreach ((string name, int status) in new[] { ("off", 0), ("over", 0), ("on", 1) })
        {
            User user = await FindUserAsync(name);
            (user.Status, user.HomeDir).ShouldBe((status, "/srv/" + name));
        }

        ended.ShouldBe(["off", "over"]);
        (await Services.Admins.FindAsync("m", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.Status.ShouldBe(0);
        (await Services.Admins.FindAsync("n", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.Status.ShouldBe(1);
        long now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        (await Services.Shares.FindAsync("s", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.ExpiresAt.ShouldBe(now);
        (await Services.ApiKeys.FindAsync("k", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.ExpiresAt.ShouldBe(now);
        result.Warnings.ShouldContain(warning => warning.StartsWith("shares[0] 's': the share that is stored ends now", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{'name':'bad','virtual_path':'/bad'}", true)]
    [InlineData("{'name':'other','virtual_path':'no/root'}", false)]
    public async Task Who_loses_a_mount_is_disabled_and_a_group_is_left_out(string mount, bool isLost)
    {
        string folders = (isLost ? "{'name':'bad','mapped_path':'../etc'}," : "") + "{'name':'other','mapped_path':'/srv/other'},{'name':'good','mapped_path':'/srv/good'}";
        string mounts = "'virtual_folders':[" + mount + ",{'name':'good','virtual_path':'/good'}]";
        await LoadWithWarningsAsync(Json("{'version':17,'folders':[" + folders + "],'groups':[{'name':'g','user_settings':{}," + mounts + "}],'users':[" + User("a", mounts) + "," + User("b", InGroup) + "]}"));
        User user = await FindUserAsync("a");
        (user.Status, user.VirtualFolders.Single().VirtualPath).ShouldBe((0, "/good"));
        (await Services.Groups.FindAsync("g", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await FindUserAsync("b")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task An_administrator_that_loses_a_group_is_disabled()
    {
        await LoadWithWarningsAsync(Json("{'version':17,'groups':[" + Weak + "],'admins':[{'username':'m','status':1,'password':'HASH','permissions':['add_users'],'groups':[{'name':'g','options':{}}]}]}"));
        Admin admin = (await Services.Admins.FindAsync("m", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value;
        (admin.Status, admin.Groups.Count).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Names_of_what_is_lost_are_compared_in_the_spelling_that_is_stored()
    {
        AccountServices services = New(new() { NamingRules = NamingRules.LowerCase });
        DumpLoadResult result = await new DumpService(services, new(), NullLogger<DumpService>.Instance).LoadAsync(
            System.Text.Encoding.UTF8.GetBytes(Json("""
                {'version':17,'users':[{'username':'Gone','status':1,'home_dir':'relative','permissions':{'/':['*']}},BOB],
                 'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'GONE'}],'api_keys':[{'id':'k','name':'k','key':'HASH','scope':2,'user':'GONE'}]}
                """)), new(), ChangeContext.Operator, Ct);
        result.Status.ShouldBe(ObjectStatus.Done, string.Join(' ', result.Errors));
        (await Services.Shares.FindAsync("s", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await Services.ApiKeys.FindAsync("k", ChangeContext.Operator, Ct)).ShouldBeNull();
        await FindUserAsync("bob");
    }
}
