using System.Text;
using Hpc.SshProtocol.Scp;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Scp;

public sealed class ScpRecordTests
{
    [Theory]
    [InlineData("C0644 0 a", 0x1A4u, 0L, "a")]
    [InlineData("C0600 9223372036854775807 it's \"q\" ", 0x180u, long.MaxValue, "it's \"q\" ")]
    [InlineData("C100644 5 a b", 0x1A4u, 5L, "a b")]
    [InlineData("C6755 1 x", 0x1EDu, 1L, "x")]
    [InlineData("C0644 1 ..x", 0x1A4u, 1L, "..x")]
    [InlineData("C0644 1 \\", 0x1A4u, 1L, "\\")]
    public void A_file_record_is_read_without_bits_that_give_rights(string line, uint mode, long size, string name)
    {
        ScpRecord.TryParse(Encoding.UTF8.GetBytes(line), out ScpRecord record, out _).ShouldBeTrue();
        record.ShouldBe(new ScpRecord(ScpRecordKind.File, mode, size, name));
    }

    [Fact]
    public void Other_records_are_read()
    {
        Parse("D0755 0 dir").ShouldBe(new ScpRecord(ScpRecordKind.Directory, 0x1ED, 0, "dir"));
        Parse("E").ShouldBe(new ScpRecord(ScpRecordKind.End));
        Parse("T981173106 5 0 999999").ShouldBe(
            new ScpRecord(ScpRecordKind.Times, ModificationTime: new FileTime(981173106, 5000), AccessTime: new FileTime(0, 999_999_000)));
        Parse("\u0001scp: x").Kind.ShouldBe(ScpRecordKind.Warning);
        Parse("\u0002scp: x").Kind.ShouldBe(ScpRecordKind.Fatal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("X")]
    [InlineData("\0")]
    [InlineData("C")]
    [InlineData("C0644")]
    [InlineData("C0644 ")]
    [InlineData("C0644 1")]
    [InlineData("C0644 1 ")]
    [InlineData("C 1 a")]
    [InlineData("C0888 1 a")]
    [InlineData("C00000644 1 a")]
    [InlineData("C-644 1 a")]
    [InlineData("C0644 -1 a")]
    [InlineData("C0644 +1 a")]
    [InlineData("C0644 1x a")]
    [InlineData("C0644  a")]
    [InlineData("C0644 9223372036854775808 a")]
    [InlineData("C0644 99999999999999999999 a")]
    [InlineData("C0644 1 a/b")]
    [InlineData("C0777 10 ../x")]
    [InlineData("C0644 1 /x")]
    [InlineData("C0644 1 .")]
    [InlineData("C0644 1 ..")]
    [InlineData("C0644 1 a\0b")]
    [InlineData("C0644 1 a\nb")]
    [InlineData("D0755 0 ..")]
    [InlineData("D0755 0 x/")]
    [InlineData("T1 0 1")]
    [InlineData("T1 0 1 ")]
    [InlineData("T-1 0 1 0")]
    [InlineData("T1 1000000 1 0")]
    [InlineData("T1 0 1 0 0")]
    [InlineData("T1 0 1 0x")]
    public void Anything_else_is_refused_with_a_reason(string line)
    {
        ScpRecord.TryParse(Encoding.UTF8.GetBytes(line), out _, out string reason).ShouldBeFalse();
        reason.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("scp -t x", true, "x", "")]
    [InlineData("/usr/bin/scp -r -p -d -t -- -x", true, "-x", "rpd")]
    [InlineData("scp -prt .", true, ".", "rp")]
    [InlineData("scp -v -q -f 'a b'", false, "a b", "")]
    [InlineData("scp -rf \"it's\"", false, "it's", "r")]
    [InlineData("scp -f a\\ b", false, "a b", "")]
    [InlineData("scp -f *.txt", false, "*.txt", "")]
    public void A_command_line_is_read(string line, bool isSink, string path, string flags)
    {
        ScpCommand.TryParse(Encoding.UTF8.GetBytes(line), out ScpCommand? command).ShouldBeTrue();
        command!.IsSink.ShouldBe(isSink);
        Encoding.UTF8.GetString(command.Paths.ShouldHaveSingleItem()).ShouldBe(path);
        command.IsRecursive.ShouldBe(flags.Contains('r', StringComparison.Ordinal));
        command.KeepsTimes.ShouldBe(flags.Contains('p', StringComparison.Ordinal));
        command.TargetIsDirectory.ShouldBe(flags.Contains('d', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scp")]
    [InlineData("scp x")]
    [InlineData("scp -t")]
    [InlineData("scp -t ''")]
    [InlineData("scp -t -f x")]
    [InlineData("scp -S sh -t x")]
    [InlineData("scp -o ProxyCommand=x -t x")]
    [InlineData("scp -t x; id")]
    [InlineData("scp -t `id`")]
    [InlineData("scp -t $HOME")]
    [InlineData("scp -t 'x")]
    [InlineData("scp2 -t x")]
    [InlineData("./scp -t x")]
    [InlineData("rscp -t x")]
    public void Other_command_lines_are_not_scp(string line) => ScpCommand.TryParse(Encoding.UTF8.GetBytes(line), out _).ShouldBeFalse();

    private static ScpRecord Parse(string line)
    {
        ScpRecord.TryParse(Encoding.UTF8.GetBytes(line), out ScpRecord record, out _).ShouldBeTrue();
        return record;
    }
}
