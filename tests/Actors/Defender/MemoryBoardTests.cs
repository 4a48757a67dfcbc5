using System.Net;
using Hpc.Actors.Defender;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Defender;

public sealed class MemoryBoardTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_host_is_banned_exactly_when_its_points_reach_the_threshold()
    {
        MemoryBoard board = Board();
        board.Add(Host(1), 7).ShouldBe(new ScoreResult(7, false));
        board.Add(Host(1), 7).ShouldBe(new ScoreResult(14, false));
        board.IsBanned(Host(1)).ShouldBeFalse();
        board.Add(Host(1), 1).ShouldBe(new ScoreResult(15, true));
        board.IsBanned(Host(1)).ShouldBeTrue();
        board.IsBanned(Host(2)).ShouldBeFalse();
        board.Find(Host(1)).ShouldBe(new DefenderHost(Host(1), 0, _time.GetUtcNow().AddMinutes(30)));
    }

    [Fact]
    public void Points_count_as_long_as_the_observation_time()
    {
        MemoryBoard board = Board();
        board.Add(Host(1), 14);
        _time.Advance(TimeSpan.FromMinutes(30));
        board.Find(Host(1)).ShouldBeNull();
        board.Add(Host(1), 14).IsBanned.ShouldBeFalse();
    }

    [Fact]
    public void A_ban_ends_and_leaves_no_points()
    {
        MemoryBoard board = Board();
        board.Add(Host(1), 15);
        board.Add(Host(1), 15).ShouldBe(default);
        _time.Advance(TimeSpan.FromMinutes(30));
        board.IsBanned(Host(1)).ShouldBeFalse();
        board.Add(Host(1), 1).ShouldBe(new ScoreResult(1, false));
    }

    [Fact]
    public void A_ban_grows_with_every_return_up_to_a_bound()
    {
        MemoryBoard board = Board(new DefenderOptions { LongestBan = TimeSpan.FromHours(1) });
        board.Add(Host(1), 15);
        board.IsBannedOnReturn(Host(1)).ShouldBeTrue();
        board.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddMinutes(45));
        for (int i = 0; i < 10; i++)
        {
            board.IsBannedOnReturn(Host(1)).ShouldBeTrue();
        }

        // What comes within a minute has come back once.
        board.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddMinutes(45));
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            board.IsBannedOnReturn(Host(1)).ShouldBeTrue();
        }

        board.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddHours(1));
        board.IsBannedOnReturn(Host(2)).ShouldBeFalse();
    }

    [Fact]
    public void A_ban_grows_by_a_minute_at_least_and_not_at_all_where_that_is_off()
    {
        MemoryBoard little = Board(new DefenderOptions { BanTime = TimeSpan.FromMinutes(1), BanTimeIncrement = 1 });
        little.Add(Host(1), 15);
        little.IsBannedOnReturn(Host(1));
        little.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddMinutes(2));
        MemoryBoard none = Board(new DefenderOptions { BanTimeIncrement = 0 });
        none.Add(Host(1), 15);
        none.IsBannedOnReturn(Host(1));
        none.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddMinutes(30));
    }

    [Fact]
    public void All_addresses_of_an_IPv6_network_are_one_host()
    {
        MemoryBoard board = Board();
        board.Add(HostKey.Of(IPAddress.Parse("2001:db8:0:1::1")), 8);
        board.Add(HostKey.Of(IPAddress.Parse("2001:db8:0:1:ffff::2")), 8).IsBanned.ShouldBeTrue();
        board.IsBanned(HostKey.Of(IPAddress.Parse("2001:db8:0:1::3"))).ShouldBeTrue();
        board.IsBanned(HostKey.Of(IPAddress.Parse("2001:db8:0:2::1"))).ShouldBeFalse();
        HostKey.Of(IPAddress.Parse("2001:db8:0:1::1")).ToString().ShouldBe("2001:db8:0:1::/64");
    }

    [Fact]
    public void IPv4_in_the_form_of_IPv6_is_the_same_host()
    {
        HostKey.Of(IPAddress.Parse("::ffff:192.0.2.1")).ShouldBe(HostKey.Of(IPAddress.Parse("192.0.2.1")));
        HostKey.Of(IPAddress.Parse("::ffff:192.0.2.1")).ShouldNotBe(HostKey.Of(IPAddress.Parse("::ffff:192.0.2.2")));
        HostKey.Of(IPAddress.Parse("192.0.2.1")).ToString().ShouldBe("192.0.2.1");
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::/64")]
    public void The_text_of_a_host_is_read_back(string text)
    {
        HostKey.TryParse(text, out HostKey host).ShouldBeTrue();
        host.ToString().ShouldBe(text);
        HostKey.TryParse("192.0.2.0/24", out _).ShouldBeFalse();
    }

    [Fact]
    public void Removing_forgets_points_and_bans()
    {
        MemoryBoard board = Board();
        board.Add(Host(1), 3);
        board.Add(Host(2), 15);
        board.List(10).Select(static host => host.Host).ShouldBe([Host(1), Host(2)]);
        board.Remove(Host(1)).ShouldBeTrue();
        board.Remove(Host(2)).ShouldBeTrue();
        board.Remove(Host(2)).ShouldBeFalse();
        board.IsBanned(Host(2)).ShouldBeFalse();
        board.List(10).ShouldBeEmpty();
        (board.Scored, board.Banned).ShouldBe((0, 0));
    }

    [Fact]
    public void A_ban_by_hand_is_told_and_never_shortens_one()
    {
        MemoryBoard board = Board();
        var told = new List<HostKey>();
        board.OnBan(told.Add);
        board.Ban(Host(1), TimeSpan.FromHours(2));
        board.Ban(Host(1), TimeSpan.FromMinutes(1));
        board.Find(Host(1))!.BannedUntil.ShouldBe(_time.GetUtcNow().AddHours(2));
        told.ShouldBe([Host(1)]);
        _time.Advance(TimeSpan.FromHours(2));
        board.Banned.ShouldBe(0);
        board.Ban(Host(1), TimeSpan.FromMinutes(1));
        told.ShouldBe([Host(1), Host(1)]);
    }

    [Fact]
    public void Full_tables_forget_points_that_are_longest_ago_and_bans_that_end_soonest()
    {
        MemoryBoard board = Board(new DefenderOptions { EntriesSoftLimit = 10, EntriesHardLimit = 15 });
        for (int i = 0; i < 16; i++)
        {
            board.Add(Host(i), 1);
            board.Add(Host(1000 + i), 15);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // 15, then 10 that are left and one more.
        (board.Scored, board.Banned).ShouldBe((11, 11));
        board.Find(Host(4)).ShouldBeNull();
        board.Find(Host(5)).ShouldNotBeNull();
        board.IsBanned(Host(1004)).ShouldBeFalse();
        board.IsBanned(Host(1005)).ShouldBeTrue();
        board.Forgotten.ShouldBe(10);
    }

    [Fact]
    public void Many_hosts_with_few_points_make_nobody_forget_one_with_many()
    {
        MemoryBoard board = Board(new DefenderOptions { EntriesSoftLimit = 10, EntriesHardLimit = 15 });
        board.Add(Host(0), 14);
        for (int i = 1; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            board.Add(Host(i), 2);
            board.Scored.ShouldBeLessThanOrEqualTo(15);
        }

        board.Forgotten.ShouldBeGreaterThan(900);
        board.Add(Host(0), 1).IsBanned.ShouldBeTrue();
    }

    [Fact]
    public void Points_that_count_no_more_go_before_any_others_and_are_not_told_as_forgotten()
    {
        MemoryBoard board = Board(new DefenderOptions { EntriesSoftLimit = 10, EntriesHardLimit = 15 });
        for (int i = 0; i < 10; i++)
        {
            board.Add(Host(i), 14);
        }

        _time.Advance(TimeSpan.FromMinutes(30));
        for (int i = 10; i < 20; i++)
        {
            board.Add(Host(i), 1);
        }

        board.Forgotten.ShouldBe(0);
        board.Scored.ShouldBe(10);
    }

    [Fact]
    public void A_ban_by_hand_is_not_forgotten_and_there_is_a_bound()
    {
        MemoryBoard board = Board(new DefenderOptions { EntriesSoftLimit = 10, EntriesHardLimit = 15 });
        for (int i = 0; i < MemoryBoard.MaxByHand; i++)
        {
            board.Ban(Host(i), TimeSpan.FromMinutes(1)).ShouldBeTrue();
        }

        board.Ban(Host(50_000), TimeSpan.FromMinutes(1)).ShouldBeFalse();
        board.Ban(Host(7), TimeSpan.FromMinutes(2)).ShouldBeTrue();
        for (int i = 0; i < 100; i++)
        {
            board.Add(Host(20_000 + i), 15).IsBanned.ShouldBeTrue();
        }

        board.IsBanned(Host(0)).ShouldBeTrue();
        board.IsBanned(Host(20_000)).ShouldBeFalse();
        board.Banned.ShouldBeInRange(MemoryBoard.MaxByHand + 10, MemoryBoard.MaxByHand + 15);
        _time.Advance(TimeSpan.FromMinutes(1));
        board.Ban(Host(50_000), TimeSpan.FromMinutes(1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_events_ban_exactly_when_the_sum_in_the_window_reaches_the_threshold(int seed)
    {
        var random = new Random(seed);
        MemoryBoard board = Board(new DefenderOptions { BanTimeIncrement = 10, ObservationTime = TimeSpan.FromMinutes(10), EntriesSoftLimit = 100, EntriesHardLimit = 200 });
        var model = Enumerable.Range(0, 8).ToDictionary(static i => i, static _ => new ModelHost());
        for (int step = 0; step < 5000; step++)
        {
            DateTimeOffset now = _time.GetUtcNow();
            int which = random.Next(8);
            ModelHost host = model[which];
            host.Events.RemoveAll(entry => entry.At <= now.AddMinutes(-10));
            switch (random.Next(10))
            {
                case < 6:
                    int points = random.Next(1, 6);
                    ScoreResult result = board.Add(Host(which), points);
                    if (host.Until > now)
                    {
                        result.ShouldBe(default);
                        break;
                    }

                    host.Events.Add((now, points));
                    int sum = host.Events.Sum(static entry => entry.Points);
                    result.ShouldBe(new ScoreResult(sum, sum >= 15), $"seed {seed}, step {step}");
                    if (sum >= 15)
                    {
                        host.Events.Clear();
                        (host.Until, host.GrownAt) = (now.AddMinutes(30), default);
                    }

                    break;
                case 6:
                    board.IsBannedOnReturn(Host(which)).ShouldBe(host.Until > now);
                    if (host.Until > now && (host.GrownAt == default || host.GrownAt.AddMinutes(1) <= now))
                    {
                        (host.Until, host.GrownAt) = (host.Until.AddMinutes(3), now);
                    }

                    break;
                case 7:
                    board.Remove(Host(which)).ShouldBe(host.Until > now || host.Events.Count > 0);
                    host.Events.Clear();
                    host.Until = default;
                    break;
                default:
                    _time.Advance(TimeSpan.FromSeconds(random.Next(240)));
                    break;
            }

            now = _time.GetUtcNow();
            host.Events.RemoveAll(entry => entry.At <= now.AddMinutes(-10));
            DefenderHost? expected = host.Until > now ? new DefenderHost(Host(which), 0, host.Until)
                : host.Events.Count > 0 ? new DefenderHost(Host(which), host.Events.Sum(static entry => entry.Points), null)
                : null;
            board.Find(Host(which)).ShouldBe(expected, $"seed {seed}, step {step}");
            board.IsBanned(Host(which)).ShouldBe(host.Until > now);
        }
    }

    private MemoryBoard Board(DefenderOptions? options = null) => new(options ?? new DefenderOptions(), _time);

    private static HostKey Host(int number) => HostKey.Of(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]));

    private sealed class ModelHost
    {
        public List<(DateTimeOffset At, int Points)> Events { get; } = [];

        public DateTimeOffset Until { get; set; }

        public DateTimeOffset GrownAt { get; set; }
    }
}
