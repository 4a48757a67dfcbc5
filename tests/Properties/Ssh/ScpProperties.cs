using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Scp;
using Hpc.Storage;

namespace Hpc.Properties.Tests.Ssh;

public sealed class ScpProperties
{
    private static readonly Gen<string> Names = Generators.TextOf("ab .é\\'\"", 20).Where(static name => PathText.IsName(name));

    [Fact]
    public void Entries_are_read_back() =>
        Verify.ForAll(Names.Zip(Generators.UInt64, static (name, size) => (name, size)), static value =>
        {
            long size = (long)(value.size >> 1);
            foreach ((ScpRecordKind kind, byte[] line) in new[]
            {
                (ScpRecordKind.File, ScpText.File(0x81A4, size, value.name)),
                (ScpRecordKind.Directory, ScpText.Directory(0x41ED, value.name)),
            })
            {
                line[^1].ShouldBe((byte)'\n');
                ScpRecord.TryParse(line.AsSpan(..^1), out ScpRecord record, out string reason).ShouldBeTrue(reason);
                record.Kind.ShouldBe(kind);
                record.Name.ShouldBe(value.name);
                record.Size.ShouldBe(kind == ScpRecordKind.File ? size : 0);
                record.Mode.ShouldBe(kind == ScpRecordKind.File ? 0x1A4u : 0x1EDu);
            }
        });

    [Fact]
    public void Times_are_read_back() =>
        Verify.ForAll(Generators.UInt32.Zip(Generators.UInt32, static (first, second) => (first, second)), static value =>
        {
            var attributes = new EntryAttributes { ModificationTime = new FileTime(value.first), AccessTime = new FileTime(value.second) };
            ScpRecord.TryParse(ScpText.Times(attributes).AsSpan(..^1), out ScpRecord record, out _).ShouldBeTrue();
            record.ModificationTime.ShouldBe(attributes.ModificationTime);
            record.AccessTime.ShouldBe(attributes.AccessTime);
        });

    [Fact]
    public void What_is_taken_as_an_entry_has_a_name_without_a_way_out() =>
        Verify.ForAll(
            Gen.Elements("C0644 ", "D0755 ", "C1 ", "T", "E", "\u0001").Zip(Generators.TextOf("0123456789 ./ab\\\0\n-", 30), static (head, tail) => head + tail),
            static text =>
            {
                if (ScpRecord.TryParse(Encoding.UTF8.GetBytes(text), out ScpRecord record, out string reason))
                {
                    if (record.Kind is ScpRecordKind.File or ScpRecordKind.Directory)
                    {
                        (record.Name is not "" and not "." and not "..").ShouldBeTrue();
                        record.Name.ShouldNotContain('/');
                        record.Name.ShouldNotContain('\0');
                        record.Name.ShouldNotContain('\n');
                        record.Size.ShouldBeGreaterThanOrEqualTo(0);
                        (record.Mode & ~0x1FFu).ShouldBe(0u);
                    }
                }
                else
                {
                    reason.ShouldNotBeEmpty();
                }
            });

    [Fact]
    public void Random_bytes_never_throw() =>
        Verify.ForAll(Generators.Bytes, static bytes =>
        {
            _ = ScpRecord.TryParse(bytes, out _, out _);
            _ = ScpRecord.TryParse([(byte)'C', .. bytes], out _, out _);
            _ = ScpRecord.TryParse([(byte)'T', .. bytes], out _, out _);
        });

    [Fact]
    public void A_command_line_is_a_sink_or_a_source_or_refused() =>
        Verify.ForAll(Generators.TextOf("scp -tfrpd/'\"\\*.$", 30), static tail =>
        {
            if (ScpCommand.TryParse(Encoding.UTF8.GetBytes("scp " + tail), out ScpCommand? command))
            {
                command.Paths.ShouldNotBeEmpty();
                command.Paths.ShouldAllBe(static path => path.Length > 0);
                (!command.IsSink || command.Paths.Count == 1).ShouldBeTrue();
            }
        });

    [Fact]
    public void An_error_line_is_printable_and_bounded() =>
        Verify.ForAll(Generators.Bytes, static bytes =>
        {
            byte[] line = ScpText.Error(ScpText.WarningMark, string.Create(CultureInfo.InvariantCulture, $"{PathText.Decode(bytes)} {new string('x', bytes.Length * 10)}"));
            line[0].ShouldBe(ScpText.WarningMark);
            line[^1].ShouldBe((byte)'\n');
            line.Length.ShouldBeLessThanOrEqualTo(2048);
            line[1..^1].ShouldAllBe(static c => c >= 0x20 && c != 0x7F);
        });
}
