using System.Collections;
using System.Net;
using System.Text;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;

namespace Hpc.Server.Tests.Configuration;

public class ConfigurationLoaderTests
{
    [Fact]
    public void Nothing_given_is_the_defaults()
    {
        HpcOptions options = ConfigurationLoader.Bind();
        options.Ssh.MaxAuthTries.ShouldBe(6);
        options.Admin.Address.ShouldBe(new IPEndPoint(IPAddress.Loopback, 8022));
        options.Ssh.Listeners.ShouldBeEmpty();
    }

    [Fact]
    public void One_address_has_a_bound_before_login_and_none_after_it()
    {
        HpcOptions options = ConfigurationLoader.Bind();
        OptionMapping.Gate(options).MaxBeforeLoginPerHost.ShouldBe(50);
        OptionMapping.Gate(options).MaxConnectionsPerHost.ShouldBe(int.MaxValue);
        options = ConfigurationLoader.Bind(FromFile("""{ "ssh": { "limits": { "max_startups_per_host": 0, "max_per_host": 7 } } }"""));
        OptionMapping.Gate(options).MaxBeforeLoginPerHost.ShouldBe(int.MaxValue);
        OptionMapping.Gate(options).MaxConnectionsPerHost.ShouldBe(7);
    }

    [Fact]
    public void A_file_with_comments_and_trailing_commas_is_read()
    {
        HpcOptions options = ConfigurationLoader.Bind(FromFile("""
            {
              // how often somebody may guess
              "ssh": { "max_auth_tries": 3, "rekey_bytes": "512MiB", "listeners": [ { "address": "127.0.0.1:2022", "crypto_profile": "legacy" }, ] },
              "storage": { "umask": "027", "create_home": false, "setstat_mode": "ignore_unsupported" },
            }
            """));
        options.Ssh.MaxAuthTries.ShouldBe(3);
        options.Ssh.RekeyBytes.ShouldBe(512L << 20);
        options.Ssh.Listeners.Single().Address.ShouldBe(new IPEndPoint(IPAddress.Loopback, 2022));
        options.Ssh.Listeners.Single().CryptoProfile.ShouldBe(CryptoProfileName.Legacy);
        options.Storage.Umask.ShouldBe(Convert.ToInt32("027", 8));
        options.Storage.CreateHome.ShouldBeFalse();
        options.Storage.SetstatMode.ShouldBe(SetstatModeName.IgnoreUnsupported);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_flags_win_over_both()
    {
        List<ConfigurationEntry> file = FromFile("""{ "ssh": { "max_auth_tries": 1, "login_grace_seconds": 1, "rekey_seconds": 100 } }""");
        List<ConfigurationEntry> environment = EnvironmentSource.Read(new Hashtable { ["HPC__SSH__MAX_AUTH_TRIES"] = "2", ["HPC__SSH__LOGIN_GRACE_SECONDS"] = "2", ["PATH"] = "/bin" });
        List<ConfigurationEntry> flags = [new("ssh.max_auth_tries", "3", EntryKind.Plain, "--set")];
        HpcOptions options = ConfigurationLoader.Bind(file, environment, flags);
        options.Ssh.MaxAuthTries.ShouldBe(3);
        options.Ssh.LoginGraceSeconds.ShouldBe(2);
        options.Ssh.RekeySeconds.ShouldBe(100);
    }

    [Fact]
    public void The_environment_can_add_and_change_listeners()
    {
        HpcOptions options = ConfigurationLoader.Bind(
            FromFile("""{ "ssh": { "listeners": [ { "address": "127.0.0.1:1" } ] } }"""),
            EnvironmentSource.Read(new Hashtable
            {
                ["HPC__SSH__LISTENERS__0__CRYPTO_PROFILE"] = "compatible",
                ["HPC__SSH__LISTENERS__1__ADDRESS"] = "[::1]:2",
            }));
        options.Ssh.Listeners.Select(listener => listener.Address!.ToString()).ShouldBe(["127.0.0.1:1", "[::1]:2"]);
        options.Ssh.Listeners[0].CryptoProfile.ShouldBe(CryptoProfileName.Compatible);
    }

    [Fact]
    public void The_environment_can_list_more_than_ten_listeners()
    {
        var variables = new Hashtable();
        for (int i = 0; i < 12; i++)
        {
            variables[$"HPC__SSH__LISTENERS__{i}__ADDRESS"] = $"127.0.0.1:{2000 + i}";
        }

        ConfigurationLoader.Bind(EnvironmentSource.Read(variables)).Ssh.Listeners.Select(listener => listener.Address!.Port)
            .ShouldBe(Enumerable.Range(2000, 12));
    }

    [Theory]
    [InlineData("a[2].b", "a[10].b", -1)]
    [InlineData("a[10].b", "a[2].b", 1)]
    [InlineData("a[02]", "a[2]", 0)]
    [InlineData("a[2].b", "a[2].b", 0)]
    [InlineData("a", "a.b", -1)]
    [InlineData("a.b", "a[0]", -1)]
    [InlineData("", "", 0)]
    public void List_positions_are_compared_by_their_value(string left, string right, int order) =>
        Math.Sign(EnvironmentSource.ComparePaths(left, right)).ShouldBe(order);

    [Fact]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_key()
    {
        FaultsOf("{\n  \"ssh\": {\n    \"max_auth_trys\": 3\n  }\n}").Single()
            .ShouldBe("ssh.max_auth_trys: unknown key (hpc.json line 3); did you mean ssh.max_auth_tries?");
    }

    [Fact]
    public void A_key_in_the_wrong_section_finds_its_own()
    {
        FaultsOf("""{ "max_auth_tries": 3 }""").Single().ShouldContain("did you mean ssh.max_auth_tries?");
    }

    [Fact]
    public void An_unknown_environment_variable_is_refused()
    {
        List<ConfigurationEntry> environment = EnvironmentSource.Read(new Hashtable { ["HPC__SSH__PORT"] = "22" });
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.Bind(environment))
            .Faults.Single().ShouldStartWith("ssh.port: unknown key (environment HPC__SSH__PORT)");
    }

