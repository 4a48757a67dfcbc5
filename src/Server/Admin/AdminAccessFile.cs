using System.Security.Cryptography;
using System.Text.Json;

namespace Hpc.Server.Admin;

/// <summary>Keeps <see cref="AdminAccess"/> in the data directory, readable by its owner alone.</summary>
internal static class AdminAccessFile
{
    public const string Name = "admin.json";

    private const int TokenBytes = 32;

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, Name);

    public static void Write(string dataDirectory, AdminAccess access)
    {
        string path = PathIn(dataDirectory);
        Hosting.PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(access, AdminJson.Default.AdminAccess));
    }

    /// <summary>Null if no server runs on the data directory, or one without an admin port.</summary>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public static AdminAccess? Read(string dataDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(dataDirectory)), AdminJson.Default.AdminAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new IOException($"{PathIn(dataDirectory)} is damaged: {e.Message}", e);
        }
    }

    public static void Delete(string dataDirectory) => File.Delete(PathIn(dataDirectory));
}
