using Hpc.LoadTests.Cli;

namespace Hpc.LoadTests.Tests.Engine;

public sealed class OpenSessionsTests
{
    [Fact]
    public void Sessions_up_to_the_limit_are_within_it()
    {
        var open = new OpenSessions(users: 2, limit: 2);
        open.Began(0);
        open.Began(1);
        open.Began(0);
        open.Ended(0);
        open.Began(0);
        open.Most.ShouldBe(2);
        open.MostOfAll.ShouldBe(3);
        open.Above.ShouldBe(0);
        open.Open.ShouldBe(3);
    }

    [Fact]
    public void Each_session_beyond_the_limit_is_counted()
    {
        var open = new OpenSessions(users: 1, limit: 1);
        open.Began(0);
        open.Began(0);
        open.Began(0);
        open.Ended(0);
        open.Most.ShouldBe(3);
        open.Above.ShouldBe(2);
    }

    [Fact]
    public void Many_at_once_lose_no_session()
    {
        var open = new OpenSessions(users: 3, limit: 1_000_000);
        Parallel.For(0, 30_000, number =>
        {
            open.Began(number % 3);
            open.Ended(number % 3);
        });
        open.Open.ShouldBe(0);
        open.Most.ShouldBeInRange(1, 10_000);
    }
}
