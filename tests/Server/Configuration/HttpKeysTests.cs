using System.Net.Security;
using System.Text;
using Hpc.HttpApi;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;

namespace Hpc.Server.Tests.Configuration;

public sealed class HttpKeysTests
{
    [Fact]
    public void Every_bound_of_the_rest_api_has_a_key()
    {
        HttpApiLimits limits = Map("""
            { "http": { "max_connections": 500, "max_connections_per_address": 7, "max_json_size": "2MiB", "max_header_size": "8KiB", "max_headers": 20, "max_streams": 3,
              "header_seconds": 4, "idle_seconds": 5, "request_seconds": 6, "requests_per_second": 8, "logins_per_minute": 9 } }
            """).Limits;
        limits.ShouldBe(new HttpApiLimits
        {
            Connections = 500,
            ConnectionsPerAddress = 7,
            JsonBytes = 2 << 20,
            HeaderBytes = 8 << 10,
            Headers = 20,
            StreamsPerConnection = 3,
            HeadersTimeout = TimeSpan.FromSeconds(4),
            KeepAlive = TimeSpan.FromSeconds(5),
            RequestTimeout = TimeSpan.FromSeconds(6),
            RequestsPerPeriod = 480,
            LoginsPerPeriod = 9,
        });
    }

    [Fact]
    public void Nothing_given_is_a_hundred_connections_of_one_address_and_the_bounds_of_the_api() =>
        Map("{}").Limits.ShouldBe(new HttpApiLimits { ConnectionsPerAddress = 100 });

    [Fact]
    public void Revocation_lists_cipher_suites_and_the_way_to_https_reach_the_listener()
    {
        HttpApiOptions options = Map("""
            { "http": { "listeners": [
              { "address": "127.0.0.1:1", "certificate_file": "c", "certificate_key_file": "k", "client_auth": "require", "client_ca_file": "ca", "ca_revocation_lists": "one.pem, two.crl",
                "cipher_suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
              { "address": "127.0.0.1:2", "https_redirect": true, "https_host": "files.example.com:8443" } ] } }
            """);
        options.Listeners[0].Tls!.RevocationFiles.ShouldBe(["one.pem", "two.crl"]);
        options.Listeners[0].Tls!.CipherSuites.ShouldBe([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]);
        options.Listeners[0].RedirectsToHttps.ShouldBeFalse();
        (options.Listeners[1].RedirectsToHttps, options.Listeners[1].HttpsHost).ShouldBe((true, "files.example.com:8443"));
    }

    [Theory]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"cipher_suites\": \"TLS_RSA_WITH_NULL_SHA256\"", "cipher_suites: found \"TLS_RSA_WITH_NULL_SHA256\", allowed: ")]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"cipher_suites\": \"TLS_ECDHE_RSA_WITH_AES_1\"", "cipher_suites: found \"TLS_ECDHE_RSA_WITH_AES_1\", allowed: ")]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"cipher_suites\": \"TLS_AES_128_GCM_SHA256\"", "cipher_suites: found \"TLS_AES_128_GCM_SHA256\", allowed: ")]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"min_tls_version\": \"tls13\", \"cipher_suites\": \"TLS_RSA_WITH_AES_128_GCM_SHA256\"", "cipher_suites: found \"TLS_RSA_WITH_AES_128_GCM_SHA256\" where there is no TLS 1.2")]
    [InlineData("\"cipher_suites\": \"TLS_RSA_WITH_AES_128_GCM_SHA256\"", "cipher_suites: found \"TLS_RSA_WITH_AES_128_GCM_SHA256\" where there is no TLS 1.2")]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"ca_revocation_lists\": \"x\"", "ca_revocation_lists: found \"x\" where no client certificates are asked for")]
    [InlineData("\"certificate_file\": \"c\", \"certificate_key_file\": \"k\", \"https_redirect\": true", "https_redirect: found true on a listener with certificate_file")]
    [InlineData("\"https_host\": \"x\"", "https_host: found \"x\", allowed: ")]
    [InlineData("\"https_redirect\": true, \"https_host\": \"x/y\"", "https_host: found \"x/y\", allowed: ")]
    [InlineData("\"https_redirect\": true, \"https_host\": \"u@x\"", "https_host: found \"u@x\", allowed: ")]
    [InlineData("\"https_redirect\": \"yes\"", "https_redirect: found \"yes\"")]
    public void What_does_not_go_together_is_refused(string keys, string fault) =>
        Should.Throw<ConfigurationException>(() => Map($$"""{ "http": { "listeners": [ { "address": "127.0.0.1:1", {{keys}} } ] } }""")).Faults[0].ShouldStartWith("http.listeners[0]." + fault);

    [Fact]
    public void A_proxy_that_is_no_network_is_told_before_the_start() =>
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.Bind(FromFile("""{ "http": { "proxy_allowed": "10.0.0.0/8, zz" } }""")))
            .Faults.ShouldHaveSingleItem().ShouldStartWith("http.proxy_allowed: found \"zz\", allowed: ");

    private static HttpApiOptions Map(string json)
    {
        HpcOptions options = ConfigurationLoader.Bind(FromFile(json));
        return OptionMapping.Http(options, new DataDirectory(options), "", withoutListeners: false);
    }

    private static List<ConfigurationEntry> FromFile(string json) => JsonFileSource.Parse(Encoding.UTF8.GetBytes(json), "hpc.json");
}
