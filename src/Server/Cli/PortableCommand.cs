using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Hpc.Server.Portable;

namespace Hpc.Server.Cli;

/// <summary><c>hpc portable</c>.</summary>
internal sealed class PortableCommand
{
    private const int PasswordLength = 16;

    // Without the letters and digits that are taken for each other.
    private const string PasswordLetters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private readonly Option<string> _directory = new("--directory", "-d") { Description = "Directory to share.", HelpName = "DIR", DefaultValueFactory = _ => "." };
    private readonly Option<ushort> _port = new("--sftpd-port", "-s") { Description = "Port for SFTP; 0 takes a free one.", HelpName = "PORT", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _ftp = new("--ftp") { Description = "Share by FTP too; without --ftpd-cert everything, passwords included, is in the clear." };
    private readonly Option<ushort?> _ftpPort = new("--ftpd-port") { Description = "Port for FTP, with or without --ftp; 0 takes a free one.", HelpName = "PORT" };
    private readonly Option<string?> _ftpCertificate = new("--ftpd-cert") { Description = "Certificate (PEM) for FTP over TLS, which clients then must use.", HelpName = "FILE" };
    private readonly Option<string?> _ftpKey = new("--ftpd-key") { Description = "Key (PEM) of the certificate.", HelpName = "FILE" };
    private readonly Option<string?> _address = new("--address") { Description = "Address to listen on. Default: every address.", HelpName = "IP" };
    private readonly Option<string> _user = new("--username", "-u") { Description = "User name.", HelpName = "NAME", DefaultValueFactory = _ => "user" };
    private readonly Option<string?> _password = new("--password", "-p") { Description = "Password; other users of this machine can see it in the process list. Default: a random one, which is printed, unless a public key is given.", HelpName = "PASSWORD" };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "Read the password from a file (first line).", HelpName = "FILE" };
    private readonly Option<string[]> _keys = new("--public-key", "-k") { Description = "Public key to log in with: a file or the line itself. May be repeated.", HelpName = "FILE|LINE" };
    private readonly Option<string[]> _permissions = new("--permissions", "-g") { Description = "What the user may do, separated by commas; * is everything.", HelpName = "NAMES", DefaultValueFactory = _ => ["list,download"] };
    private readonly Option<string?> _logFile = new("--log-file-path", "-l") { Description = "Log file. Default: standard error, or below the live display.", HelpName = "FILE" };
    private readonly Option<string?> _logLevel = new("--log-level") { Description = "debug, info, warn or error. Default: info.", HelpName = "LEVEL" };
    private readonly Option<bool> _utc = new("--log-utc-time") { Description = "Times in UTC." };
    private readonly Option<string?> _grace = new("--grace-time") { Description = "Time that running transfers get after Ctrl-C. Default: 0.", HelpName = "SECONDS" };
    private readonly Option<string?> _confinement = new("--confinement") { Description = "kernel or portable, as storage.confinement. Default: kernel.", HelpName = "HOW" };

    public static Command Create(CliConsole console)
    {
        var flags = new PortableCommand();
        var command = new Command("portable", "Share a directory now, with one user in memory; nothing is left behind.")
        {
            flags._directory, flags._port, flags._ftp, flags._ftpPort, flags._ftpCertificate, flags._ftpKey, flags._address, flags._user, flags._password, flags._passwordFile, flags._keys, flags._permissions,
            flags._logFile, flags._logLevel, flags._utc, flags._grace, flags._confinement,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(flags._password) is not null && result.GetValue(flags._passwordFile) is not null)
            {
                result.AddError("Give one of --password and --password-file.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(flags._ftpCertificate) is null != result.GetValue(flags._ftpKey) is null)
            {
                result.AddError("Give both of --ftpd-cert and --ftpd-key.");
            }
        });
        command.SetAction((parsed, ct) => PortableProgram.RunAsync(flags.Settings(parsed), console, ct));
        return command;
    }

    private PortableSettings Settings(ParseResult parsed)
    {
        string directory = PathArgument.Local(parsed.GetRequiredValue(_directory), _directory.Name);
        if (!Directory.Exists(directory))
        {
            throw CliException.Usage($"--directory: found \"{LogEscape.Text(directory)}\", which is no directory; allowed: a directory that is there.");
        }

        IReadOnlyList<string> keys = PublicKeyArguments.Read(parsed.GetValue(_keys) ?? []);
        string? password = parsed.GetValue(_passwordFile) is string file ? PasswordFlags.FirstLine(file, _passwordFile.Name) : parsed.GetValue(_password);
        bool isGenerated = password is null && keys.Count == 0;
        return new PortableSettings
        {
            Options = Options(parsed),
            Directory = directory,
            UserName = parsed.GetRequiredValue(_user),
            Password = isGenerated ? RandomNumberGenerator.GetString(PasswordLetters, PasswordLength) : password,
            PublicKeys = keys,
            Permissions = PermissionArguments.Read(parsed.GetRequiredValue(_permissions), _permissions.Name),
            IsPasswordGenerated = isGenerated,
        };
    }

    private HpcOptions Options(ParseResult parsed)
    {
        var entries = new List<ConfigurationEntry> { new("admin.address", "", EntryKind.Plain, "portable") };
        Add(entries, parsed, _logFile, "log.file");
        Add(entries, parsed, _logLevel, "log.level");
        Add(entries, parsed, _confinement, "storage.confinement");
        entries.Add(new ConfigurationEntry("drain.grace_seconds", parsed.GetValue(_grace) ?? "0", EntryKind.Plain, _grace.Name));
        entries.Add(new ConfigurationEntry("log.utc", parsed.GetValue(_utc) ? "true" : "false", EntryKind.Plain, _utc.Name));
        Add(entries, parsed, _ftpCertificate, "ftp.certificate_file");
        Add(entries, parsed, _ftpKey, "ftp.certificate_key_file");

        // Nobody has opened a range for it: what the kernel gives cannot be taken by another program.
        entries.Add(new ConfigurationEntry("ftp.passive_ports", "", EntryKind.Plain, "portable"));
        HpcOptions options = ConfigurationLoader.Bind(entries);
        options.Ssh.Listeners.Add(new ListenerSection { Address = new IPEndPoint(AddressOf(parsed), parsed.GetValue(_port)) });
        if (parsed.GetValue(_ftp) || parsed.GetValue(_ftpPort) is not null || parsed.GetValue(_ftpCertificate) is not null)
        {
            options.Ftp.Listeners.Add(new FtpListenerSection
            {
                Address = new IPEndPoint(AddressOf(parsed), parsed.GetValue(_ftpPort) ?? 0),
                TlsMode = parsed.GetValue(_ftpCertificate) is null ? FtpTlsModeName.Optional : FtpTlsModeName.ControlAndData,
            });
        }

        return options;
    }

    private IPAddress AddressOf(ParseResult parsed)
    {
        string? text = parsed.GetValue(_address);
        return text is null ? IPAddress.IPv6Any
            : IPAddress.TryParse(text, out IPAddress? address) ? address
            : throw CliException.Usage($"--address: found \"{LogEscape.Text(text)}\", allowed: an IP address like 127.0.0.1 or ::1.");
    }

    private static void Add(List<ConfigurationEntry> entries, ParseResult parsed, Option<string?> option, string path)
    {
        if (parsed.GetValue(option) is string value)
        {
            entries.Add(new ConfigurationEntry(path, value, EntryKind.Plain, option.Name));
        }
    }
}
