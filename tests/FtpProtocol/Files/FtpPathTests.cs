using System.Text;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Tests.Files;

public sealed class FtpPathTests
{
    [Theory]
    [InlineData("a", "/dir/a")]
    [InlineData("/a", "/a")]
    [InlineData("../../../a", "/a")]
    [InlineData("~", "/start")]
    [InlineData("~/", "/start")]
    [InlineData("~/a", "/start/a")]
    [InlineData("~//a", "/start/a")]
    [InlineData("~a", "/dir/~a")]
    [InlineData("./~", "/dir/~")]
    [InlineData(" a ", "/dir/ a ")]
    [InlineData("\"a\"", "/dir/\"a\"")]
    [InlineData("a\\b", "/dir/a\\b")]
    [InlineData("", "/dir")]
    public void A_path_counts_from_the_directory_or_the_start(string text, string expected)
    {
        FtpPath.TryParse(Encoding.UTF8.GetBytes(text), At("/dir"), At("/start"), out VirtualPath path).ShouldBeTrue();
        path.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("~/a\n")]
    public void Line_ends_and_NUL_are_in_no_path(string text) =>
        FtpPath.TryParse(Encoding.UTF8.GetBytes(text), At("/dir"), At("/start"), out _).ShouldBeFalse();

    [Fact]
    public void Bytes_that_are_no_UTF8_are_kept()
    {
        byte[] name = [(byte)'/', 0xE9, 0xFF];
        FtpPath.TryParse(name, VirtualPath.Root, VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        path.ToUtf8().ShouldBe(name);
    }

    [Fact]
    public void Quotes_are_doubled_and_line_ends_are_not_shown()
    {
        VirtualPath.Root.TryCombine("a\"b\r\n257 forged", out VirtualPath path).ShouldBeTrue();
        FtpPath.Quoted(path).ShouldBe("\"/a\"\"b??257 forged\"");
    }

    [Fact]
    public void Every_error_has_a_code_for_failures_and_a_text()
    {
        foreach (StorageError error in Enum.GetValues<StorageError>())
        {
            FtpReply reply = FtpErrors.ToReply(error);
            reply.Text.ShouldEndWith(".");
            (reply.Code is >= 450 and <= 553).ShouldBe(error != StorageError.None);
        }

        FtpErrors.ToTransferReply(StorageError.Cancelled).Code.ShouldBe(426);
        FtpErrors.ToTransferReply(StorageError.QuotaExceeded).Code.ShouldBe(552);
    }

    private static VirtualPath At(string path) => VirtualPath.TryParse(path, VirtualPath.Root, out VirtualPath parsed) ? parsed : throw new ArgumentException(path);
}
