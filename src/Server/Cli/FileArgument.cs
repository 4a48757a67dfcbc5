using System.Text;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Files that flags name. What cannot be read is told with the flag.</summary>
internal static class FileArgument
{
    /// <summary>The first line, of which at most <paramref name="most"/> characters are read.</summary>
    public static string ReadFirstLine(string file, string flag, int most) => Read(file, flag, () =>
    {
        using var reader = new StreamReader(file);
        char[] line = new char[most];
        int length = reader.ReadBlock(line);
        string text = new(line, 0, length);
        int end = text.IndexOfAny(['\r', '\n']);
        return end < 0 ? text : text[..end];
    });

    /// <summary>All of a text file of at most <paramref name="most"/> bytes.</summary>
    public static string ReadText(string file, string flag, int most) => Read(file, flag, () =>
    {
        // A pipe tells no length; one byte more than allowed is enough to know.
        using FileStream stream = File.OpenRead(file);
        byte[] bytes = new byte[most + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= most
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetString(bytes, 0, length).TrimStart('\uFEFF')
            : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(file)}\" with more than {most} bytes, allowed: at most {most} bytes.");
    });

    private static T Read<T>(string file, string flag, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CliException.Usage($"{flag}: found \"{LogEscape.Text(file)}\", {WhyNot(file, e)}, allowed: a file that can be read.");
        }
    }

    private static string WhyNot(string file, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "which is not there",
        _ when Directory.Exists(file) => "which is a directory",
        UnauthorizedAccessException => "which may not be read by this user",
        _ => "which cannot be read",
    };
}
