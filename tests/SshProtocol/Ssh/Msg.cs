using System.Buffers.Binary;
using System.Text;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Messages put together from their fields: byte, bool, uint, ulong, string or byte[] (as strings), and <see cref="Raw"/>.</summary>
internal static class Msg
{
    public static byte[] Of(MessageNumber number, params object[] fields)
    {
        var bytes = new List<byte> { (byte)number };
        Span<byte> eight = stackalloc byte[8];
        foreach (object field in fields)
        {
            switch (field)
            {
                case byte value:
                    bytes.Add(value);
                    break;
                case bool value:
                    bytes.Add(value ? (byte)1 : (byte)0);
                    break;
                case uint value:
                    BinaryPrimitives.WriteUInt32BigEndian(eight, value);
                    bytes.AddRange(eight[..4]);
                    break;
                case ulong value:
                    BinaryPrimitives.WriteUInt64BigEndian(eight, value);
                    bytes.AddRange(eight);
                    break;
                case string value:
                    AddString(bytes, Encoding.UTF8.GetBytes(value));
                    break;
                case byte[] value:
                    AddString(bytes, value);
                    break;
                case Raw value:
                    bytes.AddRange(value.Bytes);
                    break;
                default:
                    throw new ArgumentException($"{field.GetType()} is no field.", nameof(fields));
            }
        }

        return [.. bytes];
    }

    public static MessageNumber NumberOf(byte[] payload) => (MessageNumber)payload[0];

    public static uint UInt32At(byte[] payload, int position) => BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(position));

    /// <summary>The string that begins at this position.</summary>
    public static byte[] StringAt(byte[] payload, int position)
    {
        var reader = new WireReader(payload.AsSpan(position));
        reader.TryReadString(out ReadOnlySpan<byte> value).ShouldBeTrue();
        return value.ToArray();
    }

    public static byte[] Password(string user, string password) =>
        Of(MessageNumber.UserauthRequest, user, "ssh-connection", "password", false, password);

    public static byte[] Open(uint sender = 0, uint window = 1 << 21, uint maxPacket = 32 * 1024, string type = "session") =>
        Of(MessageNumber.ChannelOpen, type, sender, window, maxPacket);

    public static byte[] Request(uint channel, string type, bool wantsReply, params object[] fields) =>
        Of(MessageNumber.ChannelRequest, [channel, type, wantsReply, .. fields]);

    private static void AddString(List<byte> bytes, byte[] value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)value.Length);
        bytes.AddRange(length);
        bytes.AddRange(value);
    }

    internal sealed record Raw(byte[] Bytes);
}
