using System.Text;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>The folder that every client moves.</summary>
internal static class TreeContent
{
    public const string LargeFile = "100MiB.bin";

    /// <summary>The one name that some clients' command languages cannot say.</summary>
    public const string NewlineName = "new\nline.txt";

    private const int KiB = 1024;

    private static readonly string[] Names =
    [
        "name with  spaces.txt",
        "quote's \"double\" `back`.txt",
        "percent%20 & # + ; = @.txt",
        "[brackets] {braces} $dollar (round).txt",
        NewlineName,
        "emoji 🚀🧪.txt",
        "漢字 кириллица.txt",
        "nfc-" + "é".Normalize(NormalizationForm.FormC),
        "nfd-" + "e\u0301",
        ".hidden",
        new string('x', 251) + ".txt",
        new string('é', 127) + "x",
    ];

    public static void Write(string root)
    {
        int seed = 1;
        foreach ((string name, long length) in new (string, long)[]
        {
            ("empty", 0), ("one byte", 1),
            ("32KiB-1", (32 * KiB) - 1), ("32KiB", 32 * KiB), ("32KiB+1", (32 * KiB) + 1),
            (LargeFile, 100L * KiB * KiB),
        })
        {
            FileTree.WriteRandom(Path.Combine(root, "sizes", name), length, seed++);
        }

        foreach (string name in Names)
        {
            FileTree.WriteRandom(Path.Combine(root, "names", name), 1000 + seed, seed++);
        }

        FileTree.WriteRandom(Path.Combine(root, "a", "b b", "c'c", "d", "e", "deep"), 70_000, seed);
        Directory.CreateDirectory(Path.Combine(root, "a", "empty folder"));
    }
}
