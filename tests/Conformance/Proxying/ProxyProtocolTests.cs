using System.Globalization;
using System.Text.RegularExpressions;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Proxying;

/// <summary>OpenSSH's sftp through HAProxy (F56).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed partial class ProxyProtocolTests
{
    [Theory]
    [InlineData("require")]
    [InlineData("accept")]
    public async Task Log_and_networks_of_a_user_see_the_clients_own_address(string mode)
    {
        await using HpcServerProcess server = await StartAsync(mode, HaproxyProcess.Source);
        await using HaproxyProcess proxy = await HaproxyProcess.StartAsync(ProxiedPort(server));
        using ClientSession session = await PolicyServer.OpenAsync(server, "--allow-from", "127.0.0.2/32");
        foreach (int port in (int[])[proxy.Version1, proxy.Version2])
        {
            (await LogInAsync(session, port, "127.0.0.2")).ExitCode.ShouldBe(0);
            (await LogInAsync(session, port, "127.0.0.3")).ExitCode.ShouldNotBe(0);
        }

        await PolicyServer.UntilAsync(
            () => Regex.Count(server.Log, @"from 127\.0\.0\.2:\d+ through the proxy 127\.0\.0\.5:\d+ over ssh ended") == 2, "two ends from the one address");
        await PolicyServer.UntilAsync(
            () => Regex.Count(server.Log, @"from 127\.0\.0\.3:\d+ through the proxy 127\.0\.0\.5:\d+ over ssh ended") == 2, "two from the other");
        server.Log.ShouldNotContain("\"level\":\"error\"");
    }

    [Fact]
    public async Task Where_a_header_is_required_nobody_comes_in_without_one()
    {
        await using HpcServerProcess server = await StartAsync("require", HaproxyProcess.Source);
        await using HaproxyProcess proxy = await HaproxyProcess.StartAsync(ProxiedPort(server));
        using ClientSession session = await PolicyServer.OpenAsync(server);
        (await LogInAsync(session, proxy.Headerless, "127.0.0.2")).ExitCode.ShouldNotBe(0);
        (await LogInAsync(session, ProxiedPort(server), "127.0.0.2")).ExitCode.ShouldNotBe(0);
        await PolicyServer.UntilAsync(() => server.Log.Contains("ProxyUntrusted", StringComparison.Ordinal), "the refusal is logged");
        (await LogInAsync(session, proxy.Version2, "127.0.0.2")).ExitCode.ShouldBe(0);

        // A listener that the setting does not hold for goes on as ever.
        (await LogInAsync(session, server.Port, "127.0.0.2")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_proxy_that_is_not_trusted_is_not_believed()
    {
        await using HpcServerProcess server = await StartAsync("accept", "127.0.0.9");
        await using HaproxyProcess proxy = await HaproxyProcess.StartAsync(ProxiedPort(server));
        using ClientSession session = await PolicyServer.OpenAsync(server, "--allow-from", "127.0.0.2/32");
        (await LogInAsync(session, proxy.Version1, "127.0.0.2")).ExitCode.ShouldNotBe(0);
        (await LogInAsync(session, proxy.Version2, "127.0.0.2")).ExitCode.ShouldNotBe(0);
        (await LogInAsync(session, ProxiedPort(server), "127.0.0.2")).ExitCode.ShouldBe(0);
        server.Log.ShouldNotContain("through the proxy");
    }

    [Fact]
    public async Task A_trusted_peer_may_come_without_a_header_where_none_is_required()
    {
        await using HpcServerProcess server = await StartAsync("accept", $"{HaproxyProcess.Source},127.0.0.2");
        await using HaproxyProcess proxy = await HaproxyProcess.StartAsync(ProxiedPort(server));
        using ClientSession session = await PolicyServer.OpenAsync(server);
        (await LogInAsync(session, ProxiedPort(server), "127.0.0.2")).ExitCode.ShouldBe(0);
        (await LogInAsync(session, proxy.Version2, "127.0.0.2")).ExitCode.ShouldBe(0);
        (await LogInAsync(session, proxy.Headerless, "127.0.0.2")).ExitCode.ShouldBe(0);
        await PolicyServer.UntilAsync(() => server.Log.Contains("from 127.0.0.5:", StringComparison.Ordinal), "the proxy's own address stands for the client's");
    }

    // Two listeners: one that asks for no header, which the keys are fetched from, and the one that is behind the proxy.
    private static Task<HpcServerProcess> StartAsync(string mode, string allowed)
    {
        Require.NotReference("it does not know the PROXY protocol.");
        Require.Tool("haproxy", "sftp");
        return PolicyServer.StartAsync(
            "ssh.listeners[0].apply_proxy_config=false",
            "ssh.listeners[1].address=127.0.0.1:0",
            $"proxy_protocol.mode={mode}",
            $"proxy_protocol.allowed={allowed}",
            "log.level=debug");
    }

    private static int ProxiedPort(HpcServerProcess server) =>
        int.Parse(Listening().Match(server.Log).Groups[1].Value, CultureInfo.InvariantCulture);

    private static Task<ClientResult> LogInAsync(ClientSession session, int port, string from) =>
        session.OpenSshAsync(
            "sftp", "ls\n", "-oBatchMode=yes", "-P", $"{port}", $"-oBindAddress={from}", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-b", "-", "server");

    [GeneratedRegex(@"Listening on 127\.0\.0\.1:\d+, 127\.0\.0\.1:(\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();
}
