using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.SecondFactor;

/// <summary>
/// Checks one-time passwords of accounts. A code is good once: of any number of tries with it, at once or one after the other, on any number of nodes, exactly one is right.
/// Behind too many wrong ones in a while, which only somebody who knows the password can give, no code of the account is looked at any more in that while.
/// </summary>
public sealed class SecondFactors
{
    // Nodes' clocks differ, and the store's may be another one still: a mark outlives the last clock that takes its code.
    private static readonly TimeSpan MarkMargin = TimeSpan.FromMinutes(10);

    // 2,880 tries a day against three codes in a million: one chance in 115 that one of them is right.
    private const int MaxWrong = 10;
    private static readonly TimeSpan WrongWindow = TimeSpan.FromMinutes(5);

    private readonly ISecretProtector _secrets;
    private readonly IEphemeralStore _marks;
    private readonly TimeProvider _time;

    /// <summary>Checks against these configurations.</summary>
    /// <param name="settings">What accounts may name, each name once; the first is for those who name none.</param>
    /// <param name="secrets">Reveals the accounts' secrets.</param>
    /// <param name="marks">Keeps what was used.</param>
    /// <param name="time">The clock.</param>
    public SecondFactors(IReadOnlyList<TotpSettings> settings, ISecretProtector secrets, IEphemeralStore marks, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfZero(settings.Count);
        Settings = settings;
        _secrets = secrets;
        _marks = marks;
        _time = time;
    }

    /// <summary>What accounts may name.</summary>
    public IReadOnlyList<TotpSettings> Settings { get; }

    /// <summary>The configuration of this name, or null.</summary>
    public TotpSettings? Find(string name) => Settings.FirstOrDefault(settings => string.Equals(settings.Name, name, StringComparison.Ordinal));

    /// <summary>True if a code fits a secret (base32) now: for those who set up a second factor. It does not use the code up.</summary>
    public bool Fits(TotpSettings settings, string secret, string code)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(code);
        return Base32.TryDecode(secret, out byte[]? key) && FitsNow(key, settings, code);
    }

    /// <summary>True if a code fits an account's second factor now. It does not use the code up and says nothing about earlier use.</summary>
    public bool Fits(TotpConfig config, string code)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(code);
        return TryGetKey(config, out TotpSettings? settings, out byte[]? key) && FitsNow(key!, settings!, code);
    }

    /// <summary>Checks a code and uses it up.</summary>
    /// <param name="kind">Whose account: users and administrators are told apart.</param>
    /// <param name="accountName">Name of the account.</param>
    /// <param name="config">Its second factor.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="ct">Gives up; then the code may be used up.</param>
    public async ValueTask<PasscodeCheck> UseAsync(ObjectKind kind, string accountName, TotpConfig config, string code, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(code);
        if (!TryGetKey(config, out TotpSettings? settings, out byte[]? key))
        {
            return PasscodeCheck.Unavailable;
        }

        DateTimeOffset now = _time.GetUtcNow();
        long step = Totp.FindStep(key!, settings!.Algorithm, code.AsSpan().Trim(), now);
        string account = DigestOf(kind, accountName, key!);
        CryptographicOperations.ZeroMemory(key);

        // Every try takes a wrong one first, so that any number at the same moment does not pass the limit together; a right one gives it back.
        // A code that is not looked at is not used up either, and nothing tells that it was a right one.
        if (await TryTakeWrongAsync(account, now, ct).ConfigureAwait(false) is not { } wrong)
        {
            return PasscodeCheck.Throttled;
        }

        if (step < 0)
        {
            return PasscodeCheck.Wrong;
        }

        bool isFirst = await TryMarkAsync($"totp:{account}:{step}", Totp.EndOf(step), ct).ConfigureAwait(false);
        await _marks.TryRemoveAsync(wrong, ct).ConfigureAwait(false);
        return isFirst ? PasscodeCheck.Right : PasscodeCheck.Used;
    }

    /// <summary>Takes one of the wrong tries of an account; null if there are no more for a while.</summary>
    private async ValueTask<string?> TryTakeWrongAsync(string account, DateTimeOffset now, CancellationToken ct)
    {
        long window = now.UtcTicks / WrongWindow.Ticks;
        var end = new DateTimeOffset((window + 1) * WrongWindow.Ticks, TimeSpan.Zero);
        for (int i = 0; i < MaxWrong; i++)
        {
            string mark = WrongMark(account, window, i);
            if (await TryMarkAsync(mark, end, ct).ConfigureAwait(false))
            {
                return mark;
            }
        }

        return null;
    }

    private ValueTask<bool> TryMarkAsync(string name, DateTimeOffset end, CancellationToken ct) => _marks.TryAddAsync(name, ReadOnlyMemory<byte>.Empty, end + MarkMargin, ct);

    private static string WrongMark(string account, long window, int number) => $"totp-wrong:{account}:{window}:{number}";

    private bool TryGetKey(TotpConfig config, out TotpSettings? settings, out byte[]? key)
    {
        key = null;
        settings = config.ConfigName.Length == 0 ? Settings[0] : Find(config.ConfigName);
        return config.Enabled && settings is not null && _secrets.TryReveal(config.Secret, out string? secret) && Base32.TryDecode(secret, out key);
    }

    private bool FitsNow(byte[] key, TotpSettings settings, string code)
    {
        bool fits = Totp.FindStep(key, settings.Algorithm, code.AsSpan().Trim(), _time.GetUtcNow()) >= 0;
        CryptographicOperations.ZeroMemory(key);
        return fits;
    }

    /// <summary>Names of accounts may be as long as those of marks. The secret is in it so that a new one does not stumble over the marks of the old one.</summary>
    private static string DigestOf(ObjectKind kind, string accountName, byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{(int)kind}:{accountName}")).AsSpan(0, 16));
}
