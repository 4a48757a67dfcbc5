namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>Several words in one argument, parted by blanks; one in double quotes may hold blanks, and a quote that is doubled.</summary>
internal static class ArgumentWords
{
    private const byte Quote = (byte)'"';

    /// <summary>False for quotes that are not closed and for more than <paramref name="most"/> words.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, int most, out List<byte[]> words)
    {
        words = [];
        text = text.TrimStart((byte)' ');
        while (!text.IsEmpty)
        {
            if (words.Count == most || !TryTake(ref text, out byte[] word))
            {
                return false;
            }

            words.Add(word);
            text = text.TrimStart((byte)' ');
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, out byte[] word)
    {
        if (text[0] != Quote)
        {
            int blank = text.IndexOf((byte)' ');
            word = (blank < 0 ? text : text[..blank]).ToArray();
            text = text[word.Length..];
            return true;
        }

        var bytes = new List<byte>();
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] != Quote)
            {
                bytes.Add(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == Quote)
            {
                bytes.Add(text[++i]);
            }
            else
            {
                text = text[(i + 1)..];
                word = [.. bytes];
                return text.IsEmpty || text[0] == (byte)' ';
            }
        }

        word = [];
        return false;
    }
}
