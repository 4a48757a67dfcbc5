using System.Security.Cryptography;

namespace Hpc.HttpApi.Tests;

/// <summary>Reads archives with Python's zipfile, which checks their structure and sums.</summary>
internal static class ZipReader
{
    private const string Program = """
        import hashlib, sys, zipfile
        with zipfile.ZipFile(sys.argv[1]) as archive:
            assert archive.testzip() is None
            for info in archive.infolist():
                print(info.filename.encode().hex(), hashlib.sha256(archive.read(info)).hexdigest())
        """;

    /// <summary>Names, with digests of their content.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(byte[] archive)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(file, archive);
            (int exit, string output) = await Curl.RunProgramAsync("/usr/bin/python3", ["-c", Program, file]);
            exit.ShouldBe(0, output);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' '))
                .ToDictionary(parts => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(parts[0])), parts => parts[1], StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
