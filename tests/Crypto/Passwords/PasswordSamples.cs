using System.Text;

namespace Hpc.Crypto.Tests.Passwords;

/// <summary>Passwords, some of them awkward, the same in every run.</summary>
internal static class PasswordSamples
{
    public static IReadOnlyList<string> All { get; } = [.. Fixed(), .. Random(new Random(4711), 12)];

    public static byte[] Utf8(string password) => Encoding.UTF8.GetBytes(password);

    /// <summary>Letters that every form of crypt(3) takes as a salt.</summary>
    public static string Salt(Random random, int maxLength) =>
        new([.. Enumerable.Range(0, random.Next(1, maxLength + 1)).Select(_ => "./0123456789ABCXYZabcxyz"[random.Next(24)])]);

    private static IEnumerable<string> Fixed()
    {
        yield return "a";
        yield return " with spaces ";
        yield return "pässwörd";
        yield return "密码🔑";
        yield return "\x7f~`'\"\\$1$";
        foreach (int length in new[] { 15, 16, 17, 31, 32, 33, 63, 64, 65, 72, 127, 128, 129, 200 })
        {
            yield return string.Concat(Enumerable.Range(0, length).Select(i => (char)('!' + (i % 90))));
        }
    }

    private static IEnumerable<string> Random(Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 100)).Select(_ => random.Next(4) == 0 ? (char)random.Next(0xa1, 0x2000) : (char)random.Next(0x21, 0x7f)));
        }
    }
}
