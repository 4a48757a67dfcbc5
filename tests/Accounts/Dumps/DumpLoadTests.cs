using System.Text;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class DumpLoadTests : DumpTest
{
    [Fact]
    public async Task One_wrong_object_of_many_leaves_everything_as_it_was()
    {
        await ShouldBeWrongAtAsync(
            Users([.. Enumerable.Range(0, 50).Select(i => User($"u{i}")), User("bad", "'max_sessions':'many'")]),
            "users[50].max_sessions");
    }

    [Fact]
    public async Task Every_error_is_named_with_its_place()
    {
        DumpLoadResult result = await TryLoadAsync(Json("""
            {'version':17,
             'folders':[{'name':'f','mapped_path':7}],
             'groups':[{'name':'g','user_settings':{'home_dir':{}}}],
             'users':[{'username':'a','status':1,'home_dir':'/srv/a','permissions':{'/':'fly'}},{'username':'b','status':'on'}],
             'shares':[{'id':[],'name':'s','scope':1,'paths':['/x'],'username':'a'}]}
            """));
        result.Status.ShouldBe(ObjectStatus.Invalid);
        string[] paths = [.. result.Errors.Select(error => error.Path)];
        foreach (string path in new[] { "folders[0].mapped_path", "groups[0].user_settings.home_dir", "users[1].status", "shares[0].id" })
        {
            paths.ShouldContain(path);
        }

        paths.ShouldContain(path => path.StartsWith("users[0].permissions", StringComparison.Ordinal));

        result.Errors.ShouldAllBe(error => error.Found.Length > 0 && error.Allowed.Length > 0);
        await ShouldBeWrongAtAsync(Json("{'version':17,'users':[ALICE,'not an object']}"), "users[1]");
    }

    [Fact]
    public async Task At_most_a_hundred_errors_are_told()
    {
        DumpLoadResult result = await TryLoadAsync(Users([.. Enumerable.Range(0, 500).Select(i => User($"u{i}", "'max_sessions':'many'"))]));
        result.Errors.Count.ShouldBe(100);
        result.Message.Length.ShouldBeLessThan(4096);
    }

    [Fact]
    public Task A_name_twice_in_one_dump_is_refused() => ShouldBeWrongAtAsync(Users(User("a"), User("b"), User("a")), "users[2].username");

    [Fact]
    public Task A_list_twice_in_one_dump_is_refused() => ShouldBeWrongAtAsync("""{"version":17,"users":[],"users":[]}""", "users");

    [Fact]
    public Task Objects_without_a_name_are_refused() =>
        ShouldBeWrongAtAsync("""{"version":17,"roles":[{}],"admins":[{}],"shares":[{}]}""", "roles[0].name", "admins[0].username", "shares[0].id");

    [Fact]
    public Task What_is_referred_to_is_in_the_dump_or_stored() => ShouldBeWrongAtAsync(
        Json("""
            {'version':17,
             'users':[{'username':'a','status':1,'home_dir':'/srv/a','permissions':{'/':['*']},'groups':[{'name':'no_group','type':1}],'role':'no_role','virtual_folders':[{'name':'no_folder','virtual_path':'/x'}]}],
             'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'nobody'}],
             'api_keys':[{'id':'k','name':'k','key':'HASH','scope':1,'admin':'no_admin'}]}
            """),
        "users[0].groups", "users[0].role", "users[0].virtual_folders", "shares[0].username", "api_keys[0].admin");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"version":17} {}""")]
    [InlineData("""{"version":17,}""")]
    [InlineData("// comment\n{\"version\":17}")]
    public Task What_is_no_dump_is_refused(string json) => ShouldBeWrongAtAsync(json, "");

    [Theory]
    [InlineData("users", "{}")]
    [InlineData("groups", "5")]
    [InlineData("configs", "[]")]
    public Task A_list_that_is_none_is_refused(string name, string value) => ShouldBeWrongAtAsync($$"""{"version":17,"{{name}}":{{value}}}""", name);

    [Fact]
    public async Task A_dump_that_is_too_deep_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        await ShouldBeWrongAtAsync("{\"version\":17,\"users\":[" + deep, "");
        await ShouldBeWrongAtAsync("{\"version\":17,\"other\":" + new string('[', 100_000), "");
    }

    [Fact]
    public async Task A_dump_that_is_too_large_is_refused_after_so_many_bytes()
    {
        var endless = new EndlessStream();
        DumpLoadResult result = await NewDumps(new() { MaxBytes = 1 << 20 }).LoadAsync(endless, new(), ChangeContext.Operator, Ct);
        result.Status.ShouldBe(ObjectStatus.Invalid);
        endless.Given.ShouldBeLessThan(2 << 20);
        (await NewDumps(new() { MaxBytes = 10 }).LoadAsync(Encoding.UTF8.GetBytes(Users()), new(), ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Invalid);
    }

    [Fact]
    public async Task A_dump_with_too_many_objects_or_too_much_in_one_is_refused()
    {
        DumpLoadResult many = await NewDumps(new() { MaxObjects = 3 }).LoadAsync(Encoding.UTF8.GetBytes(Users(User("a"), User("b"), User("c"), User("d"))), new(), ChangeContext.Operator, Ct);
        many.Errors.Single().Path.ShouldBe("users");
        await ShouldBeWrongAtAsync(Users(User("a", "'virtual_folders':[" + string.Join(',', Enumerable.Repeat("{}", 20_001)) + "]")), "users[0]");
    }

    [Fact]
    public async Task Byte_order_marks_and_unknown_lists_are_passed_over()
    {
        await LoadAsync("\ufeff" + Json("{'tomorrow':[{'x':[[[]]]}],'users':[ALICE],'version':16}"));
        await FindUserAsync("alice");
    }

    [Fact]
    public async Task Plain_passwords_are_hashed_and_plain_secrets_encrypted()
    {
        await LoadAsync(Users(User("a", "'password':'plain','filesystem':{'provider':4,'cryptconfig':{'passphrase':{'status':'Plain','payload':'open'}}}")));
        User user = await FindUserAsync("a");
        IsHashOf(user.Password, "plain").ShouldBeTrue();
        (user.Filesystem.Crypt.Passphrase.Status, user.Filesystem.Crypt.Passphrase.Payload).ShouldBe(("Secretbox", "nepo"));
    }

    [Fact]
    public async Task A_change_by_somebody_else_while_a_dump_is_made_ready_loads_nothing()
    {
        await AddUserAsync("a");
        Announced.Clear();
        var other = new MeddlingHasher(() => Services.Users.UpdateAsync("a", NewUser("a") with { Description = "other" }, null, ChangeContext.Operator, Ct).AsTask());
        var services = new AccountServices(Provider, other, new Services.ReversingProtector(), Options, Time, Log, Usage);
        DumpLoadResult result = await new DumpService(services, new(), Microsoft.Extensions.Logging.Abstractions.NullLogger<DumpService>.Instance)
            .LoadAsync(Encoding.UTF8.GetBytes(Users(User("a"), User("b"), User("c", "'password':'plain'"))), new(), ChangeContext.Operator, Ct);

        result.Status.ShouldBe(ObjectStatus.VersionConflict);
        (await Services.Users.FindAsync("b", ChangeContext.Operator, Ct)).ShouldBeNull();
        (await FindUserAsync("a")).Description.ShouldBe("other");
    }

    [Fact]
    public async Task Adding_alone_leaves_what_is_there()
    {
        await AddUserAsync("a", user => user with { Description = "mine" });
        DumpLoadResult result = await LoadAsync(Users(User("a", "'description':'theirs'"), User("b")), new() { Mode = DumpMode.AddOnly });
        (result.Added, result.Updated, result.Skipped).ShouldBe((1, 0, 1));
        (await FindUserAsync("a")).Description.ShouldBe("mine");
        DumpLoadResult again = await TryLoadAsync(Users(User("a"), User("b")), new() { Mode = DumpMode.AddOnly });
        (again.Status, again.Skipped).ShouldBe((ObjectStatus.Done, 2));
    }

    [Theory]
    [InlineData(DumpMode.AddAndUpdate, "")]
    [InlineData(DumpMode.AddUpdateAndDisconnect, "a")]
    public async Task Updating_replaces_and_can_end_the_sessions_of_those_who_were_there(DumpMode mode, string disconnected)
    {
        await AddUserAsync("a", user => user with { Description = "mine", Password = Hash });
        var ended = new List<string>();
        DumpLoadResult result = await LoadAsync(Users(User("a", "'description':'theirs'"), User("b")), new()
        {
            Mode = mode,
            Disconnect = (name, _) =>
            {
                ended.Add(name);
                return ValueTask.CompletedTask;
            },
        });
        (result.Added, result.Updated).ShouldBe((1, 1));
        User user = await FindUserAsync("a");
        (user.Description, user.Password).ShouldBe(("theirs", Hash));
        string.Join(',', ended).ShouldBe(disconnected);
    }

    [Theory]
    [InlineData(DumpQuotaScan.None, "")]
    [InlineData(DumpQuotaScan.All, "folder:f user:a user:b")]
    [InlineData(DumpQuotaScan.WithLimits, "folder:f user:b")]
    public async Task Counting_is_begun_for_whom_it_was_asked(DumpQuotaScan scan, string expected)
    {
        var scanned = new List<string>();
        await LoadAsync(
            Json("{'version':17,'folders':[{'name':'f','mapped_path':'/srv/f'}],'users':[" + User("a") + "," + User("b", "'quota_files':5") + "]}"),
            new()
            {
                QuotaScan = scan,
                Scan = (scope, _) =>
                {
                    scanned.Add(scope);
                    return ValueTask.CompletedTask;
                },
            });
        string.Join(' ', scanned.Order(StringComparer.Ordinal)).ShouldBe(expected);
    }

    [Fact]
    public async Task What_fails_after_the_objects_are_stored_is_a_warning()
    {
        DumpLoadResult result = await TryLoadAsync(Users(User("a")), new() { QuotaScan = DumpQuotaScan.All, Scan = (_, _) => throw new InvalidOperationException("no") });
        result.IsLoaded.ShouldBeTrue();
        result.Warnings.Single().ShouldContain("user:a");
        await FindUserAsync("a");
    }

    [Fact]
    public async Task Figures_of_what_was_counted_here_are_not_replaced_by_older_ones()
    {
        await AddUserAsync("a");
        Usage.Records[UsageScope.OfUser("a")] = new() { Scope = UsageScope.OfUser("a"), Used = new(9, 90, 0, 0), ScannedAt = DateTimeOffset.UnixEpoch };
        await LoadAsync(Users(User("a", "'used_quota_files':1,'used_quota_size':10"), User("b", "'used_quota_files':1,'used_quota_size':10")));
        (await FindUserAsync("a")).UsedQuotaFiles.ShouldBe(9);
        (await FindUserAsync("b")).UsedQuotaFiles.ShouldBe(1);
    }

    [Fact]
    public async Task Another_password_under_the_date_of_the_old_one_has_a_date_of_its_own()
    {
        string other = Crypto.Passwords.PasswordHash.HashBcrypt("other"u8, 4);
        await LoadAsync(Users(User("a", "'password':'HASH','last_password_change':1000")));
        await LoadAsync(Users(User("a", "'password':'" + other + "','last_password_change':1000")));
        (await FindUserAsync("a")).LastPasswordChange.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task Nobody_gets_more_rights_by_a_dump_than_it_has()
    {
        string dump = Json("{'version':17,'admins':[{'username':'new','status':1,'password':'HASH','permissions':['*']}]}");
        ChangeContext limited = AdminContext(new() { Username = "ops", Permissions = ["manage_system"] });
        ChangeContext none = AdminContext(new() { Username = "ops", Permissions = ["add_users"] });
        ChangeContext role = RoleContext("sales", "manage_system");
        foreach (ChangeContext context in new[] { limited, none, role })
        {
            (await TryLoadAsync(dump, context: context)).Status.ShouldBe(ObjectStatus.Forbidden);
        }

        (await Services.Admins.FindAsync("new", ChangeContext.Operator, Ct)).ShouldBeNull();
        using var output = new MemoryStream();
        await Should.ThrowAsync<UnauthorizedAccessException>(async () => await Dumps.WriteAsync(output, DumpScopes.All, false, role, Ct));
    }

    [Fact]
    public async Task No_error_shows_a_secret()
    {
        DumpLoadResult result = await TryLoadAsync(
            Users(User("a", "'password':{'x':'hunter2'}"), User("b", "'password':'$6$hunter2'"), User("c", "'filesystem':{'provider':4,'cryptconfig':{'passphrase':{'status':'hunter','payload':'hunter2'}}}")));
        result.Status.ShouldBe(ObjectStatus.Invalid);
        (result.Message + string.Join(' ', result.Errors)).ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Random_changes_of_a_dump_load_or_are_refused_and_never_throw()
    {
        string dump = Json("""
            {'version':17,'folders':[{'name':'f','mapped_path':'/srv/f'}],'groups':[{'name':'g','virtual_folders':[{'name':'f','virtual_path':'/f'}],'user_settings':{'permissions':{'/x':['list']}}}],
             'users':[{'username':'a','status':1,'home_dir':'/srv/a','permissions':{'/':['*']},'groups':[{'name':'g','type':1}],
                       'filters':{'file_patterns':[{'path':'/','denied_patterns':['*.x'],'deny_policy':1}],'access_time':[{'day_of_week':1,'from':'08:00','to':'17:00'}]}}],
             'shares':[{'id':'s','name':'s','scope':1,'paths':['/x'],'username':'a'}],'configs':{'smtp':{'host':'h'}}}
            """);
        byte[] bytes = Encoding.UTF8.GetBytes(dump);
        string[] pieces = ["null", "[]", "{}", "\"\"", "-1", "1e400", "true", "[null]", "\"\\ud800\"", "{\"a\":null}", "{\"\\ud800\":[\"list\"]}", "99999999999999999999"];
        var random = new Random(7);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = [.. bytes];
            if (i % 2 == 0)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }
            else
            {
                int colon = Array.IndexOf(changed, (byte)':', random.Next(changed.Length - 20));
                int end = colon < 0 ? -1 : Array.FindIndex(changed, colon, one => one is (byte)',' or (byte)'}');
                changed = end < 0 ? changed : [.. changed[..(colon + 1)], .. Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]), .. changed[end..]];
            }

            DumpLoadResult result = await Dumps.LoadAsync(changed, new(), ChangeContext.Operator, Ct);
            result.Status.ShouldBeOneOf(ObjectStatus.Done, ObjectStatus.Invalid);
        }
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class MeddlingHasher(Func<Task> meddle) : Accounts.Authentication.IPasswordHasher
    {
        public async ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct)
        {
            await meddle();
            return Hash;
        }

        public bool IsPreferred(string hash) => true;
    }
}
