using System.Text;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Tests.Listings;

public sealed class FtpTimeTests
{
    [Theory]
    [InlineData("19700101000000", 0, 0)]
    [InlineData("20241121001659", 1732148219, 0)]
    [InlineData("19691231235959", -1, 0)]
    [InlineData("20400229120000", 2214129600, 0)]
    [InlineData("20241121001659.25", 1732148219, 250_000_000)]
    [InlineData("20161231235960", 1483228799, 0)]
    public void A_time_is_14_digits_in_UTC(string text, long seconds, int nanoseconds)
    {
        FtpTime.TryParse(text, out FileTime time).ShouldBeTrue();
        time.ShouldBe(new FileTime(seconds, nanoseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024112100165")]
    [InlineData("20241321001659")]
    [InlineData("20230229000000")]
    [InlineData("20241121241659")]
    [InlineData("20241121001659.")]
    [InlineData("20241121001659.x")]
    [InlineData("2024112100165x")]
    [InlineData("00001121001659")]
    public void What_is_no_time_is_refused(string text) => FtpTime.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(1);
        byte[] digits = new byte[FtpTime.Length];
        for (int i = 0; i < 10_000; i++)
        {
            long seconds = random.NextInt64(-62_000_000_000, 253_000_000_000);
            FtpTime.Write(digits, seconds);
            string text = Encoding.ASCII.GetString(digits);
            FtpTime.ToText(new FileTime(seconds)).ShouldBe(text);
            FtpTime.TryParse(text, out FileTime time).ShouldBeTrue();
            time.Seconds.ShouldBe(seconds);
        }
    }

    [Theory]
    [InlineData(long.MinValue, "00010101000000")]
    [InlineData(long.MaxValue, "99991231235959")]
    public void What_the_calendar_does_not_hold_is_its_end(long seconds, string text) => FtpTime.ToText(new FileTime(seconds)).ShouldBe(text);
}
