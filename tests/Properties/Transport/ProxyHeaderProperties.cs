using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.Transport.Proxying;

namespace Hpc.Properties.Tests.Transport;

public sealed class ProxyHeaderProperties
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    private static Gen<IPEndPoint> EndPoints(int size) =>
        from bytes in Gen.ArrayOf(Generators.Byte, size)
        from port in Gen.Choose(0, ushort.MaxValue)
        select new IPEndPoint(new IPAddress(bytes), port);

    // Source and destination of one family, what else the header has, and whether it is text.
    private static Gen<(IPEndPoint Source, IPEndPoint Destination, byte[] Extension, bool IsText)> Headers { get; } =
        from size in Gen.Elements(4, 16)
        from source in EndPoints(size)
        from destination in EndPoints(size)
        from extension in Generators.Bytes
        from isText in Gen.Elements(true, false)
        select (source, destination, extension, isText);

    [Fact]
    public void What_was_written_is_read_wherever_it_is_cut() => Verify.ForAll(Headers, static header =>
    {
        byte[] whole = Write(header);
        byte[] data = [.. whole, .. header.Extension];
        for (int i = 0; i < whole.Length; i++)
        {
            if (ProxyHeaderParser.TryParse(data.AsSpan(0, i), out _, out int wanted) != ProxyHeaderStatus.Incomplete || wanted <= i)
            {
                return false;
            }
        }

        return ProxyHeaderParser.TryParse(data, out ProxyHeader read, out int length) == ProxyHeaderStatus.Complete
            && length == whole.Length
            && read == new ProxyHeader(ProxyHeaderKind.Proxied, Plain(header.Source), Plain(header.Destination));
    });

    [Fact]
    public void Anything_is_judged_within_its_bounds() => Verify.ForAll(
        Gen.OneOf(
            Generators.Bytes,
            Generators.Bytes.Select(static bytes => (byte[])[.. Signature, .. bytes]),
            Generators.Bytes.Select(static bytes => (byte[])[.. Signature, 0x21, 0x11, .. bytes]),
            Generators.TextOf("PROXY TCP46 UNKNOWN 0123456789.:abf\r\n", 120).Select(static text => Encoding.Latin1.GetBytes("PROXY " + text)),
            Headers.SelectMany(static header => Generators.Damaged(Write(header)))),
        static data => IsBounded(data));

    [Fact]
    public void A_judgement_does_not_change_with_what_comes_behind() => Verify.ForAll(
        Headers.SelectMany(static header => Generators.Damaged(Write(header))).SelectMany(static data => Generators.Bytes.Select(behind => (data, behind))),
        static pair =>
        {
            ProxyHeaderStatus status = ProxyHeaderParser.TryParse(pair.data, out ProxyHeader header, out int length);
            ProxyHeaderStatus then = ProxyHeaderParser.TryParse([.. pair.data, .. pair.behind], out ProxyHeader later, out int laterLength);
            return status == ProxyHeaderStatus.Incomplete || (then == status && later == header && laterLength == length);
        });

    [Fact]
    public void Many_damaged_headers_are_judged_without_a_fault()
    {
        var random = new Random(7);
        byte[] text = Encoding.ASCII.GetBytes("PROXY TCP6 2001:db8::1 2001:db8::2 65535 22\r\nSSH-2.0-x\r\n");
        byte[] binary = Write((IPEndPoint.Parse("192.0.2.7:1"), IPEndPoint.Parse("192.0.2.8:2"), [1, 2, 3], false));
        for (int i = 0; i < 200_000; i++)
        {
            byte[] data = [.. (i & 1) == 0 ? text : binary];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }

            IsBounded(data.AsSpan(0, random.Next(data.Length + 1)).ToArray()).ShouldBeTrue(Convert.ToHexString(data));
        }
    }

    private static bool IsBounded(byte[] data)
    {
        ProxyHeaderStatus status = ProxyHeaderParser.TryParse(data, out ProxyHeader header, out int length);
        return status switch
        {
            ProxyHeaderStatus.Incomplete => length > data.Length && length <= ProxyHeaderParser.MaximumLength && data.Length < ProxyHeaderParser.MaximumLength,
            ProxyHeaderStatus.Complete => length is >= 15 and <= ProxyHeaderParser.MaximumLength && length <= data.Length
                && header.Kind == ProxyHeaderKind.Proxied == header.Source is not null && header.Source is not { Address.IsIPv4MappedToIPv6: true },
            _ => length == 0,
        };
    }

    private static byte[] Write((IPEndPoint Source, IPEndPoint Destination, byte[] Extension, bool IsText) header)
    {
        byte[] from = header.Source.Address.GetAddressBytes();
        byte[] to = header.Destination.Address.GetAddressBytes();
        if (header.IsText)
        {
            return Encoding.ASCII.GetBytes($"PROXY TCP{(from.Length == 4 ? 4 : 6)} {header.Source.Address} {header.Destination.Address} {header.Source.Port} {header.Destination.Port}\r\n");
        }

        byte[] rest = [.. from, .. to, .. Number(header.Source.Port), .. Number(header.Destination.Port), 0xE0, .. Number(header.Extension.Length), .. header.Extension];
        return [.. Signature, 0x21, from.Length == 4 ? (byte)0x11 : (byte)0x21, .. Number(rest.Length), .. rest];
    }

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    private static IPEndPoint Plain(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
