using System.Text;

namespace Hpc.SshProtocol.Ssh.Connection;

/// <summary>
/// An identification string without its line end (RFC 4253 §4.2). There are few different ones and many connections, each of which keeps both sides' for its
/// next key exchange: equal ones share one object.
/// </summary>
internal sealed class Identification
{
    // One place per hash; another string of the same hash takes it. Written and read by any thread, an object at a time.
    private static readonly Identification?[] Recent = new Identification?[64];

    private Identification(byte[] bytes)
    {
        Bytes = bytes;
        Text = Encoding.ASCII.GetString(bytes);
    }

    public static Identification None { get; } = new([]);

    public byte[] Bytes { get; }

    public string Text { get; }

    public static Identification Of(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        ref Identification? place = ref Recent[hash.ToHashCode() & (Recent.Length - 1)];
        Identification? recent = Volatile.Read(ref place);
        if (recent is not null && bytes.SequenceEqual(recent.Bytes))
        {
            return recent;
        }

        var made = new Identification(bytes.ToArray());
        Volatile.Write(ref place, made);
        return made;
    }
}
