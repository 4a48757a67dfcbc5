using System.Globalization;
using System.Text;
using Hpc.Fuzz.Tests.Mutation;

namespace Hpc.Fuzz.Tests.Peer;

/// <summary>What a client of the SCP protocol sends, to a sink or to a source, with names that want out.</summary>
internal sealed class ScpRecordMaker(Random random)
{
    private static readonly string[] Names =
        ["new", "small", "dir", "dir-out", "link-out", "..", ".", "", "a/b", "../outside/x", "/etc/passwd", "na\\me", "é", "loop", new string('n', 255), new string('n', 5000), "nul\0"];

    private static readonly string[] Numbers = ["0", "1", "5", "100", "40000", "9223372036854775807", "99999999999999999999", "-1", "", "0x10"];

    /// <summary>The next thing to send.</summary>
    public byte[] Next()
    {
        switch (random.Next(10))
        {
            case 0:
                return Text($"D0{random.Next(8)}{random.Next(8)}5 0 {Name()}\n");
            case 1:
                return "E\n"u8.ToArray();
            case 2:
                return Text($"T{Number()} 0 {Number()} 0\n");
            case 3:
                return Text($"C{random.Next(100_000)} {Number()} {Name()}\n");
            case 4:
                return [(byte)random.Next(1, 3), .. "an error\n"u8];
            case 5 or 6:
                return new byte[random.Next(1, 4)];
            default:
                int length = random.Next(4) == 0 ? random.Next(60_000) : random.Next(50);
                return [.. Text(string.Create(CultureInfo.InvariantCulture, $"C0644 {length} {Name()}\n")), .. ByteMutator.Bytes(random, length), 0];
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private string Name() => random.Next(3) != 0 ? $"new{random.Next(5)}" : Names[random.Next(Names.Length)];

    private string Number() => Numbers[random.Next(Numbers.Length)];
}