    [Theory]
    [InlineData("""{ "ssh": { "max_auth_tries": "3" } }""", "ssh.max_auth_tries: found \"3\" (hpc.json line 1), allowed: a whole number from 1 to 100.")]
    [InlineData("""{ "ssh": { "max_auth_tries": 0 } }""", "ssh.max_auth_tries: found 0 (hpc.json line 1), allowed: a whole number from 1 to 100.")]
    [InlineData("""{ "ssh": { "max_auth_tries": 1.5 } }""", "ssh.max_auth_tries: found 1.5 (hpc.json line 1), allowed: a whole number from 1 to 100.")]
    [InlineData("""{ "ssh": { "max_auth_tries": null } }""", "ssh.max_auth_tries: found null (hpc.json line 1), allowed: a whole number from 1 to 100.")]
    [InlineData("""{ "ssh": { "max_auth_tries": [] } }""", "ssh.max_auth_tries: found a list (hpc.json line 1), allowed: a whole number from 1 to 100.")]
    [InlineData("""{ "log": { "level": "loud" } }""", "log.level: found \"loud\" (hpc.json line 1), allowed: debug, info, warn or error.")]
    [InlineData("""{ "storage": { "umask": "99" } }""", "storage.umask: found \"99\" (hpc.json line 1), allowed: octal digits in quotes from \"0\" to \"777\".")]
    [InlineData("""{ "storage": { "upload_mode": "1" } }""", "storage.upload_mode: found \"1\" (hpc.json line 1), allowed: standard, atomic or atomic_with_resume.")]
    [InlineData("""{ "storage": { "upload_mode": 1 } }""", "storage.upload_mode: found 1 (hpc.json line 1), allowed: standard, atomic or atomic_with_resume.")]
    [InlineData("""{ "storage": { "read_only": 1 } }""", "storage.read_only: found 1 (hpc.json line 1), allowed: true or false.")]
    [InlineData("""{ "storage": { "hash_uploads": "on" } }""", "storage.hash_uploads: found \"on\" (hpc.json line 1), allowed: true or false.")]
    [InlineData("""{ "storage": { "create_home": "yes" } }""", "storage.create_home: found \"yes\" (hpc.json line 1), allowed: true or false.")]
    public void A_value_that_is_not_allowed_is_refused_with_what_is(string json, string fault) => FaultsOf(json).ShouldBe([fault]);

