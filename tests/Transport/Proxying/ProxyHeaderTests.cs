using System.Net;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Tests.Proxying;

public sealed class ProxyHeaderTests
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:56324");
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.1:22");

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 22\r\n", "192.0.2.7:56324", "198.51.100.1:22")]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255:65535", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:DB8:0:0:0:0:0:1 56324 22\r\n", "[2001:db8::7]:56324", "[2001:db8::1]:22")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7:1", "[::1]:2")]
    public void A_line_names_client_and_server(string line, string source, string destination)
    {
        byte[] data = ProxyHeaders.Text(line + "SSH-2.0-x\r\n");
        ProxyHeaderParser.TryParse(data, out ProxyHeader header, out int length).ShouldBe(ProxyHeaderStatus.Complete);
        length.ShouldBe(line.Length);
        header.ShouldBe(new ProxyHeader(ProxyHeaderKind.Proxied, IPEndPoint.Parse(source), IPEndPoint.Parse(destination)));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN \xFF\x00 whatever\r\n")]
    public void An_unknown_client_is_nobody_in_particular(string line)
    {
        ProxyHeaderParser.TryParse(ProxyHeaders.Text(line), out ProxyHeader header, out int length).ShouldBe(ProxyHeaderStatus.Complete);
        (header.Kind, length).ShouldBe((ProxyHeaderKind.Unknown, line.Length));
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 22 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 22 1\r\n")]
    [InlineData("PROXY TCP4  192.0.2.7 198.51.100.1 56324 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 056 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 -1 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 +1 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7.1 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 192.0.2. 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 0300.0.2.7 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 0xC0.0.2.7 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 3221225991 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 22\r\n")]
    [InlineData("PROXY TCP6 192.0.2.7 198.51.100.1 1 22\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 1 22\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 1 22\r\n")]
    [InlineData("PROXY TCP6 ::1/64 ::1 1 22\r\n")]
    [InlineData("PROXY TCP6 :: 1 22\r\n")]
    [InlineData("PROXY TCP5 192.0.2.7 198.51.100.1 56324 22\r\n")]
    [InlineData("PROXY tcp4 192.0.2.7 198.51.100.1 56324 22\r\n")]
    [InlineData("PROXY UDP4 192.0.2.7 198.51.100.1 56324 22\r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY TCP4 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 22\n\r\n")]
    public void A_line_that_breaks_the_rules_is_refused(string line) =>
        ProxyHeaderParser.TryParse(ProxyHeaders.Text(line), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);

    [Fact]
    public void A_line_ends_within_107_bytes()
    {
        byte[] longest = ProxyHeaders.Text("PROXY UNKNOWN " + new string('x', 91) + "\r\n");
        longest.Length.ShouldBe(107);
        ProxyHeaderParser.TryParse(longest, out _, out _).ShouldBe(ProxyHeaderStatus.Complete);
        byte[] endless = ProxyHeaders.Text("PROXY UNKNOWN " + new string('x', 92) + "\r\n");
        ProxyHeaderParser.TryParse(endless, out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
        ProxyHeaderParser.TryParse(endless.AsSpan(0, 106), out _, out _).ShouldBe(ProxyHeaderStatus.Incomplete);
        ProxyHeaderParser.TryParse(endless.AsSpan(0, 107), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n")]
    [InlineData("PROXYTCP4 1.2.3.4 1.2.3.4 1 1\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData("\0")]
    public void Anything_else_is_no_header(string text) =>
        ProxyHeaderParser.TryParse(ProxyHeaders.Text(text), out _, out _).ShouldBe(ProxyHeaderStatus.Absent);

    [Theory]
    [InlineData("192.0.2.7:56324", "198.51.100.1:22")]
    [InlineData("[2001:db8::7]:56324", "[2001:db8::1]:22")]
    public void Version_2_names_client_and_server(string source, string destination)
    {
        byte[] plain = ProxyHeaders.Binary(IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        byte[] extended = ProxyHeaders.Binary(
            IPEndPoint.Parse(source), IPEndPoint.Parse(destination),
            [.. ProxyHeaders.Extension(0x02, "example.org"u8.ToArray()), .. ProxyHeaders.Extension(0x04), .. ProxyHeaders.Extension(0xE0, new byte[200])]);
        foreach (byte[] whole in (byte[][])[plain, extended, ProxyHeaders.WithChecksum(plain), ProxyHeaders.WithChecksum(extended)])
        {
            byte[] data = [.. whole, .. "SSH-2.0-x\r\n"u8];
            ProxyHeaderParser.TryParse(data, out ProxyHeader header, out int length).ShouldBe(ProxyHeaderStatus.Complete);
            length.ShouldBe(whole.Length);
            header.ShouldBe(new ProxyHeader(ProxyHeaderKind.Proxied, IPEndPoint.Parse(source), IPEndPoint.Parse(destination)));
        }
    }

    [Fact]
    public void An_IPv4_address_in_the_form_of_IPv6_is_given_as_IPv4()
    {
        byte[] data = ProxyHeaders.Binary(new IPEndPoint(Client.Address.MapToIPv6(), 1), new IPEndPoint(IPAddress.IPv6Loopback, 2));
        ProxyHeaderParser.TryParse(data, out ProxyHeader header, out _).ShouldBe(ProxyHeaderStatus.Complete);
        header.Source!.Address.ShouldBe(Client.Address);
    }

    [Fact]
    public void A_proxys_own_connections_and_those_of_unknown_clients_say_so()
    {
        byte[] local = ProxyHeaders.Binary(0x20, 0x00);
        ProxyHeaderParser.TryParse(local, out ProxyHeader header, out int length).ShouldBe(ProxyHeaderStatus.Complete);
        (header.Kind, length).ShouldBe((ProxyHeaderKind.Local, 16));
        ProxyHeaderParser.TryParse(ProxyHeaders.Binary(0x20, 0x31, new byte[99]), out header, out length).ShouldBe(ProxyHeaderStatus.Complete);
        (header.Kind, length).ShouldBe((ProxyHeaderKind.Local, 115));
        ProxyHeaderParser.TryParse(ProxyHeaders.Binary(0x21, 0x00, 1, 2, 3), out header, out length).ShouldBe(ProxyHeaderStatus.Complete);
        (header.Kind, length).ShouldBe((ProxyHeaderKind.Unknown, 19));
    }

    [Theory]
    [InlineData(0x11, 0x11)] // version 1
    [InlineData(0x31, 0x11)] // version 3
    [InlineData(0x22, 0x11)] // no such command
    [InlineData(0x21, 0x12)] // datagrams
    [InlineData(0x21, 0x22)]
    [InlineData(0x21, 0x31)] // a Unix socket
    [InlineData(0x21, 0x01)]
    [InlineData(0x21, 0x10)]
    [InlineData(0x21, 0x41)]
    public void Version_2_with_another_version_command_or_family_is_refused(byte command, byte family) =>
        ProxyHeaderParser.TryParse(ProxyHeaders.Binary(command, family, new byte[250]), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);

    [Theory]
    [InlineData(0x11, 11)]
    [InlineData(0x21, 35)]
    [InlineData(0x11, 0)]
    [InlineData(0x21, 12)]
    public void Version_2_without_room_for_its_addresses_is_refused(byte family, int length) =>
        ProxyHeaderParser.TryParse(ProxyHeaders.Binary(0x21, family, new byte[length]), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);

    [Fact]
    public void Extensions_fit_into_the_header()
    {
        foreach (byte[] broken in (byte[][])[[1], [1, 0], [1, 0, 1], [1, 0, 2, 9], [1, 255, 255, 9]])
        {
            ProxyHeaderParser.TryParse(ProxyHeaders.Binary(Client, Server, broken), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
        }
    }

    [Fact]
    public void A_checksum_is_checked_wherever_it_stands()
    {
        byte[] whole = ProxyHeaders.WithChecksum(ProxyHeaders.Binary(Client, Server, ProxyHeaders.Extension(0x02, 1, 2, 3)));
        ProxyHeaderParser.TryParse(whole, out _, out _).ShouldBe(ProxyHeaderStatus.Complete);
        for (int i = 16; i < whole.Length; i++)
        {
            // A changed type makes another extension of it, which nobody looks at.
            if (i is 28 or 34)
            {
                continue;
            }

            byte[] changed = [.. whole];
            changed[i] ^= 1;
            ProxyHeaderParser.TryParse(changed, out _, out _).ShouldBe(ProxyHeaderStatus.Malformed, $"byte {i}");
        }

        byte[] first = ProxyHeaders.Binary(Client, Server, [.. ProxyHeaders.Extension(0x03, 0, 0, 0, 0), .. ProxyHeaders.Extension(0x04, 7)]);
        uint crc = ProxyHeaders.Crc32C(first);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(first.AsSpan(31), crc);
        ProxyHeaderParser.TryParse(first, out _, out _).ShouldBe(ProxyHeaderStatus.Complete);
        byte[] twice = [.. first.AsSpan(0, 35), .. ProxyHeaders.Extension(0x03, 0, 0, 0, 0)];
        twice[15] = (byte)(twice.Length - 16);
        ProxyHeaderParser.TryParse(twice, out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
        ProxyHeaderParser.TryParse(ProxyHeaders.Binary(Client, Server, ProxyHeaders.Extension(0x03, 1, 2, 3)), out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
    }

    [Fact]
    public void The_checksum_is_the_one_of_RFC_3720() =>
        ProxyHeaders.Crc32C(new byte[32]).ShouldBe(0x8A9136AAu);

    [Fact]
    public void Version_2_is_bounded_before_it_has_come()
    {
        byte[] longest = ProxyHeaders.Binary(Client, Server, [.. ProxyHeaders.Extension(0xE0, new byte[ProxyHeaderParser.MaximumLength - 31])]);
        longest.Length.ShouldBe(ProxyHeaderParser.MaximumLength);
        ProxyHeaderParser.TryParse(longest, out _, out _).ShouldBe(ProxyHeaderStatus.Complete);
        byte[] tooLong = [.. longest.AsSpan(0, 16)];
        tooLong[15]++;
        ProxyHeaderParser.TryParse(tooLong, out _, out _).ShouldBe(ProxyHeaderStatus.Malformed);
    }

    [Fact]
    public void A_header_is_incomplete_until_its_last_byte()
    {
        foreach (byte[] whole in (byte[][])[
            ProxyHeaders.Text("PROXY TCP4 192.0.2.7 198.51.100.1 56324 22\r\n"), ProxyHeaders.Text("PROXY UNKNOWN\r\n"),
            ProxyHeaders.Binary(Client, Server), ProxyHeaders.WithChecksum(ProxyHeaders.Binary(Client, Server)), ProxyHeaders.Binary(0x20, 0x00)])
        {
            for (int i = 0; i < whole.Length; i++)
            {
                ProxyHeaderParser.TryParse(whole.AsSpan(0, i), out _, out int wanted).ShouldBe(ProxyHeaderStatus.Incomplete);
                wanted.ShouldBeInRange(i + 1, Math.Max(whole.Length, 16));
            }
        }
    }
}
