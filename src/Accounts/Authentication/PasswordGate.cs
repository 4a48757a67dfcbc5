using System.Net;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>Compares passwords with stored hashes at the same cost whether there is a hash or not, and remembers what was right.</summary>
internal sealed class PasswordGate(PasswordWorkers workers, VerifiedPasswords? verified, ILogger logger)
{
    private static readonly ReadOnlyMemory<byte> PlaceholderPassword = "placeholder"u8.ToArray();

    private readonly DecoyHashes _decoys = new(workers.NewDecoy());

    public PasswordWorkers Workers { get; } = workers;

    /// <summary>True if the password was verified against this hash a moment ago. The same work where there is no hash: its time does not tell who has one.</summary>
    public bool Knows(string name, string? hash, ReadOnlySpan<byte> password) =>
        verified is not null && verified.Knows(name, hash ?? _decoys.Any, password) && hash is not null;

    /// <summary>Verifies once, whatever is given. Null is right; otherwise why it is not, for the log.</summary>
    public async ValueTask<string?> WhyWrongAsync(string name, string? hash, ReadOnlyMemory<byte> password, IPAddress source, CancellationToken ct)
    {
        bool isUsable = PasswordHash.IsUsable(password.Span);
        string? supported = Supported(name, hash);
        PasswordCheck check = await Workers.VerifyAsync(supported ?? _decoys.For(name), isUsable ? password : PlaceholderPassword, source, ct).ConfigureAwait(false);
        string? wrong = Explain(check);
        return LoginReasons.IsUnverified(wrong) ? wrong : (supported is null ? "the account has no password" : null)
            ?? (isUsable ? null : "the password is empty, too long or holds NUL")
            ?? wrong;
    }

    /// <summary>Remembers a password that is right.</summary>
    public void Remember(string name, string hash, ReadOnlySpan<byte> password) => verified?.Add(name, hash, password);

    private string? Supported(string name, string? hash)
    {
        if (hash is null)
        {
            return null;
        }

        if (!PasswordHash.IsSupported(hash))
        {
            AccountsLog.UnsupportedPasswordHash(logger, name);
            return null;
        }

        _decoys.Learn(hash);
        return hash;
    }

    private static string? Explain(PasswordCheck check) => check switch
    {
        PasswordCheck.Match => null,
        PasswordCheck.Mismatch => "wrong password",
        PasswordCheck.QueueFull => LoginReasons.QueueFull,
        PasswordCheck.TimedOut => LoginReasons.TimedOut,
        _ => LoginReasons.VerificationFailed,
    };
}
