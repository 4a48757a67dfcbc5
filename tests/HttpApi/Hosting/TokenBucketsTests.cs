using System.Net;
using Hpc.HttpApi.Hosting;

namespace Hpc.HttpApi.Tests;

public sealed class TokenBucketsTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public void They_end_for_one_address_and_come_back_with_time()
    {
        var limit = new TokenBuckets(12, TimeSpan.FromMinutes(1), _time);
        var one = IPAddress.Parse("192.0.2.1");
        Enumerable.Range(0, 20).Count(_ => IsThere(limit, one)).ShouldBe(12);
        IsThere(limit, IPAddress.Parse("2001:db8::1")).ShouldBeTrue();
        _time.Now += TimeSpan.FromSeconds(4);
        IsThere(limit, one).ShouldBeFalse();
        _time.Now += TimeSpan.FromSeconds(1);
        IsThere(limit, one).ShouldBeTrue();
        IsThere(limit, one).ShouldBeFalse();
        limit.GiveBack(one);
        IsThere(limit, one).ShouldBeTrue();
        _time.Now += TimeSpan.FromHours(1);
        Enumerable.Range(0, 20).Count(_ => IsThere(limit, one)).ShouldBe(12);
    }

    [Fact]
    public void Who_comes_back_when_told_to_finds_one_and_no_earlier()
    {
        var random = new Random(20261122);
        var one = IPAddress.Parse("2001:db8:1:2::3");
        for (int round = 0; round < 200; round++)
        {
            int most = random.Next(1, 100);
            var limit = new TokenBuckets(most, TimeSpan.FromSeconds(random.Next(1, 4000)), _time);
            while (IsThere(limit, one))
            {
                _time.Now += TimeSpan.FromTicks(random.Next(1000));
            }

            TimeSpan wait = limit.Take(one);
            _time.Now += wait - TimeSpan.FromTicks(wait.Ticks / 1000) - TimeSpan.FromTicks(2);
            IsThere(limit, one).ShouldBeFalse();
            _time.Now += limit.Take(one);
            IsThere(limit, one).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_network_of_64_bits_is_one_address()
    {
        var limit = new TokenBuckets(1, TimeSpan.FromMinutes(1), _time);
        IsThere(limit, IPAddress.Parse("2001:db8::1")).ShouldBeTrue();
        IsThere(limit, IPAddress.Parse("2001:db8::2")).ShouldBeFalse();
    }

    [Fact]
    public void No_number_is_no_limit()
    {
        var limit = new TokenBuckets(0, TimeSpan.FromMinutes(1), _time);
        Enumerable.Range(0, 1000).All(_ => IsThere(limit, IPAddress.Loopback)).ShouldBeTrue();
    }

    [Fact]
    public void Tries_at_the_same_moment_do_not_pass_the_number()
    {
        var limit = new TokenBuckets(50, TimeSpan.FromDays(1), _time);
        int taken = 0;
        Parallel.For(0, 5_000, _ => Interlocked.Add(ref taken, IsThere(limit, IPAddress.Loopback) ? 1 : 0));
        taken.ShouldBe(50);
    }

    private static bool IsThere(TokenBuckets limit, IPAddress address) => limit.Take(address) == TimeSpan.Zero;

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
