using System.Net;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Hosting;

public class SmallHostingTests
{
    [Theory]
    [InlineData("plain@host", "plain@host")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(rm)", "'$(rm)'")]
    [InlineData("", "''")]
    public void A_shell_takes_quoted_text_as_one_word(string text, string quoted) => ShellText.Quote(text).ShouldBe(quoted);

    [Fact]
    public void The_program_is_called_as_the_shell_finds_it()
    {
        CommandName.Find("/usr/bin/hpc", "/bin:/usr/bin").ShouldBe("hpc");
        CommandName.Find("/opt/my hpc/hpc", "/bin:/usr/bin").ShouldBe("'/opt/my hpc/hpc'");
        CommandName.Find("/usr/bin/dotnet", "/usr/bin").ShouldStartWith("dotnet ");
    }

    [Fact]
    public void The_connect_line_is_ready_to_paste()
    {
        Greeting.ConnectLine(new IPEndPoint(IPAddress.Loopback, 2022), "ann").ShouldBe("sftp -P 2022 ann@127.0.0.1");
        Greeting.ConnectLine(new IPEndPoint(IPAddress.IPv6Loopback, 5), "ann").ShouldBe("sftp -P 5 ann@[::1]");
    }

    [Fact]
    public void The_buffer_limit_is_a_bounded_part_of_the_memory()
    {
        BufferLimit.Of(16).ShouldBe(16L << 20);
        BufferLimit.Of(0).ShouldBeInRange(64L << 20, 8192L << 20);
    }

    [Fact]
    public void Two_servers_do_not_share_a_data_directory()
    {
        using var temporary = new TemporaryDirectory();
        var directory = new DataDirectory(new HpcOptions { DataDirectory = temporary["data"] });
        directory.Create();
        using (directory.Lock())
        {
            Should.Throw<ConfigurationException>(() => directory.Lock()).Message.ShouldContain("another 'hpc serve' is using");
        }

        using IDisposable again = directory.Lock();
    }

    [Fact]
    public void A_private_file_is_replaced_whole()
    {
        using var temporary = new TemporaryDirectory();
        PrivateFile.Write(temporary["f"], "one"u8);
        PrivateFile.Write(temporary["f"], "two"u8);
        File.ReadAllText(temporary["f"]).ShouldBe("two");
        PrivateFile.IsOpenToOthers(temporary["f"]).ShouldBeFalse();
        Directory.GetFiles(temporary.Path).Length.ShouldBe(1);
    }
}
