using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.Properties.Tests.Sftp;

public sealed class SftpAttributesProperties
{
    [Fact]
    public void Changes_are_read_back() =>
        Verify.ForAll(Generators.UInt32.Zip(Generators.UInt64, static (small, large) => (small, large)), static value =>
        {
            uint bits = value.small;
            var changes = new AttributeChanges
            {
                Size = (bits & 1) != 0 ? (long)(value.large >> 1) : null,
                UserId = (bits & 2) != 0 ? (uint)value.large : null,
                GroupId = (bits & 2) != 0 ? bits : null,
                Permissions = (bits & 4) != 0 ? bits & 0xFFF : null,
                AccessTime = (bits & 8) != 0 ? new FileTime(bits) : null,
                ModificationTime = (bits & 8) != 0 ? new FileTime((uint)value.large) : null,
            };
            var writer = new WireWriter(new byte[64]);
            SftpAttributes.Write(ref writer, changes);
            var reader = new WireReader(writer.Written);
            SftpAttributes.TryRead(ref reader, out AttributeChanges read).ShouldBeTrue();
            reader.IsAtEnd.ShouldBeTrue();
            read.ShouldBe(changes);
        });

    [Fact]
    public void Attributes_are_read_back_to_the_second() =>
        Verify.ForAll(Generators.UInt32.Zip(Generators.UInt64, static (small, large) => (small, large)), static value =>
        {
            var attributes = new EntryAttributes
            {
                Size = (long)(value.large >> 1),
                UserId = value.small,
                GroupId = (uint)value.large,
                Mode = 0x81A4,
                AccessTime = new FileTime(value.small),
                ModificationTime = new FileTime((uint)value.large),
            };
            var writer = new WireWriter(new byte[SftpAttributes.WrittenLength]);
            SftpAttributes.Write(ref writer, attributes);
            writer.Length.ShouldBe(SftpAttributes.WrittenLength);
            var reader = new WireReader(writer.Written);
            SftpAttributes.TryReadEntry(ref reader, out EntryAttributes read).ShouldBeTrue();
            reader.IsAtEnd.ShouldBeTrue();
            read.Size.ShouldBe(attributes.Size);
            read.UserId.ShouldBe(attributes.UserId);
            read.GroupId.ShouldBe(attributes.GroupId);
            read.Mode.ShouldBe(attributes.Mode);
            read.AccessTime.ShouldBe(attributes.AccessTime);
            read.ModificationTime.ShouldBe(attributes.ModificationTime);
        });

    [Fact]
    public void Random_bytes_never_throw_and_sizes_stay_positive() =>
        Verify.ForAll(Generators.UInt32.Zip(Generators.Bytes, static (flags, rest) => (flags, rest)), static value =>
        {
            uint flags = (value.flags & 1) == 0 ? value.flags & 0x8000000F : value.flags;
            byte[] bytes = [(byte)(flags >> 24), (byte)(flags >> 16), (byte)(flags >> 8), (byte)flags, .. value.rest];
            var reader = new WireReader(bytes);
            if (SftpAttributes.TryRead(ref reader, out AttributeChanges changes))
            {
                (changes.Size is null or >= 0).ShouldBeTrue();
                (changes.Permissions is null or <= 0xFFF).ShouldBeTrue();
            }

            var second = new WireReader(bytes);
            _ = SftpAttributes.TryReadEntry(ref second, out _);
        });
}
