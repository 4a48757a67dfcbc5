using System.Text;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;
using Hpc.TestKit;

namespace Hpc.FtpProtocol.Tests.Listings;

public sealed class EntryLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly EntryAttributes File = new()
    {
        Type = EntryType.File,
        Size = 4096,
        Mode = 0x8000 | 0x1A4,
        UserId = 1000,
        GroupId = 100,
        LinkCount = 1,
        ModificationTime = new FileTime(Now.AddDays(-1).AddHours(-2).ToUnixTimeSeconds()),
        Identity = new FileIdentity(0x801, 0xC0DE),
    };

    private static readonly EntryAttributes Directory = File with { Type = EntryType.Directory, Mode = 0x4000 | 0x1ED, LinkCount = 3 };
    private static readonly EntryAttributes Link = File with { Type = EntryType.SymbolicLink, Mode = 0xA000 | 0x1FF, Size = 4 };

    [Fact]
    public void A_line_of_LIST_is_that_of_ls()
    {
        List(File, "a b.txt").ShouldBe("-rw-r--r--   1 1000     100              4096 Nov 20 10:00 a b.txt\r\n");
        List(Directory, "d").ShouldBe("drwxr-xr-x   3 1000     100              4096 Nov 20 10:00 d\r\n");
        List(Link, "l", "/there").ShouldBe("lrwxrwxrwx   1 1000     100                 4 Nov 20 10:00 l -> /there\r\n");
    }

    [Fact]
    public void A_time_of_long_ago_or_of_the_future_is_shown_with_its_year()
    {
        List(File with { ModificationTime = new FileTime(Now.AddDays(-183).ToUnixTimeSeconds()) }, "x").ShouldEndWith(" May 22  2026 x\r\n");
        List(File with { ModificationTime = new FileTime(Now.AddDays(1).ToUnixTimeSeconds()) }, "x").ShouldEndWith(" Nov 22  2026 x\r\n");
        List(File with { ModificationTime = new FileTime(-1) }, "x").ShouldEndWith(" Dec 31  1969 x\r\n");
    }

    [Theory]
    [InlineData(0x8000 | 0x9ED, "-rwsr-xr-x")]
    [InlineData(0x8000 | 0x800, "---S------")]
    [InlineData(0x8000 | 0x5ED, "-rwxr-sr-x")]
    [InlineData(0x8000 | 0x3FF, "-rwxrwxrwt")]
    [InlineData(0x8000 | 0x200, "---------T")]
    public void Special_bits_are_shown(int mode, string shown) => List(File with { Mode = (uint)mode }, "x").ShouldStartWith(shown + " ");

    [Fact]
    public void A_line_of_MLSD_has_facts_a_blank_and_the_name()
    {
        const string Rest = "modify=20261120100000;perm=";
        Machine(File, "a b").ShouldBe($"type=file;size=4096;{Rest}adfrw;unique=801gc0de;UNIX.mode=0644;UNIX.owner=1000;UNIX.group=100; a b\r\n");
        Machine(Directory, "d").ShouldBe($"type=dir;{Rest}cdeflmp;unique=801gc0de;UNIX.mode=0755;UNIX.owner=1000;UNIX.group=100; d\r\n");
        Machine(Link, "l", "/t").ShouldStartWith("type=OS.unix=slink:/t;size=4;");
        Machine(Link, "l").ShouldStartWith("type=OS.unix=slink;size=4;");
    }

    [Fact]
    public void The_directory_that_is_listed_and_the_one_above_have_types_of_their_own()
    {
        Write(new MachineLine(MachineFacts.Type), Directory, ".", role: EntryRole.Current).ShouldBe("type=cdir; .\r\n");
        Write(new MachineLine(MachineFacts.Type), Directory, "..", role: EntryRole.Parent).ShouldBe("type=pdir; ..\r\n");
    }

    [Fact]
    public void Without_facts_the_blank_stays() => Write(new MachineLine(MachineFacts.None), File, "x").ShouldBe(" x\r\n");

    [Theory]
    [InlineData("/a;type=dir")]
    [InlineData("/a passwd")]
    public void A_target_cannot_end_its_fact(string target) => Machine(Link, "l", target).ShouldStartWith("type=OS.unix=slink;size=4;");

    [Fact]
    public void A_name_cannot_end_the_line()
    {
        List(File, "a\r\nb").ShouldEndWith(" a??b\r\n");
        Machine(File, "a\nb").ShouldEndWith("; a?b\r\n");
        Write(new NameLine("d/"u8.ToArray()), File, "a\nb").ShouldBe("d/a?b\r\n");
    }

    [Fact]
    public void What_does_not_fit_is_not_written()
    {
        foreach (EntryLine line in new EntryLine[] { Unix(), new MachineLine(MachineFacts.All), new NameLine("dir/"u8.ToArray()) })
        {
            int whole = line.Write(new byte[1000], "name"u8, Link, "/target"u8, EntryRole.Entry);
            whole.ShouldBePositive();
            for (int room = 0; room < whole; room++)
            {
                line.Write(new byte[room], "name"u8, Link, "/target"u8, EntryRole.Entry).ShouldBe(0);
            }

            line.Write(new byte[whole], "name"u8, Link, "/target"u8, EntryRole.Entry).ShouldBe(whole);
        }
    }

    [Theory]
    [InlineData("type;size;", "type;size;")]
    [InlineData("SIZE;Type;nonsense;", "type;size;")]
    [InlineData("unix.MODE", "UNIX.mode;")]
    [InlineData("", "")]
    [InlineData("nonsense", "")]
    public void Facts_are_chosen_by_name(string asked, string chosen) => MachineFactNames.List(MachineFactNames.Parse(asked)).ShouldBe(chosen);

    [Fact]
    public void FEAT_has_a_star_at_each_fact_that_is_chosen() =>
        MachineFactNames.ListAll(MachineFacts.Type | MachineFacts.Modify).ShouldBe("type*;size;modify*;perm;unique;UNIX.mode;UNIX.owner;UNIX.group;");

    private static string List(in EntryAttributes attributes, string name, string target = "") => Write(Unix(), attributes, name, target);

    private static string Machine(in EntryAttributes attributes, string name, string target = "") => Write(new MachineLine(MachineFacts.All), attributes, name, target);

    private static UnixLine Unix() => new(new ManualTimeProvider(Now));

    private static string Write(EntryLine line, in EntryAttributes attributes, string name, string target = "", EntryRole role = EntryRole.Entry)
    {
        byte[] text = new byte[1000];
        int length = line.Write(text, Encoding.UTF8.GetBytes(name), attributes, Encoding.UTF8.GetBytes(target), role);
        return Encoding.UTF8.GetString(text, 0, length);
    }
}
