using System.Text;
using System.Text.Json;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Accounts.Tests.Dumps;

/// <summary>Objects that other servers accept and this one does not: the rest of the dump is loaded, and nobody has more rights than before.</summary>
public sealed class DumpMendTests : DumpTest
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl one";

    private static readonly JsonSerializerOptions SecretJson = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault };

    [Theory]
    [InlineData("command='ls' ")]
    [InlineData("tunnel='1' ")]
    public async Task A_key_with_a_restriction_that_is_not_kept_is_left_out_and_the_others_stay(string options)
    {
        DumpLoadResult result = await LoadWithWarningsAsync(Users(User("a", "'public_keys':['" + options.Replace("'", "\\\"", StringComparison.Ordinal) + Key + "','" + Key + "']"), User("b")));
        User user = await FindUserAsync("a");
        (user.Status, user.PublicKeys).ShouldSatisfyAllConditions(one => one.Status.ShouldBe(1), one => one.PublicKeys.ShouldBe([Key]));
        result.Warnings.Single().ShouldStartWith("users[0] 'a': public_keys[0]: found ");
        result.Warnings.Single().ShouldEndWith("left out.");
        await FindUserAsync("b");
    }

    [Theory]
    [InlineData("ssh-dss AAAAB3NzaC1kc3MAAACBAP one")]
    [InlineData("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA one")]
    public async Task A_user_whose_only_credential_is_left_out_is_disabled(string key)
    {
        DumpLoadResult result = await LoadWithWarningsAsync(Users(User("a", "'public_keys':['" + key + "']"), User("b", "'password':'HASH','public_keys':['" + key + "']"), User("c")));
        (await FindUserAsync("a")).Status.ShouldBe(0);
        (await FindUserAsync("b")).Status.ShouldBe(1);
        (await FindUserAsync("c")).Status.ShouldBe(1);
        result.Warnings.ShouldContain(warning => warning.StartsWith("users[0] 'a': ", StringComparison.Ordinal) && warning.Contains("disabled"));
    }

    [Theory]
    [InlineData("$2a$17$ajq8Q7fbtFRQvXpdCq7Jcuy.Rx1h/L4J60Otx.gyNLbAYctGMJ9tK")]
    [InlineData("$6$rounds=99999999$salt$0123456789012345678901234567890123456789012345678901234567890123456789012345678901234a")]
    public async Task A_hash_that_would_cost_too_much_is_left_out_and_the_user_disabled(string hash)
    {
        DumpLoadResult result = await LoadWithWarningsAsync(Users(User("a", "'password':'" + hash + "','public_keys':['" + Key + "']")));
        User user = await FindUserAsync("a");
        (user.Status, user.Password, user.PublicKeys.Count).ShouldBe((0, null, 1));
        string.Join(' ', result.Warnings).ShouldContain("users[0] 'a': password: ");
        string.Join(' ', result.Warnings).ShouldNotContain(hash);
    }

    [Fact]
    public async Task An_administrators_hash_that_is_taken_for_a_password_and_too_long_for_one_is_left_out_and_the_administrator_disabled()
    {
        const string Hash = "$6$abcdefgh$ATajwFqVQnv3rx0sEcsBWqsXufIKY5hvN2B.9IjgVAnQ8Svijlvz97NLK3eftGPrJ6PQr4UptUAuYHYqkEL65.";
        DumpLoadResult result = await LoadWithWarningsAsync(Json("{'version':17,'admins':[{'username':'a','status':1,'permissions':['*'],'password':'" + Hash + "'}]}"));
        Admin admin = (await Services.Admins.FindAsync("a", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value;
        admin.Status.ShouldBe(0);
        string.Join(' ', result.Warnings).ShouldContain("admins[0] 'a': password: ");
        string.Join(' ', result.Warnings).ShouldNotContain(Hash);
    }

    [Fact]
    public async Task Filters_without_patterns_are_left_out_and_relative_start_directories_are_taken_below_the_root()
    {
        await LoadWithWarningsAsync(Users(User("a", "'filters':{'file_patterns':[{'path':'/x'},{'path':'/y','denied_patterns':['*.exe']},{'path':'/z'}],'start_directory':'in/here'}")));
        User user = await FindUserAsync("a");
        user.Status.ShouldBe(1);
        user.Filters.FilePatterns.Single().Path.ShouldBe("/y");
        user.Filters.StartDirectory.ShouldBe("/in/here");
    }

    [Fact]
    public async Task Paths_are_taken_as_their_text_says_them()
    {
        await LoadWithWarningsAsync(Json("""
            {'version':17,'folders':[{'name':'f','mapped_path':'/srv/a/../f/./x'}],
             'users':[{'username':'a','status':1,'home_dir':'/a/z/../z','permissions':{'/':['*'],'/in/x/../y':['list','upload'],'/in/y':['list','download']}}]}
            """));
        User user = await FindUserAsync("a");
        (user.Status, user.HomeDir).ShouldBe((1, "/a/z"));
        user.Permissions["/in/y"].ShouldBe(["list"]);
        (await Services.Folders.FindAsync("f", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.MappedPath.ShouldBe("/srv/f/x");
    }

    [Fact]
    public async Task Negative_limits_are_no_limit_and_half_counted_mounts_count_in_the_users_quota()
    {
        await LoadWithWarningsAsync(Json("""
            {'version':17,'folders':[{'name':'f','mapped_path':'/srv/f'}],
             'groups':[{'name':'g','user_settings':{'quota_size':-1,'upload_bandwidth':-1}}],
             'users':[{'username':'a','status':1,'home_dir':'/a','permissions':{'/':['*']},'quota_size':-1,'quota_files':-5,'max_sessions':-1,'download_bandwidth':-1,
                       'virtual_folders':[{'name':'f','virtual_path':'/f','quota_size':-1,'quota_files':7}]}]}
            """));
        User user = await FindUserAsync("a");
        (user.Status, user.QuotaSize, user.QuotaFiles, user.MaxSessions, user.DownloadBandwidth).ShouldBe((1, 0, 0, 0, 0));
        (user.VirtualFolders.Single().QuotaSize, user.VirtualFolders.Single().QuotaFiles).ShouldBe((-1, -1));
        (await Services.Groups.FindAsync("g", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.UserSettings.QuotaSize.ShouldBe(0);
    }

    [Theory]
    [InlineData("'denied_ip':['nowhere','192.0.2.0/24']")]
    [InlineData("'allowed_ip':['nowhere']")]
    [InlineData("'denied_protocols':['GOPHER']")]
    [InlineData("'denied_login_methods':['telepathy']")]
    [InlineData("'web_client':['blinking-disabled']")]
    [InlineData("'two_factor_protocols':['GOPHER']")]
    [InlineData("'file_patterns':[{'path':'/','denied_patterns':['[']}]")]
    [InlineData("'file_patterns':[{'path':'no/root','denied_patterns':['*.x']}]")]
    [InlineData("'access_time':[{'day_of_week':9,'from':'08:00','to':'17:00'}]")]
    [InlineData("'bandwidth_limits':[{'sources':['here'],'upload_bandwidth':5}]")]
    [InlineData("'totp_config':{'enabled':true,'protocols':['SSH']}")]
    public async Task A_restriction_that_is_not_understood_disables_the_user(string filter)
    {
        DumpLoadResult result = await LoadWithWarningsAsync(Users(User("a", "'password':'HASH','filters':{" + filter + "}")));
        (await FindUserAsync("a")).Status.ShouldBe(0);
        result.Warnings.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Unknown_permissions_are_left_out_and_never_replaced_by_others()
    {
        await LoadWithWarningsAsync(Json("""
            {'version':17,'users':[{'username':'a','status':1,'home_dir':'/a','permissions':{'/':['list','fly'],'/x':['swim']}},{'username':'b','status':1,'home_dir':'/b','permissions':{'/':['fly']}}],
             'admins':[{'username':'m','status':1,'password':'HASH','permissions':['add_users','fly']},{'username':'n','status':1,'password':'HASH','permissions':['fly']}]}
            """));
        User user = await FindUserAsync("a");
        user.Permissions["/"].ShouldBe(["list"]);
        user.Permissions["/x"].ShouldBeEmpty();
        (await Services.Users.FindAsync("b", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await Services.Admins.FindAsync("m", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.Permissions.ShouldBe(["add_users"]);
        (await Services.Admins.FindAsync("n", ChangeContext.Operator, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task An_administrator_with_a_role_and_all_permissions_gets_those_that_a_role_allows()
    {
        await LoadWithWarningsAsync(Json("{'version':17,'roles':[{'name':'r'}],'admins':[{'username':'m','status':1,'password':'HASH','permissions':['*'],'role':'r'}]}"));
        Admin admin = (await Services.Admins.FindAsync("m", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value;
        (admin.Status, admin.Permissions.Contains("edit_users"), admin.Permissions.Contains("*"), admin.Permissions.Contains("manage_system")).ShouldBe((1, true, false, false));
    }

    [Fact]
    public async Task What_is_nothing_without_an_object_that_is_left_out_is_left_out_and_a_lost_group_or_mount_disables_its_users()
    {
        DumpLoadResult result = await LoadWithWarningsAsync(Json("""
            {'version':17,
             'folders':[{'name':'bad','mapped_path':'../etc'},{'name':'good','mapped_path':'/srv/good'}],
             'groups':[{'name':'lost','user_settings':{'home_dir':'relative'}},{'name':'weak','user_settings':{'filters':{'denied_ip':['nowhere']}}}],
             'users':[{'username':'gone','status':1,'home_dir':'relative','permissions':{'/':['*']}},
                      {'username':'a','status':1,'home_dir':'/a','permissions':{'/':['*']},'virtual_folders':[{'name':'bad','virtual_path':'/bad'},{'name':'good','virtual_path':'/good'}]},
                      {'username':'b','status':1,'home_dir':'/b','permissions':{'/':['*']},'groups':[{'name':'lost','type':1}]},
                      {'username':'c','status':1,'home_dir':'/c','permissions':{'/':['*']},'groups':[{'name':'weak','type':2}]}],
             'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'gone'},{'id':'t','name':'t','scope':1,'paths':['/x'],'username':'a'},
                       {'id':'u','name':'u','scope':1,'paths':['/x'],'username':'a','allow_from':['nowhere']}],
             'api_keys':[{'id':'k','name':'k','key':'HASH','scope':2,'user':'gone'}]}
            """));
        (await Services.Users.FindAsync("gone", ChangeContext.Operator, Ct)).ShouldBeNull();
        User a = await FindUserAsync("a");
        (a.Status, a.VirtualFolders.Single().Name).ShouldBe((0, "good"));
        ((await FindUserAsync("b")).Status, (await FindUserAsync("b")).Groups.Count).ShouldBe((0, 0));
        ((await FindUserAsync("c")).Status, (await FindUserAsync("c")).Groups.Count).ShouldBe((0, 0));
        (await Services.Shares.FindAsync("s", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await Services.Shares.FindAsync("t", ChangeContext.Operator, Ct)).ShouldNotBeNull();
        (await Services.Shares.FindAsync("u", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await Services.ApiKeys.FindAsync("k", ChangeContext.Operator, Ct)).ShouldBeNull();
        foreach (string path in new[] { "folders[0] 'bad': mapped_path", "groups[0] 'lost'", "groups[1] 'weak'", "users[0] 'gone': home_dir", "shares[0] 's': username", "shares[2] 'u': allow_from", "api_keys[0] 'k': user" })
        {
            result.Warnings.ShouldContain(warning => warning.StartsWith(path, StringComparison.Ordinal), path);
        }
    }

    [Fact]
    public async Task An_object_that_cannot_be_mended_leaves_what_is_stored_as_it_is()
    {
        await AddUserAsync("a", user => user with { Description = "mine" });
        await LoadWithWarningsAsync(Users(User("b"), "{\"username\":\"a\",\"status\":1,\"home_dir\":\"relative\",\"permissions\":{\"/\":[\"*\"]}}"));
        (await FindUserAsync("a")).Description.ShouldBe("mine");
        await FindUserAsync("b");
    }

    [Fact]
    public async Task A_group_that_would_lose_a_restriction_stays_as_it_is_stored()
    {
        await LoadAsync(Json("{'version':17,'groups':[{'name':'g','user_settings':{'filters':{'denied_ip':['192.0.2.0/24']}}}],'users':[ALICE]}"));
        await LoadWithWarningsAsync(Json("{'version':17,'groups':[{'name':'g','user_settings':{'filters':{'denied_ip':['nowhere']}}}],'users':[BOB]}"));
        (await Services.Groups.FindAsync("g", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.UserSettings.Filters.DeniedIp.ShouldBe(["192.0.2.0/24"]);
    }

    [Fact]
    public async Task Thousands_of_wrong_entries_are_mended_and_a_thousand_warnings_told()
    {
        string networks = string.Join(',', Enumerable.Range(0, 3000).Select(static i => i % 2 == 0 ? "'nowhere'" : $"'10.{i >> 8}.{i & 255}.0/24'"));
        DumpLoadResult result = await LoadWithWarningsAsync(Users(Json(User("a", "'filters':{'denied_ip':[" + networks + "]}"))));
        User user = await FindUserAsync("a");
        (user.Status, user.Filters.DeniedIp.Count).ShouldBe((0, 1500));
        result.Warnings.Count.ShouldBe(1001);
        result.Warnings[^1].ShouldStartWith("And ");
    }

    [Fact]
    public Task An_entry_of_a_list_of_networks_that_is_not_understood_leaves_everything_as_it_was() =>
        ShouldBeWrongAtAsync(Json("{'version':17,'ip_lists':[{'ipornet':'nowhere','type':2,'mode':2,'protocols':0}],'users':[ALICE]}"), "ip_lists[0].ipornet");

    [Fact]
    public async Task One_object_by_itself_is_still_refused_with_every_error()
    {
        ObjectResult<User> result = await Services.Users.AddAsync(NewUser("a") with { MaxSessions = -1, PublicKeys = ["ssh-dss AAAA"] }, ChangeContext.Operator, Ct);
        result.Errors.Select(static error => error.Path).ShouldBe(["max_sessions", "public_keys[0]"], ignoreOrder: true);
    }

    [Fact]
    public async Task Secrets_of_another_master_key_are_kept_and_told_by_their_places()
    {
        using var ours = new MasterKey("our own master key"u8);
        using var theirs = new MasterKey("another master key"u8);
        string Crypt(MasterKey key, string name) => "'filesystem':{'provider':4,'cryptconfig':{'passphrase':"
            + JsonSerializer.Serialize(new LocalSecretProtector(key).Protect(new Secret { Status = "Plain", Payload = "open" }, name), SecretJson).Replace('"', '\'') + "}}";
        var services = new AccountServices(Provider, Hasher, new LocalSecretProtector(ours), Options, Time, Log, Usage);
        DumpLoadResult result = await new DumpService(services, new(), NullLogger<DumpService>.Instance).LoadAsync(
            Encoding.UTF8.GetBytes(Users(User("a", Crypt(ours, "a")), User("b", Crypt(theirs, "b")))), new(), ChangeContext.Operator, Ct);

        result.Status.ShouldBe(ObjectStatus.Done, result.Message);
        result.Warnings.Single().ShouldStartWith("users[1] 'b': filesystem.cryptconfig.passphrase: found a secret");
        Secret kept = (await FindUserAsync("b")).Filesystem.Crypt.Passphrase;
        new LocalSecretProtector(theirs).TryReveal(kept, out string? value).ShouldBeTrue();
        value.ShouldBe("open");

        var log = new Lookup.LineLog();
        var logged = new LoggedSecretProtector(new LocalSecretProtector(ours), log.CreateLogger<LoggedSecretProtector>());
        logged.TryReveal(kept, out _).ShouldBeFalse();
        logged.TryReveal((await FindUserAsync("a")).Filesystem.Crypt.Passphrase, out _).ShouldBeTrue();
        log.Lines.Single().ShouldStartWith("a secret of b (Secretbox) cannot be decrypted");
    }
}