    [Theory]
    [InlineData("0.0.0.0:8022")]
    [InlineData("10.0.0.1:8022")]
    [InlineData("localhost:8022")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("127.1:8022")]
    public void The_admin_port_is_a_loopback_address_and_port(string address) =>
        FaultsOf($$"""{ "admin": { "address": "{{address}}" } }""").Single().ShouldContain("allowed: a loopback ADDRESS:PORT");

    [Fact]
    public void The_admin_port_can_be_switched_off() =>
        ConfigurationLoader.Bind(FromFile("""{ "admin": { "address": "" } }""")).Admin.Address.ShouldBeNull();

    [Fact]
    public void All_faults_are_named_at_once()
    {
        FaultsOf("""{ "ssh": { "max_auth_tries": 0, "bannner": "hi" }, "logs": 1 }""").Count.ShouldBe(3);
    }

    [Fact]
    public void A_section_given_as_a_value_is_refused_with_its_keys() =>
        FaultsOf("""{ "drain": 5 }""").Single().ShouldBe("drain: found 5 (hpc.json line 1), allowed: a section with the keys drain.grace_seconds.");

    [Fact]
    public void A_key_given_twice_is_refused() =>
        Should.Throw<ConfigurationException>(() => FromFile("{ \"data_dir\": \"a\",\n \"data_dir\": \"b\" }")).Message.ShouldBe("data_dir: is given twice (hpc.json line 2).");

    [Fact]
    public void A_listener_without_an_address_is_refused() =>
        FaultsOf("""{ "ssh": { "listeners": [ { "crypto_profile": "default" } ] } }""").Single().ShouldBe("ssh.listeners[0].address: is missing; a listener needs one.");

    [Fact]
    public void Early_drop_that_never_begins_is_refused() =>
        FaultsOf("""{ "ssh": { "limits": { "max_startups_start": 50, "max_startups_full": 10 } } }""").Single().ShouldStartWith("ssh.limits.max_startups_full: found 10, allowed: at least");

    [Fact]
    public void Broken_json_is_refused_with_its_line()
    {
        using var directory = new Support.TemporaryDirectory();
        File.WriteAllText(directory["hpc.json"], "{\n \"ssh\": {\n oops\n");
        Should.Throw<ConfigurationException>(() => JsonFileSource.Read(directory["hpc.json"])).Message.ShouldStartWith("hpc.json line 3: is not valid JSON");
    }

    [Fact]
    public void A_missing_file_is_refused_by_name() =>
        Should.Throw<ConfigurationException>(() => JsonFileSource.Read("/nonexistent/hpc.json")).Message.ShouldStartWith("/nonexistent/hpc.json: cannot be read");

    [Fact]
    public void The_printed_defaults_are_a_valid_file_that_changes_nothing()
    {
        HpcOptions options = ConfigurationLoader.Bind(FromFile(ConfigurationPrinter.CommentedDefaults()));
        options.Ssh.Listeners.Single().Address.ShouldBe(new IPEndPoint(IPAddress.IPv6Any, 2022));
        options.Ssh.Listeners.Clear();
        options.Ftp.Listeners.Single().Address.ShouldBeNull();
        options.Ftp.Listeners.Clear();
        options.Ftp.Certificates.Clear();
        options.Http.Listeners.Single().Address.ShouldBe(new IPEndPoint(IPAddress.Loopback, 8080));
        options.Http.Listeners.Clear();
        options.RateLimiters.Single().Average.ShouldBe(0);
        options.RateLimiters.Clear();
        ConfigurationPrinter.ToJson(options).ShouldBe(ConfigurationPrinter.ToJson(new HpcOptions()));
    }

