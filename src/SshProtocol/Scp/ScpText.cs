using System.Globalization;
using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary>What is written to the peer.</summary>
internal static class ScpText
{
    /// <summary>Begins an error after which the transfer goes on.</summary>
    public const byte WarningMark = 1;

    /// <summary>Begins an error that ends the transfer.</summary>
    public const byte FatalMark = 2;

    // Clients read a line into a buffer of 2 KiB.
    private const int MaxErrorLength = 1024;

    /// <summary>All is well.</summary>
    public static ReadOnlyMemory<byte> Ok { get; } = new byte[1];

    public static ReadOnlyMemory<byte> EndOfDirectory { get; } = "E\n"u8.ToArray();

    /// <summary>An error line: printable, bounded.</summary>
    public static byte[] Error(byte mark, string message)
    {
        byte[] text = Encode("scp: " + message);
        int length = Math.Min(text.Length, MaxErrorLength);
        byte[] line = new byte[length + 2];
        line[0] = mark;
        for (int i = 0; i < length; i++)
        {
            line[i + 1] = text[i] is < 0x20 or 0x7F ? (byte)'?' : text[i];
        }

        line[^1] = (byte)'\n';
        return line;
    }

    public static string Describe(string name, StorageError error) => $"{name}: {SftpErrors.ToText(error)}";

    public static byte[] File(uint mode, long size, string name) => Entry('C', mode, size, name);

    public static byte[] Directory(uint mode, string name) => Entry('D', mode, 0, name);

    /// <summary>Times before 1970 cannot be said.</summary>
    public static byte[] Times(in EntryAttributes attributes) => Encode(string.Create(
        CultureInfo.InvariantCulture, $"T{Math.Max(0, attributes.ModificationTime.Seconds)} 0 {Math.Max(0, attributes.AccessTime.Seconds)} 0\n"));

    private static byte[] Entry(char kind, uint mode, long size, string name)
    {
        string permissions = Convert.ToString(mode & 0x1FF, 8).PadLeft(4, '0');
        return Encode(string.Create(CultureInfo.InvariantCulture, $"{kind}{permissions} {size} {name}\n"));
    }

    // Names on disk may hold bytes that are no UTF-8; a text of our own always encodes.
    private static byte[] Encode(string text) => PathText.TryEncode(text, out byte[] bytes) ? bytes : Encoding.UTF8.GetBytes(text);
}
