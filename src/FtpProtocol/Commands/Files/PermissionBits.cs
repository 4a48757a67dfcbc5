namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>Permission bits as text.</summary>
internal static class PermissionBits
{
    private const int MaxDigits = 5;
    private const uint Largest = 0xFFF;

    /// <summary>Reads octal digits, at most 7777.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out uint bits)
    {
        bits = 0;
        if (text.IsEmpty || text.Length > MaxDigits || text.ContainsAnyExceptInRange('0', '7'))
        {
            return false;
        }

        foreach (char digit in text)
        {
            bits = (bits << 3) | (uint)(digit - '0');
        }

        return bits <= Largest;
    }
}
