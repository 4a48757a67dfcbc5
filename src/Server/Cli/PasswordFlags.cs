using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Server.Cli;

/// <summary>Where a password comes from: standard input, a file, or somebody who types it. Never an argument, which every user of the machine could read.</summary>
internal sealed class PasswordFlags
{
    private readonly Option<bool> _stdin = new("--password-stdin") { Description = "Read the password from standard input (first line)." };

    private readonly Option<string?> _file = new("--password-file") { Description = "Read the password from a file (first line).", HelpName = "FILE" };

    private readonly Option<string?> _hash = new("--password-hash")
    {
        Description = "Take over a password hash from elsewhere: argon2id, bcrypt, yescrypt, SHA-512, SHA-256 and MD5 crypt, PBKDF2, {SHA512}, {SHA256}, {MD5}.",
        HelpName = "HASH",
    };

    public PasswordFlags(Command command)
    {
        command.Add(_stdin);
        command.Add(_file);
        command.Add(_hash);
        command.Validators.Add(result =>
        {
            int given = (result.GetValue(_stdin) ? 1 : 0) + (result.GetValue(_file) is null ? 0 : 1) + (result.GetValue(_hash) is null ? 0 : 1);
            if (given > 1)
            {
                result.AddError("Give one of --password-stdin, --password-file and --password-hash.");
            }
        });
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_stdin) || parsed.GetValue(_file) is not null || parsed.GetValue(_hash) is not null;

    /// <summary>The hash that the flags name, or null if they name none.</summary>
    public string? Hash(ParseResult parsed)
    {
        if (parsed.GetValue(_hash) is not string hash)
        {
            return null;
        }

        return PasswordHash.IsSupported(hash)
            ? hash
            : throw CliException.Usage($"--password-hash: found a hash that is not taken (not shown): {PasswordHash.WhyUnsupported(hash)}.");
    }

    /// <summary>The plain password that the flags name, or null if they name none.</summary>
    public string? Plain(ParseResult parsed, CliConsole console)
    {
        if (parsed.GetValue(_stdin))
        {
            return Usable(console.In.ReadLine() ?? "");
        }

        return parsed.GetValue(_file) is string file ? Usable(FirstLine(file, _file.Name)) : null;
    }

    /// <summary>Asks twice; null if nothing is typed.</summary>
    public static string? Ask(Func<string, string> ask)
    {
        string first = ask("Password (empty for none): ");
        if (first.Length == 0)
        {
            return null;
        }

        return ask("The same again: ") == first ? Usable(first) : throw new CliException("The two passwords differ.");
    }

    public static string FirstLine(string file, string flag) => FileArgument.ReadFirstLine(file, flag, PasswordHash.MaxPasswordLength + 1);

    private static string Usable(string password) => PasswordHash.IsUsable(Encoding.UTF8.GetBytes(password))
        ? password
        : throw CliException.Usage($"A password has 1 to {PasswordHash.MaxPasswordLength} bytes and no NUL.");

    public static string HashOf(string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return PasswordHash.IsUsable(bytes)
                ? PasswordHash.Hash(bytes)
                : throw CliException.Usage($"A password has 1 to {PasswordHash.MaxPasswordLength} bytes and no NUL.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
