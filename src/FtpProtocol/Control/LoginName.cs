using System.Text;
using System.Text.Unicode;

namespace Hpc.FtpProtocol.Control;

/// <summary>User names as they are judged.</summary>
internal static class LoginName
{
    private const int MaxBytes = 255;
    private const int ShownCharacters = 60;

    /// <summary>The name; one that cannot be valid becomes one that no user has, so that it is judged, and refused, like any other.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        bool isText = name.Length <= MaxBytes && Utf8.IsValid(name);
        string text = isText ? Encoding.UTF8.GetString(name) : LogText.Printable(name[..Math.Min(name.Length, MaxBytes)], ShownCharacters) + "\uFFFD";
        return text.Any(char.IsControl) ? LogText.Printable(text, ShownCharacters) + "\uFFFD" : text;
    }
}
