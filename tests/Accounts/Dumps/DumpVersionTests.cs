using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class DumpVersionTests : DumpTest
{
    [Fact]
    public async Task A_dump_of_version_13_with_its_old_names_and_empty_lists_loads()
    {
        DumpLoadResult result = await LoadAsync(Json("""
            {
              'users': [
                {
                  'id': 17, 'status': 1, 'username': 'alice', 'email': 'alice@example.com', 'description': 'from 2.4',
                  'expiration_date': 1900000000000, 'password': 'HASH', 'public_keys': null, 'home_dir': '/srv/sftpgo/data/alice',
                  'virtual_folders': [
                    {'id': 3, 'name': 'inline', 'mapped_path': '/srv/inline', 'used_quota_size': 5, 'used_quota_files': 1, 'last_quota_update': 1, 'users': null,
                     'filesystem': {'provider': 0}, 'virtual_path': '/inline', 'quota_size': -1, 'quota_files': -1},
                    {'name': 'listed', 'virtual_path': '/listed', 'quota_size': 0, 'quota_files': 0}
                  ],
                  'uid': 1000, 'gid': 1000, 'max_sessions': 3, 'quota_size': 1048576, 'quota_files': 100,
                  'permissions': {'/': ['list', 'download', 'upload'], '/in': ['*']},
                  'used_quota_size': 4096, 'used_quota_files': 2, 'last_quota_update': 1650000000000, 'upload_bandwidth': 128, 'download_bandwidth': 0,
                  'created_at': 1600000000000, 'updated_at': 1650000000000, 'last_login': 1660000000000,
                  'upload_data_transfer': 0, 'download_data_transfer': 0, 'total_data_transfer': 100,
                  'used_upload_data_transfer': 77, 'used_download_data_transfer': 88, 'first_upload': 1610000000000, 'first_download': 1620000000000,
                  'filters': {
                    'allowed_ip': null, 'denied_ip': ['192.0.2.0/24'], 'denied_login_methods': null, 'denied_protocols': ['FTP'], 'file_patterns': null,
                    'hooks': {'external_auth_disabled': false, 'pre_login_disabled': false, 'check_password_disabled': false},
                    'totp_config': {'secret': {}}, '2fa_protocols': ['SSH'], 'recovery_codes': null, 'tls_username': 'None', 'web_client': null,
                    'data_transfer_limits': [{'sources': ['198.51.100.0/24'], 'total_data_transfer': 50}], 'unknown_of_tomorrow': {'x': [1, 2]}
                  },
                  'filesystem': {'provider': 0, 's3config': {'access_secret': {}}, 'gcsconfig': {'credentials': {}}},
                  'groups': null
                }
              ],
              'groups': null,
              'folders': [{'id': 9, 'name': 'listed', 'mapped_path': '/srv/listed', 'used_quota_size': 10, 'used_quota_files': 1, 'users': ['alice'], 'filesystem': {'provider': 0}}],
              'admins': [{'id': 1, 'status': 1, 'username': 'admin', 'password': 'HASH', 'permissions': ['*'], 'filters': {'allow_list': null, 'recovery_codes': null}, 'created_at': 1500000000000}],
              'api_keys': null,
              'shares': [],
              'version': 13
            }
            """));
        (result.Added, result.Updated, result.Skipped).ShouldBe((4, 0, 0));

        User alice = await FindUserAsync("alice");
        alice.Password.ShouldBe(Hash);
        alice.Id.ShouldNotBe(17);
        (alice.CreatedAt, alice.UpdatedAt, alice.LastLogin, alice.FirstUpload, alice.FirstDownload).ShouldBe((1600000000000, 1650000000000, 1660000000000, 1610000000000, 1620000000000));
        alice.Filters.TwoFactorProtocols.ShouldBe(["SSH"]);
        alice.Filters.DataTransferLimits.Single().TotalDataTransfer.ShouldBe(50);
        alice.VirtualFolders.Select(mount => (mount.Name, mount.VirtualPath, mount.MappedPath)).ShouldBe([("inline", "/inline", "/srv/inline"), ("listed", "/listed", "/srv/listed")]);
        (alice.UsedQuotaFiles, alice.UsedQuotaSize, alice.UsedUploadDataTransfer, alice.UsedDownloadDataTransfer).ShouldBe((2, 4096, 77, 88));
        Usage.Records[UsageScope.OfFolder("listed")].Used.Bytes.ShouldBe(10);
        (await Services.Admins.FindAsync("admin", ChangeContext.Operator, Ct)).ShouldNotBeNull().Value.Password.ShouldBe(Hash);
        Announced.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    public async Task Dumps_of_the_versions_between_load(int version)
    {
        await LoadAsync(Json("""
            {
              'version': VERSION,
              'roles': [{'id': 4, 'name': 'sales', 'description': 'd', 'created_at': 1600000000000, 'updated_at': 1, 'users': ['bob'], 'admins': null}],
              'groups': [{'id': 1, 'name': 'staff', 'user_settings': {'home_dir': '/srv/%role%/%username%', 'expires_in': 10, 'permissions': null,
                          'filters': {'two_factor_protocols': ['HTTP'], 'password_expiration': 30}, 'filesystem': {'provider': 0, 'osconfig': {}}}, 'virtual_folders': null, 'users': ['bob']}],
              'users': [{'username':'bob','status':1,'home_dir':'/srv/bob','permissions':{'/':['*']},'role':'sales','groups':[{'name':'staff','type':1}],'has_password':true,'last_password_change':1650000000000,'password':'HASH'}],
              'ip_lists': [{'ipornet': '192.0.2.0/24', 'description': '', 'type': 2, 'mode': 1, 'protocols': 0}],
              'event_actions': [{'id': 1, 'name': 'backup', 'description': '', 'type': 4, 'options': {'http_config': {'password': {}}}, 'rules': ['nightly']}],
              'event_rules': [{'id': 2, 'name': 'nightly', 'status': 1, 'trigger': 3,
                               'conditions': {'schedules': [{'hour': '0', 'day_of_week': '*', 'day_of_month': '*', 'month': '*'}]},
                               'actions': [{'name': 'backup', 'order': 1, 'relation_options': {}}]}],
              'configs': null
            }
            """.Replace("VERSION", $"{version}", StringComparison.Ordinal)));
        User bob = await FindUserAsync("bob");
        (bob.Role, bob.Groups.Single().Name, bob.LastPasswordChange).ShouldBe(("sales", "staff", 1650000000000));
        (await Services.EventRules.FindAsync("nightly", ChangeContext.Operator, Ct)).ShouldNotBeNull();
        (await Services.IpLists.ListAsync(new(), ChangeContext.Operator, Ct)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"version\":12,")]
    [InlineData("\"version\":18,")]
    [InlineData("\"version\":0,")]
    [InlineData("\"version\":-13,")]
    [InlineData("\"version\":13.5,")]
    [InlineData("\"version\":\"16\",")]
    [InlineData("\"version\":null,")]
    [InlineData("")]
    public async Task A_dump_of_another_version_is_refused(string version)
    {
        await ShouldBeWrongAtAsync(Json("{" + version + "'users':[ALICE]}"), "version");
    }

    [Fact]
    public async Task What_was_written_and_loaded_elsewhere_is_written_the_same()
    {
        await LoadAsync(Complete());
        await Services.Configurations.UpdateAsync(Configuration.OnlyName, new Configuration { Sftp = System.Text.Json.JsonDocument.Parse("""{"ciphers":["aes256-gcm@openssh.com"]}""").RootElement.Clone() }, null, ChangeContext.Operator, Ct);
        string first = await WriteAsync(DumpScopes.All);

        await using var other = new Other();
        await other.InitializeAsync();
        await other.LoadAsync(first);
        string second = await other.WriteAsync(DumpScopes.All);
        Normal(second).ShouldBe(Normal(first));

        // And over itself: nothing changes.
        DumpLoadResult again = await other.LoadAsync(first);
        again.Added.ShouldBe(0);
        Normal(await other.WriteAsync(DumpScopes.All)).ShouldBe(Normal(first));
    }

    [Fact]
    public async Task What_is_written_holds_hashes_ciphertexts_and_figures()
    {
        await LoadAsync(Complete());
        await Provider.Activity.SetAsync([(new ObjectKey(ObjectKind.User, "alice"), ActivityField.LastUse, 1234)], Ct);
        var dump = Parse(await WriteAsync(DumpScopes.All));

        dump["version"]!.GetValue<int>().ShouldBe(17);
        var alice = dump["users"]!.AsArray().Single(user => user!["username"]!.GetValue<string>() == "alice")!;
        alice["password"]!.GetValue<string>().ShouldBe(Hash);
        alice["last_login"]!.GetValue<long>().ShouldBe(1234);
        alice["used_quota_size"]!.GetValue<long>().ShouldBe(4096);
        alice["filesystem"]!["s3config"]!["access_secret"]!["key"]!.GetValue<string>().ShouldBe("k1");
        dump["api_keys"]![0]!["key"]!.GetValue<string>().ShouldBe(Hash);
        dump["shares"]![0]!["password"]!.GetValue<string>().ShouldBe(Hash);
        dump["shares"]![0]!["used_tokens"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public async Task Scopes_leave_the_other_lists_empty_and_indenting_changes_nothing_else()
    {
        await LoadAsync(Complete());
        DumpScopes.TryParse(["users", "rules"], out IReadOnlySet<ObjectKind> kinds, out _).ShouldBeTrue();
        var some = Parse(await WriteAsync(kinds));
        some["users"]!.AsArray().Count.ShouldBe(2);
        some["admins"]!.AsArray().Count.ShouldBe(0);
        DumpScopes.TryParse(["users", "nothing"], out _, out string unknown).ShouldBeFalse();
        unknown.ShouldBe("nothing");

        string indented = await WriteAsync(DumpScopes.All, isIndented: true);
        indented.ShouldContain("\n  ");
        Parse(indented).ToJsonString().ShouldBe(Parse(await WriteAsync(DumpScopes.All)).ToJsonString());
    }

    [Fact]
    public async Task Many_users_are_written_in_pages()
    {
        await LoadAsync(Users([.. Enumerable.Range(0, 1301).Select(i => User($"u{i:0000}"))]));
        var output = new LargestWrite();
        await Dumps.WriteAsync(output, DumpScopes.All, false, ChangeContext.Operator, Ct);
        output.Largest.ShouldBeLessThan(output.Length / 2);
        Parse(await WriteAsync(DumpScopes.All))["users"]!.AsArray().Select(user => user!["username"]!.GetValue<string>()).ShouldBe(Enumerable.Range(0, 1301).Select(i => $"u{i:0000}"));
    }

    private static string Complete() => Json("""
        {
          'version': 17,
          'roles': [{'name': 'sales', 'created_at': 1, 'updated_at': 2}],
          'folders': [{'name': 'f', 'mapped_path': '/srv/f', 'used_quota_files': 3, 'used_quota_size': 30}],
          'groups': [{'name': 'g', 'created_at': 1, 'updated_at': 2, 'user_settings': {'max_sessions': 2, 'filters': {'password_strength': 20}}, 'virtual_folders': [{'name': 'f', 'virtual_path': '/g/%username%'}]}],
          'users': [
            {'username':'alice','status':1,'home_dir':'/srv/alice','permissions':{'/':['*']},'password':'HASH','created_at':5,'updated_at':6,'last_password_change':7,
             'used_quota_size':4096,'used_quota_files':1,'role':'sales','groups':[{'name':'g','type':1}],'virtual_folders':[{'name':'f','virtual_path':'/f','read_only':true}],
             'filesystem':{'provider':1,'s3config':{'bucket':'b','region':'r','access_key':'a','access_secret':{'status':'Secretbox','payload':'c1','key':'k1','additional_data':'alice','mode':0}}},
             'filters':{'totp_config':{'enabled':true,'config_name':'Default','secret':{'status':'Secretbox','payload':'c2','key':'k2','additional_data':'alice'},'protocols':['SSH']},
                        'recovery_codes':[{'secret':{'status':'Secretbox','payload':'c3','key':'k3','additional_data':'alice'},'used':true}],
                        'access_time':[{'day_of_week':1,'from':'08:00','to':'17:00'}]}},
            {'username':'bob','status':1,'home_dir':'/srv/bob','permissions':{'/':['*']},'created_at':5,'updated_at':6}
          ],
          'admins': [{'username': 'root', 'status': 1, 'password': 'HASH', 'permissions': ['*'], 'created_at': 1, 'updated_at': 2, 'groups': [{'name': 'g', 'options': {'add_to_users_as': 1}}]}],
          'api_keys': [{'id': 'key1', 'name': 'k', 'key': 'HASH', 'scope': 2, 'user': 'alice', 'created_at': 1, 'updated_at': 2, 'last_use_at': 3}],
          'shares': [{'id': 'share1', 'name': 's', 'scope': 1, 'paths': ['/f'], 'username': 'alice', 'created_at': 1, 'updated_at': 2, 'last_use_at': 3, 'expires_at': 4, 'password': 'HASH', 'max_tokens': 5, 'used_tokens': 4, 'allow_from': ['192.0.2.0/24']}]
        }
        """);

    // Numbers that a provider gives are its own.
    private static string Normal(string json)
    {
        System.Text.Json.Nodes.JsonNode dump = Parse(json);
        foreach (var list in dump.AsObject().Select(pair => pair.Value).OfType<System.Text.Json.Nodes.JsonArray>())
        {
            foreach (var one in list)
            {
                RemoveIds(one!, isTop: true);
            }
        }

        return dump.ToJsonString();
    }

    private static void RemoveIds(System.Text.Json.Nodes.JsonNode node, bool isTop)
    {
        if (node is System.Text.Json.Nodes.JsonObject value && value["id"] is System.Text.Json.Nodes.JsonValue id && id.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            value.Remove("id");
        }

        if (isTop && node["virtual_folders"] is System.Text.Json.Nodes.JsonArray mounts)
        {
            foreach (var mount in mounts)
            {
                RemoveIds(mount!, isTop: false);
            }
        }
    }

    private sealed class Other : DumpTest
    {
        public new Task<DumpLoadResult> LoadAsync(string json, DumpLoadOptions? options = null) => base.LoadAsync(json, options);

        public new Task<string> WriteAsync(IReadOnlySet<ObjectKind> kinds, bool isIndented = false) => base.WriteAsync(kinds, isIndented);
    }

    private sealed class LargestWrite : MemoryStream
    {
        public long Largest { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Largest = Math.Max(Largest, buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
