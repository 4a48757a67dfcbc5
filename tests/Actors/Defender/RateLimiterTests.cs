using System.Net;
using Hpc.Actors.Defender;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Defender;

public sealed class RateLimiterTests
{
    private static readonly HostKey One = HostKey.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly HostKey Other = HostKey.Of(IPAddress.Parse("192.0.2.2"));

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_burst_passes_and_the_next_is_refused_with_the_time_of_its_token()
    {
        RateLimiter limiter = Limiter(new RateLimiterOptions { Average = 1, Burst = 2 });
        limiter.MaxDelay.ShouldBe(TimeSpan.FromSeconds(0.5));
        limiter.Take(One).ShouldBe(default);
        limiter.Take(One).ShouldBe(default);
        limiter.Take(One).ShouldBe(new RateAnswer(true, TimeSpan.FromSeconds(1)));
        limiter.Take(Other).ShouldBe(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        limiter.Take(One).ShouldBe(default);
    }

    [Fact]
    public void Who_has_to_wait_no_longer_than_the_longest_delay_takes_its_token_in_advance()
    {
        RateLimiter limiter = Limiter(new RateLimiterOptions { Average = 1, Burst = 1 });
        limiter.Take(One).ShouldBe(default);
        _time.Advance(TimeSpan.FromSeconds(0.6));
        RateAnswer answer = limiter.Take(One);
        answer.IsRefused.ShouldBeFalse();
        answer.Wait.TotalSeconds.ShouldBe(0.4, 0.001);
        limiter.Take(One).IsRefused.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(1.4));
        limiter.Take(One).ShouldBe(default);
    }

    [Theory]
    [InlineData(1, 10_000, 5)]
    [InlineData(1, 60_000, 10)]
    [InlineData(10, 1000, 0.05)]
    public void The_longest_delay_follows_from_the_rate(int average, int period, double seconds) =>
        Limiter(new RateLimiterOptions { Average = average, Period = TimeSpan.FromMilliseconds(period) }).MaxDelay.TotalSeconds.ShouldBe(seconds, 0.0001);

    [Fact]
    public void A_limiter_for_all_counts_all_together()
    {
        RateLimiter limiter = Limiter(new RateLimiterOptions { Average = 1, Burst = 2, IsPerHost = false });
        limiter.Take(One).IsRefused.ShouldBeFalse();
        limiter.Take(Other).IsRefused.ShouldBeFalse();
        limiter.Take(One).IsRefused.ShouldBeTrue();
        limiter.Hosts.ShouldBe(0);
    }

    [Fact]
    public void A_full_table_forgets_idle_hosts_first()
    {
        RateLimiter limiter = Limiter(new RateLimiterOptions { Average = 1, Burst = 5, EntriesSoftLimit = 10, EntriesHardLimit = 20 });
        for (int i = 0; i < 5; i++)
        {
            limiter.Take(One);
        }

        limiter.Take(One).IsRefused.ShouldBeTrue();
        for (int i = 0; i < 1000; i++)
        {
            // Everybody else's bucket is full again by the time that the next one comes.
            limiter.Take(HostKey.Of(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])));
            limiter.Hosts.ShouldBeLessThanOrEqualTo(20);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // The oldest of those that are not full went at last.
        limiter.Take(Other).IsRefused.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(10));
        limiter.Take(One).IsRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_window_passes_more_than_burst_and_rate(int seed)
    {
        var random = new Random(seed);
        var options = new RateLimiterOptions { Average = random.Next(1, 20), Period = TimeSpan.FromMilliseconds(random.Next(100, 5000)), Burst = random.Next(1, 10) };
        RateLimiter limiter = Limiter(options);
        double rate = options.Average / options.Period.TotalSeconds;
        var passed = new List<double>();
        for (int i = 0; i < 3000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(2000) : random.Next(20)));
            RateAnswer answer = limiter.Take(One);
            double now = _time.GetElapsedTime(0).TotalSeconds;
            if (answer.IsRefused)
            {
                answer.Wait.ShouldBeGreaterThan(limiter.MaxDelay);
                continue;
            }

            answer.Wait.ShouldBeLessThanOrEqualTo(limiter.MaxDelay);
            passed.Add(now + answer.Wait.TotalSeconds);
        }

        for (int from = 0; from < passed.Count; from += 7)
        {
            for (int to = from; to < Math.Min(passed.Count, from + 200); to++)
            {
                (to - from + 1).ShouldBeLessThanOrEqualTo((int)Math.Floor(options.Burst + (rate * (passed[to] - passed[from])) + 0.001), $"seed {seed}, {from} to {to}");
            }
        }
    }

    [Fact]
    public void Limiters_are_asked_in_order_for_their_protocols_alone()
    {
        var limits = new RateLimits(
            [
                new RateLimiterOptions { Average = 0, Protocols = ListProtocols.Dav },
                new RateLimiterOptions { Average = 1, Burst = 3, IsPerHost = false, Protocols = ListProtocols.Ssh | ListProtocols.Http },
                new RateLimiterOptions { Average = 1, Burst = 1, GeneratesDefenderEvents = true, Protocols = ListProtocols.Ssh },
            ],
            _time);
        limits.Protocols.ShouldBe(ListProtocols.Ssh | ListProtocols.Http);
        limits.Take(One, ListProtocols.Ssh, isProxy: false, out _).IsRefused.ShouldBeFalse();
        limits.Take(One, ListProtocols.Ssh, isProxy: false, out bool isScored).IsRefused.ShouldBeTrue();
        isScored.ShouldBeTrue();
        limits.Take(One, ListProtocols.Http, isProxy: false, out _).IsRefused.ShouldBeFalse();
        limits.Take(One, ListProtocols.Http, isProxy: false, out _).IsRefused.ShouldBeFalse();
        limits.Take(One, ListProtocols.Http, isProxy: false, out isScored).IsRefused.ShouldBeTrue();
        isScored.ShouldBeFalse();
        for (int i = 0; i < 10; i++)
        {
            limits.Take(One, ListProtocols.Dav, isProxy: false, out _).ShouldBe(default);
        }
    }

    [Fact]
    public void What_one_limiter_gave_is_given_back_when_the_next_one_refuses()
    {
        var limits = new RateLimits(
            [
                new RateLimiterOptions { Average = 1, Period = TimeSpan.FromHours(1), Burst = 2, IsPerHost = false },
                new RateLimiterOptions { Average = 1, Period = TimeSpan.FromHours(1), Burst = 1 },
            ],
            _time);
        limits.Take(One, ListProtocols.Ssh, isProxy: false, out _).IsRefused.ShouldBeFalse();
        for (int i = 0; i < 10; i++)
        {
            limits.Take(One, ListProtocols.Ssh, isProxy: false, out _).IsRefused.ShouldBeTrue();
        }

        limits.Take(Other, ListProtocols.Ssh, isProxy: false, out _).IsRefused.ShouldBeFalse();
        limits.Take(HostKey.Of(IPAddress.Parse("192.0.2.3")), ListProtocols.Ssh, isProxy: false, out _).IsRefused.ShouldBeTrue();
    }

    private RateLimiter Limiter(RateLimiterOptions options) => new(options, _time);
}
