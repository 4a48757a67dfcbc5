using System.CommandLine;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary>The flags that name and change the configuration, and the loading of all its sources. One instance per command.</summary>
internal sealed class ConfigurationFlags
{
    private readonly Option<string?> _configFile = new("--config-file")
    {
        Description = $"Configuration file (JSON; comments allowed). Without it, {ConfigurationLoader.DefaultFile} in the working directory is read if it is there.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Sets any configuration key ('hpc config keys' lists them); wins over environment and file. May be repeated.",
        HelpName = "KEY=VALUE",
    };

    private readonly List<(Option<string?> Flag, string Path)> _flags = [];
    private Option<string[]>? _listen;
    private Option<string[]>? _ftpListen;
    private Option<bool>? _utc;

    public ConfigurationFlags(Command command)
    {
        command.Add(_configFile);
        Add(command, "--data-dir", "DIR", "data_dir", "Data directory: database, host keys, admin token. Default: ./hpc-data.");
        command.Add(_set);
    }

    /// <summary>Adds the flags that only a running server needs.</summary>
    public ConfigurationFlags WithServerFlags(Command command)
    {
        _listen = new Option<string[]>("--listen")
        {
            Description = "Where to listen for SSH, instead of the configured listeners: 127.0.0.1:2022, [::1]:2022, :2022 for every address; port 0 takes a free one. May be repeated. Default: port 2022 on every address.",
            HelpName = "ADDR:PORT",
        };
        command.Add(_listen);
        _ftpListen = new Option<string[]>("--ftp-listen")
        {
            Description = "Where to listen for FTP, instead of the configured listeners: 127.0.0.1:2121, :21 for every address. TLS with ftp.certificate_file. May be repeated. Default: nowhere.",
            HelpName = "ADDR:PORT",
        };
        command.Add(_ftpListen);
        Add(command, "--admin-listen", "ADDR:PORT", "admin.address", "Loopback HTTP port for metrics, health and 'hpc sessions'; \"\" for none. Default: 127.0.0.1:8022.");
        Add(command, "--grace-time", "SECONDS", "drain.grace_seconds", "Time that running transfers get after SIGTERM or Ctrl-C. Default: 30.");
        Add(command, "--loaddata-from", "FILE", "data_provider.load_from", "A dump to load before serving: all of it, or no start.");
        Add(command, "--loaddata-mode", "N", "data_provider.load_mode", "0 adds and updates, 1 adds alone. Default: 1.");
        Add(command, "--loaddata-clean", "BOOL", "data_provider.load_clean", "true removes the file when it is loaded.");
        return WithLogFlags(command);
    }

    public ConfigurationFlags WithLogFlags(Command command)
    {
        Add(command, "--log-level", "LEVEL", "log.level", "debug, info, warn or error. Default: info.", "--loglevel");
        Add(command, "--log-format", "FORMAT", "log.format", "auto (text on a terminal, else JSON lines), json or text.");
        Add(command, "--log-file-path", "FILE", "log.file", "Log file; rotated by size. Default: standard error.", "-l");
        _utc = new Option<bool>("--log-utc-time") { Description = "Times in UTC." };
        command.Add(_utc);
        return this;
    }

    /// <summary>Joins file, environment and flags.</summary>
    /// <exception cref="ConfigurationException">Something in them is not allowed.</exception>
    public HpcOptions Load(ParseResult parsed, CliConsole console) =>
        ConfigurationLoader.Bind(FileEntries(parsed), EnvironmentSource.Read(console.Environment), FlagEntries(parsed));

    private void Add(Command command, string name, string helpName, string path, string description, params string[] aliases)
    {
        var flag = new Option<string?>(name, aliases) { Description = description, HelpName = helpName };
        command.Add(flag);
        _flags.Add((flag, path));
    }

    private List<ConfigurationEntry> FileEntries(ParseResult parsed)
    {
        string? named = parsed.GetValue(_configFile);
        if (named is not null)
        {
            return File.Exists(named)
                ? JsonFileSource.Read(named)
                : throw new ConfigurationException($"{_configFile.Name}: found \"{Logging.LogEscape.Text(named)}\", which is not there or no file; allowed: a file that can be read.");
        }

        return File.Exists(ConfigurationLoader.DefaultFile) ? JsonFileSource.Read(ConfigurationLoader.DefaultFile) : [];
    }

    private List<ConfigurationEntry> FlagEntries(ParseResult parsed)
    {
        var entries = new List<ConfigurationEntry>();
        foreach ((Option<string?> flag, string path) in _flags)
        {
            if (parsed.GetValue(flag) is string value)
            {
                entries.Add(new ConfigurationEntry(path, value, EntryKind.Plain, flag.Name));
            }
        }

        AddListeners(entries, parsed, _listen, ConfigurationTable.Listeners);
        AddListeners(entries, parsed, _ftpListen, FtpKeys.Listeners);
        if (_utc is not null && parsed.GetValue(_utc))
        {
            entries.Add(new ConfigurationEntry("log.utc", "true", EntryKind.Plain, _utc.Name));
        }

        foreach (string assignment in parsed.GetValue(_set) ?? [])
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigurationException($"--set: found \"{Logging.LogEscape.Text(assignment)}\", allowed: KEY=VALUE like ssh.max_auth_tries=3.");
            }

            entries.Add(new ConfigurationEntry(assignment[..equals], assignment[(equals + 1)..], EntryKind.Plain, "--set"));
        }

        return entries;
    }

    private static void AddListeners(List<ConfigurationEntry> entries, ParseResult parsed, Option<string[]>? flag, string list)
    {
        if (flag is not null && parsed.GetValue(flag) is { Length: > 0 } listen)
        {
            entries.Add(new ConfigurationEntry(list, "", EntryKind.EmptyArray, flag.Name));
            entries.AddRange(listen.Select((address, i) => new ConfigurationEntry($"{list}[{i}].address", address, EntryKind.Plain, flag.Name)));
        }
    }
}
