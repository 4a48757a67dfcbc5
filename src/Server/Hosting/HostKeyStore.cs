using System.Text;
using Hpc.Crypto.Keys;
using Hpc.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>Host keys in OpenSSH files: made where there are none, refused where others can read them.</summary>
internal static partial class HostKeyStore
{
    private const string Pattern = "ssh_host_*_key";

    private static readonly (string File, string Type)[] Defaults =
    [
        ("ssh_host_ed25519_key", "ssh-ed25519"),
        ("ssh_host_rsa_key", "ssh-rsa"),
    ];

    /// <summary>Preferred first when a client leaves the choice.</summary>
    private static readonly string[] Order = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

    /// <summary>
    /// Reads every <c>ssh_host_*_key</c>. A directory without any gets an ed25519 and an RSA key;
    /// one with nothing but the first of these, as a crash may leave it, gets the second.
    /// </summary>
    /// <exception cref="ConfigurationException">A key cannot be used; the message says how to mend it.</exception>
    public static IReadOnlyList<SshPrivateKey> LoadOrCreate(string directory, ILogger logger)
    {
        try
        {
            PrivateFile.CreateDirectory(directory);
            string[] present = [.. Files(directory).Select(file => Path.GetFileName(file))];
            if (present.Length == 0)
            {
                Create(directory, Defaults, logger);
            }
            else if (present is [var only] && only == Defaults[0].File)
            {
                Create(directory, Defaults[1..], logger);
            }

            return Load(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"ssh.host_keys: found \"{directory}\", which cannot be used ({e.Message})", e);
        }
    }

    /// <summary>Reads the keys that are there.</summary>
    /// <exception cref="ConfigurationException">There are none, or one cannot be used.</exception>
    public static IReadOnlyList<SshPrivateKey> Load(string directory)
    {
        string[] files = Files(directory);
        if (files.Length == 0)
        {
            throw new ConfigurationException($"ssh.host_keys: found no {Pattern} in \"{directory}\".");
        }

        SshPrivateKey[] keys = [.. files.Select(Read)];
        Array.Sort(keys, (left, right) => Rank(left).CompareTo(Rank(right)));
        return keys;
    }

    private static int Rank(SshPrivateKey key) => Array.IndexOf(Order, key.PublicKey.KeyType) is >= 0 and int rank ? rank : Order.Length;

    private static string[] Files(string directory)
    {
        string[] files = Directory.GetFiles(directory, Pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    // Every file is on disk before the first gets its name, and the first key gets its own before the second:
    // a crash leaves no key, all keys, or the first alone.
    private static void Create(string directory, (string File, string Type)[] missing, ILogger logger)
    {
        string[] keys = [.. missing.Select(key => Path.Combine(directory, key.File))];
        string[] files = [.. keys.Select(PublicPath), .. keys];
        try
        {
            foreach ((string file, string type) in missing)
            {
                Stage(Path.Combine(directory, file), type);
            }

            PrivateFile.Publish(files);
        }
        catch
        {
            PrivateFile.Discard(files);
            throw;
        }

        foreach (string key in keys)
        {
            Created(logger, key);
        }
    }

    private static void Stage(string path, string type)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type);
        PrivateFile.Stage(path, Encoding.ASCII.GetBytes(OpenSshPrivateKeyFile.Write(key)), PrivateFile.FileMode);
        PrivateFile.Stage(PublicPath(path), Encoding.ASCII.GetBytes(OpenSshPublicKey.Format(key.PublicKey) + "\n"), PrivateFile.PublicMode);
    }

    private static string PublicPath(string path) => path + ".pub";

    private static SshPrivateKey Read(string path)
    {
        if (PrivateFile.IsOpenToOthers(path))
        {
            throw new ConfigurationException(
                $"ssh.host_keys: {path} has mode {Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0')}, so others may use the key; mend it with: chmod 600 '{path}'");
        }

        if (new FileInfo(path).Length > OpenSshPrivateKeyFile.MaxFileLength)
        {
            throw new ConfigurationException($"ssh.host_keys: {path} is too long to be a key.");
        }

        OpenSshPrivateKeyResult result = OpenSshPrivateKeyFile.Read(File.ReadAllText(path));
        return result.Key ?? throw new ConfigurationException($"ssh.host_keys: {path} cannot be read. {result.Message}");
    }

    [LoggerMessage(4003, LogLevel.Information, "created the host key {FilePath}")]
    private static partial void Created(ILogger logger, string filePath);
}
