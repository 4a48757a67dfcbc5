using System.Net;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Transport.Proxying;

namespace Hpc.Server.Tests.Configuration;

public class ProxyProtocolTests
{
    [Fact]
    public void Nobody_is_believed_unless_that_is_said()
    {
        HpcOptions options = ConfigurationLoader.Bind();
        OptionMapping.ProxyProtocol(options.ProxyProtocol, isApplied: true).Mode.ShouldBe(ProxyProtocolMode.Off);
    }

    [Fact]
    public void Addresses_and_networks_are_taken_in_either_family()
    {
        HpcOptions options = Bind(
            ("proxy_protocol.mode", "require"), ("proxy_protocol.allowed", "10.1.2.3, 192.168.0.0/16,2001:db8::/32 , ::1,::ffff:10.0.0.1"), ("proxy_protocol.skipped", "10.9.9.9"));
        ProxyProtocolOptions proxy = OptionMapping.ProxyProtocol(options.ProxyProtocol, isApplied: true);
        proxy.Mode.ShouldBe(ProxyProtocolMode.Require);
        proxy.Trusted.Select(network => network.ToString()).ShouldBe(["10.1.2.3/32", "192.168.0.0/16", "2001:db8::/32", "::1/128", "10.0.0.1/32"]);
        proxy.Skipped.ShouldBe([IPNetwork.Parse("10.9.9.9/32")]);
        OptionMapping.ProxyProtocol(options.ProxyProtocol, isApplied: false).ShouldBeSameAs(ProxyProtocolOptions.Off);
    }

    [Theory]
    [InlineData("accept", "", "", "proxy_protocol.allowed: found \"\", allowed: the addresses or networks of the proxies, because proxy_protocol.mode is accept.")]
    [InlineData("require", " , ", "10.0.0.0/8", "proxy_protocol.allowed: found \"\", allowed: the addresses or networks of the proxies, because proxy_protocol.mode is require.")]
    [InlineData("off", "10.0.0.1/8", "", "proxy_protocol.allowed: found \"10.0.0.1/8\", allowed: addresses and networks like 10.0.0.0/8 (no bit set behind the length), separated by commas.")]
    [InlineData("off", "", "balancer", "proxy_protocol.skipped: found \"balancer\", allowed: addresses and networks like 10.0.0.0/8 (no bit set behind the length), separated by commas.")]
    [InlineData("off", "::ffff:10.0.0.0/104", "", "proxy_protocol.allowed: found \"::ffff:10.0.0.0/104\", allowed: addresses and networks like 10.0.0.0/8 (no bit set behind the length), separated by commas.")]
    public void Who_is_believed_is_said_clearly_or_not_at_all(string mode, string allowed, string skipped, string fault) =>
        Should.Throw<ConfigurationException>(() => Bind(("proxy_protocol.mode", mode), ("proxy_protocol.allowed", allowed), ("proxy_protocol.skipped", skipped)))
            .Message.ShouldContain(fault);

    [Fact]
    public void A_listener_may_be_beside_the_proxies()
    {
        HpcOptions options = Bind(
            ("ssh.listeners[0].address", ":2022"), ("ssh.listeners[1].address", ":2023"), ("ssh.listeners[1].apply_proxy_config", "false"));
        options.Ssh.Listeners.Select(listener => listener.ApplyProxyConfig).ShouldBe([true, false]);
    }

    [Fact]
    public void Sessions_end_after_a_time_only_if_that_is_said()
    {
        OptionMapping.SessionLimits(ConfigurationLoader.Bind()).MaxDuration.ShouldBe(TimeSpan.Zero);
        OptionMapping.SessionLimits(Bind(("sessions.max_duration_seconds", "3600"))).MaxDuration.ShouldBe(TimeSpan.FromHours(1));
    }

    private static HpcOptions Bind(params (string Key, string Value)[] settings) =>
        ConfigurationLoader.Bind([.. settings.Select(setting => new ConfigurationEntry(setting.Key, setting.Value, EntryKind.Plain, "--set"))]);
}
