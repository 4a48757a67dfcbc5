using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Data;
using Hpc.TestKit;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class PassiveAddressTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.1")]
    [InlineData("192.168.7.7", "127.0.0.1")]
    [InlineData("192.0.2.77", "192.0.2.1")]
    [InlineData("8.8.8.8", "203.0.113.9")]
    public async Task The_first_network_that_holds_the_client_counts_before_the_external_address(string client, string expected)
    {
        var options = new FtpDataOptions
        {
            ExternalAddress = IPAddress.Parse("203.0.113.9"),
            Overrides =
            [
                new FtpAddressOverride(["172.16.0.0/12", "10.9.9.9/8"], IPAddress.Parse("10.0.0.1")),
                new FtpAddressOverride(["192.168.0.0/16"], null),
                new FtpAddressOverride(["192.0.2.77"], IPAddress.Parse("192.0.2.1")),
                new FtpAddressOverride(["10.0.0.0/8"], IPAddress.Parse("10.0.0.2")),
            ],
        };
        (await FindAsync(new PassiveAddresses(options, _time), client)).ShouldBe(IPAddress.Parse(expected));
    }

    [Fact]
    public async Task Without_anything_it_is_the_address_that_the_client_connected_to()
    {
        (await FindAsync(new PassiveAddresses(new FtpDataOptions(), _time), "8.8.8.8")).ShouldBe(IPAddress.Loopback);
        (await FindAsync(new PassiveAddresses(new FtpDataOptions(), _time), "::1", "::1")).ShouldBeNull();
        (await FindAsync(new PassiveAddresses(new FtpDataOptions { ExternalAddress = IPAddress.Parse("::ffff:192.0.2.5") }, _time), "8.8.8.8")).ShouldBe(IPAddress.Parse("192.0.2.5"));
    }

    [Fact]
    public async Task A_host_is_looked_up_once_a_minute_and_kept_when_that_fails()
    {
        int asked = 0;
        Func<Task<IPAddress[]>> answer = static () => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Parse("198.51.100.1")]);
        var addresses = new PassiveAddresses(new FtpDataOptions { ExternalHost = "ftp.example" }, _time, (host, _) =>
        {
            host.ShouldBe("ftp.example");
            Interlocked.Increment(ref asked);
            return answer();
        });
        IPAddress?[] found = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => FindAsync(addresses, "8.8.8.8")));
        found.ShouldAllBe(static address => address!.Equals(IPAddress.Parse("198.51.100.1")));
        asked.ShouldBe(1);

        answer = static () => throw new SocketException((int)SocketError.HostNotFound);
        _time.Advance(TimeSpan.FromSeconds(59));
        await FindAsync(addresses, "8.8.8.8");
        asked.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(2));
        (await FindAsync(addresses, "8.8.8.8")).ShouldBe(IPAddress.Parse("198.51.100.1"));
        asked.ShouldBe(2);

        answer = static () => Task.FromResult<IPAddress[]>([IPAddress.Parse("198.51.100.2")]);
        _time.Advance(TimeSpan.FromSeconds(6));
        (await FindAsync(addresses, "8.8.8.8")).ShouldBe(IPAddress.Parse("198.51.100.2"));
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer_holds_nobody_up_for_long()
    {
        var never = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var addresses = new PassiveAddresses(new FtpDataOptions { ExternalHost = "ftp.example" }, _time, (_, _) => never.Task);
        Task<IPAddress?> finding = FindAsync(addresses, "8.8.8.8");
        _time.PendingTimers.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        (await finding).ShouldBeNull();
    }

    private static async Task<IPAddress?> FindAsync(PassiveAddresses addresses, string client, string server = "127.0.0.1")
    {
        using var rig = new DataRig(client: client, server: server);
        return await addresses.FindAsync(rig.Data.Route, DataRig.Ct);
    }
}
