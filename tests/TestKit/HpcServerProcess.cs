using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hpc.TestKit;

/// <summary>The built <c>hpc serve</c> with a data folder of its own.</summary>
public sealed partial class HpcServerProcess(ServerOptions options) : ServerProcess(options)
{
    private const string ConfigurationFile = "hpc.json";
    private const string LocationFile = "hpc-executable.txt";

    private const int CheapBcrypt = 4;
    private const int OwnerOnly = 0b111_000_000;

    private static readonly (string Type, string? Bits)[] HostKeys =
        [("ed25519", null), ("rsa", null), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")];

    /// <summary>The executable: HPC_EXE, or the one built together with the tests.</summary>
    public static string Executable
    {
        get
        {
            if (Environment.GetEnvironmentVariable("HPC_EXE") is { Length: > 0 } named)
            {
                return named;
            }

            string location = Path.Combine(AppContext.BaseDirectory, LocationFile);
            return File.Exists(location)
                ? Path.ChangeExtension(File.ReadAllText(location).Trim(), null)
                : throw new ClientFailedException($"{LocationFile} is missing beside the tests and HPC_EXE is not set.");
        }
    }

    /// <summary>The server's data folder.</summary>
    public string DataDirectory => Folder["data"];

    /// <summary>What the first administrator is made with.</summary>
    public const string SetupCode = "conformance";

    /// <summary>The port of the REST API, as the log told it last.</summary>
    public int HttpPort => int.Parse(RestListening().Matches(Log)[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Whether the log tells this many times that the REST API listens.</summary>
    public bool HasServedHttp(int times) => RestListening().Count(Log) >= times;

    /// <summary>The folder above all homes; with the REST API new users have theirs in it.</summary>
    public string UsersDirectory => Homes;

    /// <summary>Runs another <c>hpc</c> command against this server's data folder.</summary>
    public Task<ClientResult> RunAsync(IEnumerable<string> arguments, string? input = null) =>
        Tools.RunAsync(Executable, [.. arguments, "--data-dir", DataDirectory], input);

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        UnixFiles.SetMode(Directory.CreateDirectory(DataDirectory).FullName, OwnerOnly);
        if (Options.Algorithms == AlgorithmProfile.Everything)
        {
            await MakeHostKeysAsync().ConfigureAwait(false);
        }

        var configuration = new JsonObject
        {
            ["data_dir"] = DataDirectory,
            ["ssh"] = SshSection(),
            ["admin"] = new JsonObject { ["address"] = $"{Host}:0" },
            ["drain"] = new JsonObject { ["grace_seconds"] = (int)Options.GraceTime.TotalSeconds },
            ["log"] = new JsonObject { ["level"] = "info" },
            ["http"] = HttpSection(),
            ["data_provider"] = new JsonObject { ["users_base_dir"] = Options.Http ? Homes : "" },
            ["passwords"] = new JsonObject { ["bcrypt_cost"] = CheapBcrypt },
        };
        await File.WriteAllTextAsync(Folder[ConfigurationFile], configuration.ToJsonString()).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        // The configuration file is read from the working folder.
        ProcessStartInfo start = Options.IgnoresHangup
            ? new ProcessStartInfo("/bin/sh", ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Executable, "serve"])
            : new ProcessStartInfo(Executable, ["serve"]);
        start.WorkingDirectory = Folder.Path;
        foreach (string argument in Options.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <inheritdoc/>
    protected override int? PortFrom(string line) =>
        Listening().Match(line) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    /// <inheritdoc/>
    protected override async Task AddAsync(ServerUser user)
    {
        ClientResult added = await RunAsync(
            ["user", "add", user.Name, "--home", user.Home, "--password-stdin", "--public-key", user.Key.PublicFile],
            user.Password + "\n").ConfigureAwait(false);
        added.EnsureSuccess();
    }

    private JsonObject SshSection()
    {
        var listener = new JsonObject
        {
            ["address"] = $"{Host}:{Port}",
            ["crypto_profile"] = Options.Algorithms switch
            {
                AlgorithmProfile.Everything => "legacy",
                AlgorithmProfile.Compatible => "compatible",
                _ => "default",
            },
        };
        var section = new JsonObject { ["listeners"] = new JsonArray(listener) };
        if (Options.Banner is { } banner)
        {
            section["banner"] = banner;
        }

        if (Options.RekeyBytes is { } bytes)
        {
            section["rekey_bytes"] = bytes;
        }

        return section;
    }

    // Never the default port: any number of servers run at once.
    private JsonObject HttpSection() => Options.Http
        ? new JsonObject { ["setup_code"] = SetupCode, ["logins_per_minute"] = 0, ["listeners"] = new JsonArray(new JsonObject { ["address"] = $"{Host}:0" }) }
        : new JsonObject { ["enabled"] = false };

    private async Task MakeHostKeysAsync()
    {
        string keys = Directory.CreateDirectory(Path.Combine(DataDirectory, "hostkeys")).FullName;
        UnixFiles.SetMode(keys, OwnerOnly);
        foreach ((string type, string? bits) in HostKeys)
        {
            string file = Path.Combine(keys, $"ssh_host_{type}{bits}_key");
            if (!File.Exists(file))
            {
                await SshKeyPair.CreateAsync(Tools, file, type, bits).ConfigureAwait(false);
            }
        }
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();

    [GeneratedRegex(@"REST API on 127\.0\.0\.1:(\d+)")]
    private static partial Regex RestListening();
}
