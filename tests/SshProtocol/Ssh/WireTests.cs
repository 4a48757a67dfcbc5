using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class WireTests
{
    [Fact]
    public void Types_are_written_as_RFC_4251_shows_them()
    {
        var buffer = new byte[64];
        var writer = new WireWriter(buffer);
        writer.WriteByte(7);
        writer.WriteBoolean(true);
        writer.WriteBoolean(false);
        writer.WriteUInt32(699_921_578);
        writer.WriteUInt64(0x0102030405060708);
        writer.WriteString("testing"u8);
        writer.WriteString("ü");
        Convert.ToHexString(writer.Written).ShouldBe("07" + "01" + "00" + "29B7F4AA" + "0102030405060708" + "00000007" + "74657374696E67" + "00000002" + "C3BC");
    }

    [Theory]
    [InlineData("", "00000000")]
    [InlineData("0000", "00000000")]
    [InlineData("09A378F9B2E332A7", "0000000809A378F9B2E332A7")]
    [InlineData("80", "000000020080")]
    [InlineData("000080", "000000020080")]
    [InlineData("00007F", "000000017F")]
    public void A_magnitude_becomes_an_mpint(string magnitude, string expected)
    {
        var buffer = new byte[32];
        var writer = new WireWriter(buffer);
        writer.WriteMpint(Convert.FromHexString(magnitude));
        Convert.ToHexString(writer.Written).ShouldBe(expected);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var reader = new WireReader(Convert.FromHexString("07" + "02" + "29B7F4AA" + "0102030405060708" + "00000007" + "74657374696E67" + "00000000"));
        reader.TryReadByte(out byte b).ShouldBeTrue();
        reader.TryReadBoolean(out bool flag).ShouldBeTrue();
        reader.TryReadUInt32(out uint number).ShouldBeTrue();
        reader.TryReadUInt64(out ulong large).ShouldBeTrue();
        reader.TryReadName(7, out string name).ShouldBeTrue();
        reader.TryReadString(out ReadOnlySpan<byte> empty).ShouldBeTrue();
        (b, flag, number, large, name, empty.Length).ShouldBe(((byte)7, true, 699_921_578u, 0x0102030405060708ul, "testing", 0));
        reader.IsAtEnd.ShouldBeTrue();
        reader.TryReadByte(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("0000000568690000")]
    [InlineData("FFFFFFFF68690000")]
    [InlineData("7FFFFFFF68690000")]
    [InlineData("8000000068690000")]
    public void A_string_longer_than_its_packet_is_refused_and_nothing_is_consumed(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var reader = new WireReader(bytes);
        reader.TryReadString(out _).ShouldBeFalse();
        reader.Rest.Length.ShouldBe(bytes.Length);
    }

    [Theory]
    [InlineData("0000000161", 1, true)]
    [InlineData("000000026162", 1, false)]
    [InlineData("0000000120", 9, false)]
    [InlineData("0000000100", 9, false)]
    [InlineData("00000001FF", 9, false)]
    [InlineData("00000002C3BC", 9, false)]
    public void A_name_is_short_printable_ascii(string hex, int maxLength, bool isName)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var reader = new WireReader(bytes);
        reader.TryReadName(maxLength, out _).ShouldBe(isName);
        reader.IsAtEnd.ShouldBe(isName);
    }

    [Fact]
    public void Kexinit_has_the_layout_of_RFC_4253()
    {
        byte[] payload = (RawPeer.OfferOf("c", "m", "k", "h", "z") with { FirstPacketFollows = true }).ToPayload();
        payload[0].ShouldBe((byte)20);
        Convert.ToHexString(payload.AsSpan(17)).ShouldBe(
            "000000016B" + "0000000168" + "0000000163" + "0000000163" + "000000016D" + "000000016D" + "000000017A" + "000000017A" + "00000000" + "00000000" + "01" + "00000000");
        KexInitMessage.TryRead(payload, out KexInitMessage read).ShouldBeTrue();
        read.FirstPacketFollows.ShouldBeTrue();
        read.KeyExchange.ShouldBe(["k"]);
        read.CompressionToClient.ShouldBe(["z"]);
    }

    [Fact]
    public void Every_cut_of_a_kexinit_is_refused()
    {
        byte[] payload = RawPeer.OfferOf("c", "m").ToPayload();
        for (int length = 1; length < payload.Length; length++)
        {
            KexInitMessage.TryRead(payload.AsSpan(0, length), out _).ShouldBeFalse();
        }

        KexInitMessage.TryRead([.. payload, 0], out _).ShouldBeFalse();
    }
}
