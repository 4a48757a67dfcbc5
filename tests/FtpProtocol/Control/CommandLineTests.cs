using System.Text;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Tests.Control;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("NOOP\r\n", "NOOP")]
    [InlineData("NOOP\n", "NOOP")]
    [InlineData("\r\n", "")]
    [InlineData("A\rB\r\n", "A\rB")]
    [InlineData("A\r\0B\r\n", "A\rB")]
    [InlineData("A\0B\r\n", "A\0B")]
    [InlineData("A\r\r\n", "A\r")]
    [InlineData("\xFF\xF4\xFF\xF2" + "ABOR\r\n", "ABOR")]
    [InlineData("\xFF\xFB\x01\xFF\xFE\x03NOOP\r\n", "NOOP")]
    [InlineData("CWD a\xFF\xFF" + "b\r\n", "CWD a\xFF" + "b")]
    [InlineData("CWD a\xFF" + "b\r\n", "CWD a\xFF" + "b")]
    [InlineData("CWD a\xFF\r\n", "CWD a\xFF")]
    [InlineData("CWD a\xFF\xFE\r\n", "CWD a")]
    [InlineData("CWD %n%s\r\n", "CWD %n%s")]
    public void A_line_is_what_stands_before_its_end_without_Telnet_commands(string input, string expected)
    {
        var line = new CommandLine(100);
        byte[] bytes = Encoding.Latin1.GetBytes(input);
        line.Take(bytes).ShouldBe(bytes.Length);
        line.IsComplete.ShouldBeTrue();
        line.IsTooLong.ShouldBeFalse();
        Encoding.Latin1.GetString(line.Bytes.Span).ShouldBe(expected);
    }

    [Fact]
    public void What_follows_the_line_is_left()
    {
        var line = new CommandLine(100);
        line.Take("USER a\r\nPASS b\r\n"u8).ShouldBe(8);
        line.Clear();
        line.Take("PASS b\r\n"u8).ShouldBe(8);
        Encoding.ASCII.GetString(line.Bytes.Span).ShouldBe("PASS b");
    }

    [Fact]
    public void A_line_of_the_longest_length_is_taken_and_one_byte_more_is_too_long()
    {
        var line = new CommandLine(8);
        line.Take("12345678\r\n"u8);
        line.IsTooLong.ShouldBeFalse();
        line.Clear();
        line.Take("123456789\r\n"u8);
        line.IsComplete.ShouldBeTrue();
        line.IsTooLong.ShouldBeTrue();
        line.Bytes.Length.ShouldBe(8);
        line.Clear();
        line.IsTooLong.ShouldBeFalse();
    }

    [Fact]
    public void A_megabyte_without_an_end_is_read_over()
    {
        var line = new CommandLine(8192);
        byte[] noise = new byte[1 << 20];
        noise.AsSpan().Fill((byte)'x');
        line.Take(noise).ShouldBe(noise.Length);
        line.IsComplete.ShouldBeFalse();
        line.IsTooLong.ShouldBeTrue();
        line.Take("\r\nNOOP\r\n"u8).ShouldBe(2);
        line.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void Random_bytes_come_out_the_same_at_every_split_point()
    {
        var random = new Random(11);
        byte[] alphabet = [13, 10, 0, 255, 254, 251, 244, 240, 242, (byte)'a', (byte)' ', 128];
        for (int i = 0; i < 2_000; i++)
        {
            byte[] input = new byte[random.Next(1, 40)];
            for (int at = 0; at < input.Length; at++)
            {
                input[at] = alphabet[random.Next(alphabet.Length)];
            }

            List<string> whole = Lines(input, input.Length, 12);
            Lines(input, 1, 12).ShouldBe(whole);
            Lines(input, random.Next(1, 7), 12).ShouldBe(whole);
        }
    }

    private static List<string> Lines(byte[] input, int step, int maxLength)
    {
        List<string> lines = [];
        var line = new CommandLine(maxLength);
        int at = 0;
        while (at < input.Length)
        {
            int taken = line.Take(input.AsSpan(at, Math.Min(step, input.Length - at)));
            taken.ShouldBeGreaterThan(0);
            at += taken;
            if (line.IsComplete)
            {
                lines.Add($"{line.IsTooLong} {Convert.ToHexString(line.Bytes.Span)}");
                line.Clear();
            }
        }

        lines.Add(Convert.ToHexString(line.Bytes.Span));
        return lines;
    }
}
