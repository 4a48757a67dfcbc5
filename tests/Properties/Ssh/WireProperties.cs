using System.Text;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.Properties.Tests.Ssh;

public sealed class WireProperties
{
    [Fact]
    public void What_is_written_is_read_back() =>
        Verify.ForAll(
            Generators.UInt32.Zip(Generators.UInt64, static (small, large) => (small, large)).Zip(Generators.Bytes, static (numbers, bytes) => (numbers.small, numbers.large, bytes)),
            static value =>
            {
                var writer = new WireWriter(new byte[64 + value.bytes.Length]);
                writer.WriteByte((byte)value.small);
                writer.WriteBoolean((value.small & 1) == 0);
                writer.WriteUInt32(value.small);
                writer.WriteUInt64(value.large);
                writer.WriteString(value.bytes);

                var reader = new WireReader(writer.Written);
                reader.TryReadByte(out byte first).ShouldBeTrue();
                reader.TryReadBoolean(out bool flag).ShouldBeTrue();
                reader.TryReadUInt32(out uint number).ShouldBeTrue();
                reader.TryReadUInt64(out ulong large).ShouldBeTrue();
                reader.TryReadString(out ReadOnlySpan<byte> bytes).ShouldBeTrue();
                first.ShouldBe((byte)value.small);
                flag.ShouldBe((value.small & 1) == 0);
                number.ShouldBe(value.small);
                large.ShouldBe(value.large);
                bytes.ToArray().ShouldBe(value.bytes);
                reader.IsAtEnd.ShouldBeTrue();
            });

    [Fact]
    public void An_mpint_has_no_needless_zero_and_is_never_negative() =>
        Verify.ForAll(Generators.Bytes, static magnitude =>
        {
            var writer = new WireWriter(new byte[magnitude.Length + 5]);
            writer.WriteMpint(magnitude);
            var reader = new WireReader(writer.Written);
            reader.TryReadMpint(out ReadOnlySpan<byte> content).ShouldBeTrue();
            reader.IsAtEnd.ShouldBeTrue();
            content.TrimStart((byte)0).ToArray().ShouldBe(magnitude.AsSpan().TrimStart((byte)0).ToArray());
            if (!content.IsEmpty)
            {
                ((content[0] & 0x80) == 0).ShouldBeTrue();
                (content[0] != 0 || (content[1] & 0x80) != 0).ShouldBeTrue();
            }
        });

    [Fact]
    public void Reading_never_throws_and_a_read_that_fails_consumes_nothing() =>
        Verify.ForAll(Generators.Bytes.Zip(Generators.Seed, static (bytes, seed) => (bytes, seed)), static value =>
        {
            var random = new Random(value.seed);
            var reader = new WireReader(value.bytes);
            for (int i = 0; i < 12; i++)
            {
                int before = reader.Rest.Length;
                bool isRead = random.Next(8) switch
                {
                    0 => reader.TryReadByte(out _),
                    1 => reader.TryReadBoolean(out _),
                    2 => reader.TryReadUInt32(out _),
                    3 => reader.TryReadUInt64(out _),
                    4 => reader.TryReadBytes(random.Next(-2, 40), out _),
                    5 => reader.TryReadName(random.Next(64), out _),
                    6 => reader.TryReadMpint(out _),
                    _ => reader.TryReadString(out _),
                };
                (isRead || reader.Rest.Length == before).ShouldBeTrue();
                (reader.Rest.Length <= before).ShouldBeTrue();
            }
        });

    [Fact]
    public void A_name_is_printable_ASCII_within_its_bound() =>
        Verify.ForAll(Generators.Bytes, static bytes =>
        {
            var writer = new WireWriter(new byte[bytes.Length + 4]);
            writer.WriteString(bytes);
            var reader = new WireReader(writer.Written);
            bool isName = reader.TryReadName(64, out string name);
            isName.ShouldBe(bytes.Length <= 64 && bytes.All(static b => b is >= 0x21 and <= 0x7e));
            (!isName || Encoding.ASCII.GetBytes(name).AsSpan().SequenceEqual(bytes)).ShouldBeTrue();
        });
}
