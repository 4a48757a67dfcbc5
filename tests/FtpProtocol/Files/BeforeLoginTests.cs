using Hpc.FtpProtocol.Commands;
using Hpc.FtpProtocol.Tests.Control;

namespace Hpc.FtpProtocol.Tests.Files;

public sealed class BeforeLoginTests
{
    public static TheoryData<string> Commands =>
    [
        "CWD /", "XCWD /", "CDUP", "XCUP", "PWD", "XPWD", "MKD d", "XMKD d", "RMD d", "XRMD d", "DELE a", "RNFR a", "RNTO a", "SIZE a", "MDTM a", "MFMT 20200101000000 a",
        "MFCT 20200101000000 a", "MFF Modify=20200101000000; a", "AVBL", "COMB a b", "STAT /", "LIST", "NLST", "MLSD", "MLST", "HASH a", "XCRC a", "MD5 a", "XMD5 a",
        "XSHA a", "XSHA1 a", "XSHA256 a", "XSHA512 a", "SITE CPFR a", "SITE CPTO b", "SITE CHMOD 777 a", "SITE SYMLINK a b", "SITE UTIME 20200101000000 a", "SITE HELP", "SITE",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Nothing_about_files_is_done_or_told(string command)
    {
        using var host = new FtpTestHost(new FtpServerOptions { Combines = true });
        await using FtpTestClient client = host.Connect();
        await client.ExpectAsync(220);
        await client.CommandAsync(command, 530);
        await client.CommandAsync("USER " + FtpTestHost.User, 331);
        await client.CommandAsync(command, 530);
        host.Gate.Grants.ShouldBeEmpty();
    }

    [Fact]
    public void Every_command_that_moves_or_changes_something_needs_a_login()
    {
        var table = new FtpCommandTable(new FtpServerOptions { Combines = true }, hasTls: true);
        foreach (string name in table.Names)
        {
            table.TryFind(name, out CommandEntry entry).ShouldBeTrue();
            if ((entry.Traits & (CommandTraits.Mutates | CommandTraits.UsesData)) != 0)
            {
                entry.Traits.HasFlag(CommandTraits.NeedsLogin).ShouldBeTrue(name);
            }
        }
    }
}
