using System.Buffers;
using System.Text;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Tests.Control;

public sealed class ReplyTextTests
{
    [Fact]
    public void A_reply_of_one_line_is_code_and_text() => Write(new FtpReply(200, "Done.")).ShouldBe("200 Done.\r\n");

    [Fact]
    public void A_reply_of_several_lines_has_a_space_before_those_in_between() =>
        Write(new FtpReply(211, "End") { First = "Extensions:", Lines = ["SIZE", "UTF8"] }).ShouldBe("211-Extensions:\r\n SIZE\r\n UTF8\r\n211 End\r\n");

    [Fact]
    public void No_name_can_end_its_line_and_forge_another_reply() =>
        Write(new FtpReply(257, "\"a\r\n230 Logged in\0\u007f\"") { First = "x\n226 y", Lines = ["\r200 z"] })
            .ShouldBe("257-x_226 y\r\n _200 z\r\n257 \"a__230 Logged in__\"\r\n");

    [Fact]
    public void A_name_that_is_not_UTF8_goes_out_as_the_bytes_that_it_is()
    {
        var output = new ArrayBufferWriter<byte>();
        ReplyText.Write(output, new FtpReply(257, "\"\uDCFFä\""));
        output.WrittenSpan.ToArray().ShouldBe([.. "257 \""u8, 0xFF, 0xC3, 0xA4, .. "\"\r\n"u8]);
    }

    [Fact]
    public void Text_that_stands_for_no_bytes_is_still_one_line() => Write(new FtpReply(500, "\uD800\n")).ShouldEndWith("_\r\n");

    private static string Write(FtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        ReplyText.Write(output, reply);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
