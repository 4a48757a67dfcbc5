using System.Net;
using Hpc.HttpApi.Shares;

namespace Hpc.HttpApi.Tests;

public sealed class WrongPasswordsTests
{
    [Fact]
    public void They_end_for_one_address_and_come_back_with_time()
    {
        var time = new SteppedTime();
        var limit = new WrongPasswords(12, TimeSpan.FromMinutes(1), time);
        var one = IPAddress.Parse("192.0.2.1");
        Enumerable.Range(0, 20).Count(_ => limit.TryTake(one)).ShouldBe(12);
        limit.TryTake(IPAddress.Parse("2001:db8::1")).ShouldBeTrue();
        time.Now += TimeSpan.FromSeconds(4);
        limit.TryTake(one).ShouldBeFalse();
        time.Now += TimeSpan.FromSeconds(1);
        limit.TryTake(one).ShouldBeTrue();
        limit.TryTake(one).ShouldBeFalse();
        limit.GiveBack(one);
        limit.TryTake(one).ShouldBeTrue();
        time.Now += TimeSpan.FromHours(1);
        Enumerable.Range(0, 20).Count(_ => limit.TryTake(one)).ShouldBe(12);
    }

    [Fact]
    public void Tries_at_the_same_moment_do_not_pass_the_number()
    {
        var limit = new WrongPasswords(50, TimeSpan.FromDays(1), new SteppedTime());
        int taken = 0;
        Parallel.For(0, 5_000, _ => Interlocked.Add(ref taken, limit.TryTake(IPAddress.Loopback) ? 1 : 0));
        taken.ShouldBe(50);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
