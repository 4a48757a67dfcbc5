using System.Net;
using System.Net.Security;
using System.Text;
using Hpc.FtpProtocol;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Transport.Tls;

namespace Hpc.Server.Tests.Configuration;

public sealed class FtpKeysTests
{
    private const string Certificate = "\"certificate_file\": \"c.pem\", \"certificate_key_file\": \"k.pem\"";

    [Fact]
    public void Without_a_listener_there_is_no_ftp()
    {
        OptionMapping.FtpListeners(ConfigurationLoader.Bind().Ftp).ShouldBeEmpty();
        OptionMapping.FtpListeners(Bind("""{ "ftp": { "listeners": [ { "address": "" } ] } }""").Ftp).ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_more_than_an_address_is_ftp_with_the_defaults()
    {
        FtpServerOptions options = Map("\"address\": \"127.0.0.1:1\"");
        options.ShouldBe(new FtpServerOptions { Data = options.Data, ModeZ = false });
        options.Data.ShouldBe(new FtpDataOptions { FirstPassivePort = 50_000, LastPassivePort = 50_999, Overrides = options.Data.Overrides });
        options.Data.Overrides.ShouldBeEmpty();
    }

    [Fact]
    public void Every_key_reaches_the_protocol()
    {
        HpcOptions options = Bind($$"""
            { "ftp": { {{Certificate}}, "banner": "Hello", "passive_ports": "1024-1025", "active_mode": true, "active_from_port_20": true, "hashes": false, "mode_z": true, "combine": true, "site": false,
              "max_auth_tries": 3, "connect_seconds": 4, "stall_seconds": 5,
              "listeners": [ { "address": "127.0.0.1:1", "tls_mode": "control_and_data", "require_tls_reuse": true, "tolerate_missing_close_notify": false, "allow_ccc": true,
                "passive_address": "203.0.113.5", "passive_overrides": "10.0.0.0/8=10.0.0.5, 192.168.1.7=", "check_passive_peer": false, "check_active_peer": false, "ignore_ascii": true, "log_commands": true } ] } }
            """);
        FtpServerOptions ftp = OptionMapping.Ftp(options.Ftp, options.Ftp.Listeners[0]);
        ftp.ShouldBe(new FtpServerOptions
        {
            Banner = "Hello",
            TlsMode = FtpTlsMode.ControlAndData,
            RequiresTlsReuse = true,
            ToleratesMissingCloseNotify = false,
            AllowsClearCommandChannel = true,
            Data = ftp.Data,
            Hashes = false,
            Combines = true,
            Site = false,
            IgnoresAsciiType = true,
            MaxAuthTries = 3,
            LogsCommands = true,
        });
        ftp.Data.ShouldBe(new FtpDataOptions
        {
            FirstPassivePort = 1024,
            LastPassivePort = 1025,
            ExternalAddress = IPAddress.Parse("203.0.113.5"),
            Overrides = ftp.Data.Overrides,
            ActiveMode = true,
            ActiveFromPort20 = true,
            AllowsForeignPassivePeer = true,
            AllowsForeignActivePeer = true,
            ConnectTimeout = TimeSpan.FromSeconds(4),
            StallTimeout = TimeSpan.FromSeconds(5),
        });
        ftp.Data.Overrides.Select(entry => (entry.Networks.Single(), entry.Address)).ShouldBe([("10.0.0.0/8", IPAddress.Parse("10.0.0.5")), ("192.168.1.7/32", null)]);
    }

    [Theory]
    [InlineData("off", FtpTlsMode.Off)]
    [InlineData("optional", FtpTlsMode.Optional)]
    [InlineData("control", FtpTlsMode.Control)]
    [InlineData("control_and_data", FtpTlsMode.ControlAndData)]
    [InlineData("control-and-data", FtpTlsMode.ControlAndData)]
    [InlineData("implicit", FtpTlsMode.Implicit)]
    public void Each_mode_of_tls_has_its_name(string name, FtpTlsMode mode) =>
        Map($"\"address\": \"127.0.0.1:1\", {Certificate}, \"tls_mode\": \"{name}\"").TlsMode.ShouldBe(mode);

    [Theory]
    [InlineData("require", FtpTlsMode.Control)]
    [InlineData("verify", FtpTlsMode.Optional)]
    public void Who_needs_a_client_certificate_cannot_log_in_in_the_clear(string asked, FtpTlsMode mode) =>
        Map($"\"address\": \"127.0.0.1:1\", {Certificate}, \"client_auth\": \"{asked}\", \"client_ca_file\": \"ca.pem\"").TlsMode.ShouldBe(mode);

    [Fact]
    public void A_listener_has_its_own_certificate_before_that_of_all_and_the_further_ones()
    {
        HpcOptions options = Bind($$"""
            { "ftp": { {{Certificate}}, "certificates": [ { "certificate_file": "c2.pem", "certificate_key_file": "k2.pem" } ], "listeners": [
              { "address": "127.0.0.1:1" },
              { "address": "127.0.0.1:2", "certificate_file": "own.pem", "certificate_key_file": "own.key", "min_tls_version": "tls12", "client_auth": "verify", "client_ca_file": "ca.pem",
                "ca_revocation_lists": "a.crl, b.crl", "cipher_suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
              { "address": "127.0.0.1:3", "tls_mode": "off" } ] } }
            """);
        TlsServerOptions first = OptionMapping.FtpTls(options.Ftp, options.Ftp.Listeners[0])!;
        first.Certificates.Select(file => file.CertificateFile).ShouldBe(["c.pem", "c2.pem"]);
        first.ClientCertificates.ShouldBe(TlsClientCertificates.None);
        TlsServerOptions second = OptionMapping.FtpTls(options.Ftp, options.Ftp.Listeners[1])!;
        second.Certificates.Select(file => (file.CertificateFile, file.KeyFile)).ShouldBe([("own.pem", "own.key"), ("c2.pem", "k2.pem")]);
        (second.MinVersion, second.ClientCertificates).ShouldBe((12, TlsClientCertificates.Offered));
        second.AuthorityFiles.ShouldBe(["ca.pem"]);
        second.RevocationFiles.ShouldBe(["a.crl", "b.crl"]);
        second.CipherSuites.ShouldBe([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]);
        OptionMapping.FtpTls(options.Ftp, options.Ftp.Listeners[2]).ShouldBeNull();
    }

    [Theory]
    [InlineData("\"tls_mode\": \"control\"", ".tls_mode: found control without certificate_file")]
    [InlineData("\"tls_mode\": \"implicit\"", ".tls_mode: found implicit without certificate_file")]
    [InlineData("\"tls_mode\": 1", ".tls_mode: found 1 ")]
    [InlineData("\"certificate_file\": \"c\"", ": found one of certificate_file and certificate_key_file")]
    [InlineData("\"client_auth\": \"require\"", ".client_auth: found require without certificate_file or client_ca_file")]
    [InlineData(Certificate + ", \"ca_revocation_lists\": \"x\"", ".ca_revocation_lists: found \"x\" where no client certificates are asked for")]
    [InlineData("\"require_tls_reuse\": true", ".require_tls_reuse: found true where there is no TLS")]
    [InlineData("\"cipher_suites\": \"TLS_RSA_WITH_AES_128_GCM_SHA256\"", ".cipher_suites: found \"TLS_RSA_WITH_AES_128_GCM_SHA256\" where there is no TLS 1.2")]
    [InlineData(Certificate + ", \"cipher_suites\": \"TLS_NONE\"", ".cipher_suites: found \"TLS_NONE\", allowed: ")]
    [InlineData("\"passive_address\": \"::1\"", ".passive_address: found \"::1\", allowed: an IPv4 address")]
    [InlineData("\"passive_address\": \"10.1\"", ".passive_address: found \"10.1\", allowed: an IPv4 address")]
    [InlineData("\"passive_host\": \"a b\"", ".passive_host: found \"a b\", allowed: a host name")]
    [InlineData("\"passive_host\": \"example.com\", \"passive_address\": \"10.0.0.1\"", ".passive_host: found \"example.com\", allowed: a host name where there is no passive_address")]
    [InlineData("\"passive_overrides\": \"10.0.0.1/8=\"", ".passive_overrides: found \"10.0.0.1/8=\", allowed: ")]
    [InlineData("\"passive_overrides\": \"10.0.0.0/8=10.0.0.1,10.0.0.0/8\"", ".passive_overrides: found \"10.0.0.0/8\", allowed: ")]
    [InlineData("\"passive_overrides\": \"10.0.0.0/8=::1\"", ".passive_overrides: found \"10.0.0.0/8=::1\", allowed: ")]
    public void What_does_not_go_together_is_refused(string keys, string fault) =>
        Should.Throw<ConfigurationException>(() => Map($"\"address\": \"127.0.0.1:1\", {keys}")).Faults[0].ShouldStartWith("ftp.listeners[0]" + fault);

    [Theory]
    [InlineData("50000-50999", 50_000, 50_999)]
    [InlineData("1024-1024", 1024, 1024)]
    [InlineData("", 0, 0)]
    public void Passive_ports_are_a_range(string text, int first, int last)
    {
        FtpDataOptions data = Map("\"address\": \"127.0.0.1:1\"", $"\"passive_ports\": \"{text}\",").Data;
        (data.FirstPassivePort, data.LastPassivePort).ShouldBe((first, last));
    }

    [Theory]
    [InlineData("50000")]
    [InlineData("1023-2000")]
    [InlineData("2000-1999")]
    [InlineData("60000-65536")]
    [InlineData("a-b")]
    public void What_is_no_range_of_ports_is_refused(string text) =>
        Should.Throw<ConfigurationException>(() => Map("\"address\": \"127.0.0.1:1\"", $"\"passive_ports\": \"{text}\",")).Faults.ShouldHaveSingleItem().ShouldStartWith($"ftp.passive_ports: found \"{text}\", allowed: ");

    [Fact]
    public void A_greeting_comes_from_one_place()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["banner"], "first\r\nsecond\n");
        HpcOptions options = Bind($$"""{ "ftp": { "banner_file": "{{directory["banner"]}}", "listeners": [ { "address": "127.0.0.1:1" } ] } }""");
        OptionMapping.Ftp(options.Ftp, options.Ftp.Listeners[0]).Banner.ShouldBe("first\nsecond");
        Should.Throw<ConfigurationException>(() => Bind("""{ "ftp": { "banner": "x", "banner_file": "y" } }""")).Faults.ShouldHaveSingleItem().ShouldStartWith("ftp.banner_file: found together with ftp.banner");
        options.Ftp.BannerFile = directory["none"];
        Should.Throw<ConfigurationException>(() => OptionMapping.Ftp(options.Ftp, options.Ftp.Listeners[0])).Message.ShouldContain("ftp.banner_file: found ");
    }

    [Theory]
    [InlineData("\"bindings\": [ { \"port\": 2121 } ]", "ftpd.bindings[0].port", "ftp.listeners[].address")]
    [InlineData("\"bindings\": [ { \"passive_ip_overrides\": [ { \"ip\": \"\" } ] } ]", "ftpd.bindings[0].passive_ip_overrides[0].ip", "ftp.listeners[].passive_overrides")]
    [InlineData("\"passive_port_range\": { \"start\": 50000 }", "ftpd.passive_port_range.start", "ftp.passive_ports")]
    [InlineData("\"ca_certificates\": [ \"x\" ]", "ftpd.ca_certificates[0]", "ftp.listeners[].client_ca_file")]
    [InlineData("\"hash_support\": 1", "ftpd.hash_support", "ftp.hashes")]
    public void Keys_of_sftpgo_are_told_by_their_name_here(string keys, string found, string ours)
    {
        string fault = Should.Throw<ConfigurationException>(() => Bind($$"""{ "ftpd": { {{keys}} } }""")).Faults[0];
        fault.ShouldStartWith(found + ": a key of SFTPGo ");
        fault.ShouldContain($"here it is {ours}, ");
    }

    [Theory]
    [InlineData("\"tls_mode\": \"2\"", "SFTPGo's 2 is implicit.")]
    [InlineData("\"client_auth\": \"1\"", "SFTPGo's 1 is require.")]
    [InlineData("\"check_passive_peer\": 1", "SFTPGo's 1 is false: no check is made.")]
    [InlineData("\"min_tls_version\": 12", "It is tls12 here.")]
    public void Values_of_sftpgo_are_told_by_what_they_are_here(string keys, string hint) =>
        Should.Throw<ConfigurationException>(() => Map($"\"address\": \"127.0.0.1:1\", {keys}")).Faults[0].ShouldEndWith(hint);

    [Fact]
    public void Variables_of_sftpgo_are_told_with_their_position() =>
        OldVariables.Describe(new Dictionary<string, string> { ["SFTPGO_FTPD__BINDINGS__2__TLS_MODE"] = "1", ["SFTPGO_FTPD__BANNER"] = "x", ["SFTPGO_FTPD__BINDINGS__0__PASSIVE_IP_OVERRIDES__1__IP"] = "x" })
            .ShouldBe("SFTPGO_FTPD__BANNER (here HPC__FTP__BANNER), SFTPGO_FTPD__BINDINGS__0__PASSIVE_IP_OVERRIDES__1__IP (here HPC__FTP__LISTENERS__0__PASSIVE_OVERRIDES), SFTPGO_FTPD__BINDINGS__2__TLS_MODE (here HPC__FTP__LISTENERS__2__TLS_MODE)");

    private static FtpServerOptions Map(string listener, string keys = "")
    {
        HpcOptions options = Bind($$"""{ "ftp": { {{keys}} "listeners": [ { {{listener}} } ] } }""");
        return OptionMapping.Ftp(options.Ftp, options.Ftp.Listeners[0]);
    }

    private static HpcOptions Bind(string json) => ConfigurationLoader.Bind(JsonFileSource.Parse(Encoding.UTF8.GetBytes(json), "hpc.json"));
}
