using System.Net;
using System.Text;
using Hpc.FtpProtocol.Data;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class DataAddressTests
{
    [Theory]
    [InlineData("127,0,0,1,4,1", "127.0.0.1:1025")]
    [InlineData("255,255,255,255,255,255", "255.255.255.255:65535")]
    [InlineData("0,0,0,0,0,0", "0.0.0.0:0")]
    [InlineData("010,001,002,003,004,005", "10.1.2.3:1029")]
    public void PORT_is_six_numbers(string text, string expected)
    {
        DataAddress.TryParsePort(Encoding.ASCII.GetBytes(text), out IPEndPoint? endPoint).ShouldBeTrue();
        endPoint!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,2,3,4,5")]
    [InlineData("1,2,3,4,5,6,7")]
    [InlineData("1,2,3,4,5,6 ")]
    [InlineData(" 1,2,3,4,5,6")]
    [InlineData("1,2,3,4,5,256")]
    [InlineData("1,2,3,4,5,-6")]
    [InlineData("1,2,3,4,+5,6")]
    [InlineData("1,2,3,4,,6")]
    [InlineData("1,2,3,4,5,")]
    [InlineData("0x1,2,3,4,5,6")]
    [InlineData("1.2.3.4,5,6")]
    [InlineData("0001,2,3,4,5,6")]
    public void Other_PORTs_are_refused(string text) =>
        DataAddress.TryParsePort(Encoding.Latin1.GetBytes(text), out _).ShouldBeFalse();

    [Theory]
    [InlineData("|1|132.235.1.2|6275|", "132.235.1.2:6275")]
    [InlineData("!1!132.235.1.2!6275!", "132.235.1.2:6275")]
    [InlineData("|2|1080::8:800:200C:417A|5282|", "[1080::8:800:200c:417a]:5282")]
    [InlineData("|2|::1|5282|", "[::1]:5282")]
    [InlineData("|2|::ffff:192.0.2.1|5282|", "[::ffff:192.0.2.1]:5282")]
    [InlineData("|3|whatever|5282|", null)]
    [InlineData("|0|132.235.1.2|6275|", null)]
    public void EPRT_is_a_family_an_address_and_a_port_between_delimiters(string text, string? expected)
    {
        DataAddress.TryParseExtended(Encoding.ASCII.GetBytes(text), out IPEndPoint? endPoint).ShouldBeTrue();
        endPoint?.ToString().ShouldBe(expected);
        (endPoint is null).ShouldBe(expected is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("|")]
    [InlineData("||||")]
    [InlineData("|1|132.235.1.2|6275")]
    [InlineData("|1|132.235.1.2|6275|x")]
    [InlineData("|1|132.235.1.2|65536|")]
    [InlineData("|1|132.235.1.2|-1|")]
    [InlineData("|1|132.235.1|6275|")]
    [InlineData("|1|132.235.1.0x2|6275|")]
    [InlineData("|1|132.235.1.2.3|6275|")]
    [InlineData("|1|1|6275|")]
    [InlineData("|1|::1|6275|")]
    [InlineData("|2|132.235.1.2|6275|")]
    [InlineData("|2|fe80::1%eth0|6275|")]
    [InlineData("|2|[::1]|6275|")]
    [InlineData("|2|::1/64|6275|")]
    [InlineData("|2|1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:1:2:3:4:5:6:7:8|6275|")]
    [InlineData(" 1 132.235.1.2 6275 ")]
    public void Other_EPRTs_are_refused(string text) =>
        DataAddress.TryParseExtended(Encoding.Latin1.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void What_is_written_is_read_back_and_noise_never_throws()
    {
        var random = new Random(959);
        byte[] bytes = new byte[4];
        for (int i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            var endPoint = new IPEndPoint(new IPAddress(bytes), random.Next(65536));
            DataAddress.TryParsePort(Encoding.ASCII.GetBytes(DataAddress.ToText(endPoint.Address, endPoint.Port)), out IPEndPoint? read).ShouldBeTrue();
            read.ShouldBe(endPoint);
            byte[] extended = Encoding.ASCII.GetBytes($"|1|{endPoint.Address}|{endPoint.Port}|");
            DataAddress.TryParseExtended(extended, out read).ShouldBeTrue();
            read.ShouldBe(endPoint);
            extended[random.Next(extended.Length)] = (byte)random.Next(256);
            _ = DataAddress.TryParseExtended(extended, out _);
            _ = DataAddress.TryParsePort(extended, out _);
        }
    }
}
