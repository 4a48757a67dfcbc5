using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hpc.Crypto.Keys;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Cli;

/// <summary>The flags that say which server gets the load and who logs in there.</summary>
internal sealed class TargetFlags
{
    private const int DefaultPort = 22;
    private const int MaxPasswordFile = 4096;

    private readonly Option<string> _target = new("--target", "-t") { Description = "The server: host, host:port or [IPv6]:port.", HelpName = "host:port" };
    private readonly Option<string> _user = new("--user", "-u") { Description = "Who logs in." };
    private readonly Option<FileInfo> _password = new("--password-file") { Description = "A file whose first line is the password.", HelpName = "file" };
    private readonly Option<FileInfo> _key = new("--key", "-i") { Description = "A private key file without passphrase.", HelpName = "file" };
    private readonly Option<string> _fingerprint = new("--host-key-fingerprint") { Description = "The host key must have this fingerprint (SHA256:…, as ssh-keygen -l shows it).", HelpName = "SHA256:…" };
    private readonly Option<bool> _anyHostKey = new("--insecure-accept-any-host-key") { Description = "Do not check who the server is." };
    private readonly Option<bool> _remote = new("--allow-remote") { Description = "Allow a target that is not on this machine. Only load servers that are yours." };
    private readonly Option<string> _directory = new("--directory") { Description = "The folder on the server that the run's own folder is made in (default: where the login lands)." };

    public TargetFlags(Command command)
    {
        foreach (Option option in (Option[])[_target, _user, _password, _key, _fingerprint, _anyHostKey, _remote, _directory])
        {
            command.Add(option);
        }
    }

    /// <summary>True if the command line or the scenario names a server.</summary>
    public bool HasTarget(ParseResult parsed, TargetDefaults defaults) => parsed.GetValue(_target) is { Length: > 0 } || defaults.Host.Length > 0;

    /// <summary>The server that is named.</summary>
    /// <exception cref="UsageException">Something is missing or not allowed.</exception>
    public async Task<LoadTarget> ReadAsync(ParseResult parsed, TargetDefaults defaults, CancellationToken ct)
    {
        (string host, int port) = parsed.GetValue(_target) is { Length: > 0 } given ? Split(given) : (defaults.Host, defaults.Port);
        if (host.Length == 0)
        {
            throw new UsageException("Say with --target which server gets the load.");
        }

        string user = parsed.GetValue(_user) ?? defaults.User;
        if (user.Length == 0)
        {
            throw new UsageException("Say with --user who logs in.");
        }

        string? fingerprint = parsed.GetValue(_fingerprint);
        if (fingerprint is null != parsed.GetValue(_anyHostKey))
        {
            throw new UsageException("Say with --host-key-fingerprint which host key the server has, or with --insecure-accept-any-host-key that it does not matter; one of them.");
        }

        if (parsed.GetValue(_key) is null && parsed.GetValue(_password) is null)
        {
            throw new UsageException("Say with --key or --password-file how to log in.");
        }

        IPEndPoint endPoint = await ResolveAsync(host, port, parsed.GetValue(_remote), ct).ConfigureAwait(false);
        return new LoadTarget
        {
            EndPoint = endPoint,
            Users = [user],
            Key = parsed.GetValue(_key) is { } key ? ReadKey(key) : null,
            Password = parsed.GetValue(_password) is { } password ? ReadPassword(password) : null,
            HostKeyFingerprint = fingerprint,
            Directory = parsed.GetValue(_directory) ?? defaults.Directory,
        };
    }

    /// <summary>Other servers, by the rules of <c>--target</c>.</summary>
    public async Task<IPEndPoint[]> ResolveAsync(ParseResult parsed, IReadOnlyList<string> targets, CancellationToken ct)
    {
        var found = new IPEndPoint[targets.Count];
        for (int i = 0; i < found.Length; i++)
        {
            (string host, int port) = Split(targets[i]);
            found[i] = await ResolveAsync(host, port, parsed.GetValue(_remote), ct).ConfigureAwait(false);
        }

        return found;
    }

    private static (string Host, int Port) Split(string target)
    {
        int colon = target.LastIndexOf(':');
        bool isBare = colon < 0 || target.EndsWith(']') || (target.IndexOf(':', StringComparison.Ordinal) != colon && target[0] != '[');
        string host = (isBare ? target : target[..colon]).Trim('[', ']');
        if (isBare)
        {
            return (host, DefaultPort);
        }

        return int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535
            ? (host, port)
            : throw new UsageException($"--target '{target}': after the colon a port from 1 to 65535 is wanted.");
    }

    private static async Task<IPEndPoint> ResolveAsync(string host, int port, bool allowsRemote, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new UsageException($"--target: '{host}' has no address: {exception.Message}");
        }

        IPAddress address = addresses.FirstOrDefault(IPAddress.IsLoopback) ?? addresses[0];
        return allowsRemote || IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, port)
            : throw new UsageException($"'{host}' is {address}, not this machine. A load on a server that is not yours is an attack; say --allow-remote if it is yours.");
    }

    private static SshPrivateKey ReadKey(FileInfo file)
    {
        OpenSshPrivateKeyResult result = OpenSshPrivateKeyFile.Read(ReadText(file, "--key", OpenSshPrivateKeyFile.MaxFileLength));
        return result.Key ?? throw new UsageException($"--key {file}: {result.Message}");
    }

    private static string ReadPassword(FileInfo file) => ReadText(file, "--password-file", MaxPasswordFile).Split('\n')[0].TrimEnd('\r');

    private static string ReadText(FileInfo file, string flag, int most)
    {
        try
        {
            return file.Length <= most ? File.ReadAllText(file.FullName) : throw new UsageException($"{flag} {file}: the file has {file.Length} bytes; at most {most} are allowed.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{flag} {file}: {exception.Message}");
        }
    }
}