    [Fact]
    public void The_printed_configuration_reads_back_as_it_was()
    {
        HpcOptions options = ConfigurationLoader.Bind(FromFile("""{ "ssh": { "banner": "héllo \"you\"\n", "listeners": [ { "address": ":2" } ] }, "storage": { "umask": "077" } }"""));
        string printed = ConfigurationPrinter.ToJson(options);
        ConfigurationPrinter.ToJson(ConfigurationLoader.Bind(FromFile(printed))).ShouldBe(printed);
    }

    [Fact]
    public void Every_key_has_a_default_that_it_allows_itself()
    {
        var options = new HpcOptions();
        options.Ssh.Listeners.Add(new ListenerSection { Address = new IPEndPoint(IPAddress.Loopback, 1) });
        options.Http.Listeners.Add(new HttpListenerSection { Address = new IPEndPoint(IPAddress.Loopback, 1) });
        options.Ftp.Listeners.Add(new FtpListenerSection());
        options.Ftp.Certificates.Add(new FtpCertificateSection());
        options.RateLimiters.Add(new RateLimiterSection());
        foreach (ConfigurationKey key in ConfigurationTable.All)
        {
            var entry = new ConfigurationEntry(key.Path, key.Read(options, 0).ToString()!, EntryKind.Plain, "test");
            key.TryApply(options, 0, entry).ShouldBeTrue(key.Path);
        }
    }

    [Fact]
    public void A_secret_is_never_shown()
    {
        HpcOptions options = ConfigurationLoader.Bind(FromFile("""{ "data_provider": { "password": "not for you" } }"""));
        ConfigurationPrinter.ToJson(options).ShouldNotContain("not for you");
        FaultsOf("""{ "data_provider": { "password": { "not": "for you" } } }""").ShouldAllBe(fault => !fault.Contains("for you"));
        FaultsOf("""{ "data_provider": { "password": "not\nfor you" } }""").Single().ShouldNotContain("for you");
    }

    [Theory]
    [InlineData("""{ "http": { "listeners": [ { "certificate_file": "a", "address": ":1" } ] } }""", "http.listeners[0]: found one of certificate_file and certificate_key_file")]
    [InlineData("""{ "http": { "listeners": [ { "client_auth": "require", "address": ":1" } ] } }""", "http.listeners[0].client_auth: found require without")]
    [InlineData("""{ "data_provider": { "driver": "postgresql" } }""", "data_provider.host: found \"\"")]
    [InlineData("""{ "data_provider": { "password": "a", "password_file": "b" } }""", "data_provider.password_file: found together")]
    [InlineData("""{ "data_provider": { "sql_tables_prefix": "a;b" } }""", "data_provider.sql_tables_prefix: found \"a;b\"")]
    [InlineData("""{ "data_provider": { "users_base_dir": "here" } }""", "data_provider.users_base_dir: found \"here\"")]
    public void Keys_that_do_not_go_together_are_refused(string json, string fault) => FaultsOf(json)[0].ShouldStartWith(fault);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("16KiB", 16384)]
    [InlineData("1gib", 1073741824)]
    [InlineData("2 MiB", 2097152)]
    public void Byte_sizes_are_read_with_units(string text, long bytes)
    {
        ByteSizeText.TryParse(text, out long parsed).ShouldBeTrue();
        parsed.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("-1")]
    [InlineData("1.5GiB")]
    [InlineData("99999999999TiB")]
    public void Other_texts_are_no_byte_sizes(string text) => ByteSizeText.TryParse(text, out _).ShouldBeFalse();

    private static List<ConfigurationEntry> FromFile(string json) => JsonFileSource.Parse(Encoding.UTF8.GetBytes(json), "hpc.json");

    private static IReadOnlyList<string> FaultsOf(string json) =>
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.Bind(FromFile(json))).Faults;
}
