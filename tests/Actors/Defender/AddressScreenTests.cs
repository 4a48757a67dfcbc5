using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Actors.Defender;
using Hpc.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.Defender;

public sealed class AddressScreenTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Safe = IPAddress.Parse("198.51.100.1");

    private readonly ManualTimeProvider _time = new();
    private readonly IpLists _lists = new();

    [Fact]
    public void Failed_logins_ban_and_every_protocol_is_closed()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true });
        for (int i = 0; i < 7; i++)
        {
            defender.OnLogin(One, "SSH", LoginEvent.UserNotFound);
        }

        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
        defender.OnLogin(One, "HTTP", LoginEvent.Failed);
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        screen.Judge(One, "HTTP").Kind.ShouldBe(AddressVerdictKind.Banned);
        screen.Judge(One.MapToIPv6(), "HTTP").Kind.ShouldBe(AddressVerdictKind.Banned);
        screen.Judge(Safe, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
        defender.Counters.Bans.ShouldBe(1);
        defender.Counters.PointsFor(DefenderEvent.UserNotFound).ShouldBe(14);
        defender.Counters.PointsFor(DefenderEvent.LoginFailed).ShouldBe(1);
        defender.Counters.RefusedByBan.ShouldBe(3);
    }

    [Fact]
    public void Accepted_logins_bring_no_points_and_take_none()
    {
        (HostDefender defender, _) = New(new DefenderOptions { IsEnabled = true });
        defender.OnLogin(One, "SSH", LoginEvent.Failed);
        defender.OnLogin(One, "SSH", LoginEvent.Accepted);
        defender.Board.Find(HostKey.Of(One))!.Score.ShouldBe(1);
    }

    [Fact]
    public void What_is_worth_no_points_is_not_counted()
    {
        (HostDefender defender, _) = New(new DefenderOptions { IsEnabled = true });
        defender.Count(One, "SSH", DefenderEvent.NoLoginTried);
        defender.Board.Find(HostKey.Of(One)).ShouldBeNull();
    }

    [Fact]
    public void Without_a_defender_nobody_is_counted_or_banned()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions());
        _lists.Set(2, Table("192.0.2.0/24", NetworkMode.Deny));
        for (int i = 0; i < 100; i++)
        {
            defender.OnLogin(One, "SSH", LoginEvent.UserNotFound);
        }

        defender.Board.List(10).ShouldBeEmpty();
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
    }

    [Fact]
    public void The_defenders_list_makes_safe_and_blocks()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true });
        _lists.Set(2, NetworkTable.Create([Rule("192.0.2.0/24", NetworkMode.Deny), Rule("192.0.2.128/25", NetworkMode.Allow, ListProtocols.Ssh)]));
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        var safe = IPAddress.Parse("192.0.2.200");
        screen.Judge(safe, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
        screen.Judge(safe, "HTTP").Kind.ShouldBe(AddressVerdictKind.Banned);
        for (int i = 0; i < 100; i++)
        {
            defender.OnLogin(safe, "SSH", LoginEvent.UserNotFound);
        }

        defender.Board.List(10).ShouldBeEmpty();
        screen.IsBarred(One, "SSH").ShouldBeTrue();
        screen.IsBarred(safe, "SSH").ShouldBeFalse();
    }

    [Fact]
    public void A_ban_stays_when_the_host_is_made_safe()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true });
        defender.Ban(One, TimeSpan.FromMinutes(5));
        _lists.Set(2, Table("192.0.2.0/24", NetworkMode.Allow));
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        defender.Board.Remove(HostKey.Of(One)).ShouldBeTrue();
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
    }

    [Fact]
    public void The_allow_list_closes_to_everybody_else()
    {
        (_, AddressScreen screen) = New(new DefenderOptions(), hasAllowList: true);
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.NotAllowed);
        _lists.Set(1, Table("192.0.2.0/24", NetworkMode.Allow, ListProtocols.Ssh));
        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
        screen.Judge(One, "HTTP").Kind.ShouldBe(AddressVerdictKind.NotAllowed);
        screen.Judge(Safe, "SSH").Kind.ShouldBe(AddressVerdictKind.NotAllowed);
    }

    [Fact]
    public void Too_fast_a_host_is_refused_and_gets_points_unless_it_is_safe()
    {
        (HostDefender defender, AddressScreen screen) = New(
            new DefenderOptions { IsEnabled = true }, limiters: [new RateLimiterOptions { Average = 1, Burst = 2, GeneratesDefenderEvents = true }]);
        _lists.Set(3, Table("198.51.100.0/24", NetworkMode.Allow));
        screen.Judge(One, "SSH").ShouldBe(default);
        screen.Judge(One, "SSH").ShouldBe(default);
        screen.Judge(One, "SSH").ShouldBe(new AddressVerdict(AddressVerdictKind.RateLimited, TimeSpan.FromSeconds(1)));
        defender.Board.Find(HostKey.Of(One))!.Score.ShouldBe(3);
        for (int i = 0; i < 4; i++)
        {
            screen.Judge(One, "SSH");
        }

        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        for (int i = 0; i < 100; i++)
        {
            screen.Judge(Safe, "SSH").ShouldBe(default);
        }
    }

    [Fact]
    public void A_ban_is_told_to_whoever_acts_on_it()
    {
        var events = new SpyingEvents();
        (HostDefender defender, _) = New(new DefenderOptions { IsEnabled = true }, events: events);
        int began = 0;
        defender.BanBegan = () => began++;
        defender.Ban(One, TimeSpan.FromMinutes(5)).ShouldBe(BanOutcome.Banned);
        defender.Ban(One, TimeSpan.FromMinutes(5));
        (began, defender.Counters.Bans).ShouldBe((1, 1L));
        events.Banned.ShouldBe([new DefenderHost(HostKey.Of(One), 0, _time.GetUtcNow().AddMinutes(5))]);
    }

    [Fact]
    public void What_fails_behind_a_ban_does_not_fail_the_login()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true });
        defender.BanBegan = static () => throw new InvalidOperationException("broken");
        for (int i = 0; i < 8; i++)
        {
            defender.OnLogin(One, "SSH", LoginEvent.UserNotFound);
        }

        screen.Judge(One, "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
    }

    [Fact]
    public async Task Bans_that_begin_during_a_sweep_share_the_next_one()
    {
        int sweeps = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sweep = new BarSweep(
            () =>
            {
                if (Interlocked.Increment(ref sweeps) == 1)
                {
                    first.SetResult();
                    goOn.Task.Wait(TestContext.Current.CancellationToken);
                    throw new InvalidOperationException("broken");
                }

                second.TrySetResult();
            },
            TimeProvider.System,
            NullLogger.Instance);
        sweep.Ask();
        await first.Task;
        for (int i = 0; i < 100; i++)
        {
            sweep.Ask();
        }

        goOn.SetResult();
        await second.Task;
        Volatile.Read(ref sweeps).ShouldBe(2);
    }

    [Fact]
    public void A_trusted_proxy_gets_no_points_and_no_ban_and_no_rate_of_one_host()
    {
        (HostDefender defender, AddressScreen screen) = New(
            new DefenderOptions { IsEnabled = true }, limiters: [new RateLimiterOptions { Average = 1, Burst = 1 }], proxies: ["198.51.100.0/24", "2001:db8::1/128"]);
        for (int i = 0; i < 100; i++)
        {
            defender.OnLogin(Safe, "SSH", LoginEvent.UserNotFound);
            defender.OnLogin(Safe.MapToIPv6(), "HTTP", LoginEvent.Failed);
            screen.Judge(Safe, "SSH").ShouldBe(default);
        }

        defender.Board.List(10).ShouldBeEmpty();
        defender.Ban(Safe, TimeSpan.FromMinutes(5)).ShouldBe(BanOutcome.IsProxy);

        // The ban of a neighbour in the same /64 is not its own.
        defender.Ban(IPAddress.Parse("2001:db8::2"), TimeSpan.FromMinutes(5)).ShouldBe(BanOutcome.Banned);
        screen.Judge(IPAddress.Parse("2001:db8::2"), "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        screen.Judge(IPAddress.Parse("2001:db8::1"), "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
        screen.IsBarred(IPAddress.Parse("2001:db8::1"), "SSH").ShouldBeFalse();
    }

    [Fact]
    public void Clients_in_a_network_that_is_skipped_among_the_proxies_get_points_and_bans()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true }, proxies: ["198.51.100.0/24"], skipped: ["198.51.100.0/25"]);
        for (int i = 0; i < 8; i++)
        {
            defender.OnLogin(IPAddress.Parse("198.51.100.7"), "SSH", LoginEvent.UserNotFound);
            defender.OnLogin(IPAddress.Parse("198.51.100.200"), "SSH", LoginEvent.UserNotFound);
        }

        screen.Judge(IPAddress.Parse("198.51.100.7"), "SSH").Kind.ShouldBe(AddressVerdictKind.Banned);
        screen.Judge(IPAddress.Parse("198.51.100.200"), "SSH").Kind.ShouldBe(AddressVerdictKind.Admitted);
    }

    [Fact]
    public void A_look_whether_somebody_is_barred_changes_nothing()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true }, hasAllowList: true);
        screen.IsBarred(One, "SSH").ShouldBeTrue();
        _lists.Set(1, Table("192.0.2.0/24", NetworkMode.Allow));
        screen.IsBarred(One, "SSH").ShouldBeFalse();
        defender.Ban(One, TimeSpan.FromMinutes(5));
        for (int i = 0; i < 3; i++)
        {
            screen.IsBarred(One, "SSH").ShouldBeTrue();
        }

        (defender.Counters.RefusedByBan, defender.Counters.NotAllowed).ShouldBe((0, 0));
        defender.Board.Find(HostKey.Of(One))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddMinutes(5));
    }

    [Fact]
    public async Task Hosts_that_come_all_at_once_are_banned_by_exactly_the_events_that_count()
    {
        (HostDefender defender, AddressScreen screen) = New(new DefenderOptions { IsEnabled = true, EntriesSoftLimit = 1000, EntriesHardLimit = 2000 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                // 14 points for each of a hundred hosts, and 15 for each of another hundred, over all workers together.
                if (worker < 7 || i < 100)
                {
                    defender.OnLogin(new IPAddress([10, 0, 0, (byte)i]), "SSH", worker < 7 ? LoginEvent.UserNotFound : LoginEvent.Failed);
                }
            }
        })));
        for (int i = 0; i < 200; i++)
        {
            screen.Judge(new IPAddress([10, 0, 0, (byte)i]), "SSH").Kind.ShouldBe(i < 100 ? AddressVerdictKind.Banned : AddressVerdictKind.Admitted);
        }

        defender.Counters.Bans.ShouldBe(100);
    }

    private (HostDefender Defender, AddressScreen Screen) New(
        DefenderOptions options, bool hasAllowList = false, RateLimiterOptions[]? limiters = null, IDefenderEvents? events = null, string[]? proxies = null, string[]? skipped = null)
    {
        var defender = new HostDefender(options, new MemoryBoard(options, _time), _lists, _time, NullLoggerFactory.Instance.CreateLogger<HostDefender>(), events, Networks(proxies), Networks(skipped));
        return (defender, new AddressScreen(defender, _lists, new RateLimits(limiters ?? [], _time), hasAllowList));
    }

    private static NetworkTable Table(string network, NetworkMode mode, ListProtocols protocols = ListProtocols.None) => NetworkTable.Create([Rule(network, mode, protocols)]);

    private static NetworkRule Rule(string network, NetworkMode mode, ListProtocols protocols = ListProtocols.None)
    {
        NetworkPrefix.TryParse(network, out NetworkPrefix prefix).ShouldBeTrue();
        return new NetworkRule(prefix, mode, protocols);
    }

    private sealed class SpyingEvents : IDefenderEvents
    {
        public List<DefenderHost> Banned { get; } = [];

        public void OnBanned(DefenderHost host, DateTimeOffset at) => Banned.Add(host);
    }

    private static IPNetwork[]? Networks(string[]? texts) => texts?.Select(static text => IPNetwork.Parse(text)).ToArray();
}
