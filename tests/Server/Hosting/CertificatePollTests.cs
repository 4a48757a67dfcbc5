using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Server.Tests.Hosting;

public sealed class CertificatePollTests
{
    [Fact]
    public async Task Certificates_are_read_again_three_times_a_day()
    {
        var time = new ManualTimeProvider();
        using var looks = new SemaphoreSlim(0);
        bool isRead = true;
        var logger = new LineLogger<CertificatePollTests>();
        await using (new CertificatePoll(() => (looks.Release() >= 0) & isRead, time, logger))
        {
            time.Advance(TimeSpan.FromHours(7.9));
            looks.CurrentCount.ShouldBe(0);
            time.Advance(TimeSpan.FromHours(0.1));
            (await looks.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
            logger.Lines.ShouldBeEmpty();
            isRead = false;
            time.Advance(TimeSpan.FromHours(8));
            (await looks.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        }

        logger.Lines.ShouldHaveSingleItem().ShouldContain("stays as it was");
    }

    [Fact]
    public async Task A_look_that_fails_is_told_and_the_next_one_comes()
    {
        var time = new ManualTimeProvider();
        using var looks = new SemaphoreSlim(0);
        var logger = new LineLogger<CertificatePollTests>();
        await using (new CertificatePoll(() => looks.Release() < 0 ? true : throw new InvalidOperationException("no such thing"), time, logger))
        {
            time.Advance(CertificatePoll.Interval);
            (await looks.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
            time.Advance(CertificatePoll.Interval);
            (await looks.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        }

        logger.Lines.Count.ShouldBe(2);
        logger.Lines[0].ShouldContain("failed");
    }
}
