using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.SecondFactor;

namespace Hpc.Accounts.Services;

/// <summary>
/// Codes for new passwords. Of a code its hash alone is kept, bound to the password of its time: after any other change of password it is good for nothing.
/// </summary>
internal sealed class PasswordResetService(ResettableAccounts accounts, ProfileService profiles, IPasswordMailer? mailer, ServiceEnvironment services) : IPasswordResetService
{
    // With 80 bits nobody guesses a code; the bound keeps the store and the hashing workers from being kept busy.
    private const int MaxTries = 10;
    private const int MaxCodeLength = RecoveryCodes.MaxLength;

    private static readonly TimeSpan SendInterval = TimeSpan.FromMinutes(1);
    private static readonly ChangeContext Nobody = new() { ActorName = "a reset code" };

    private IEphemeralStore Store => services.Provider.Ephemeral;

    public async ValueTask RequestAsync(ObjectKind kind, string name, IPAddress? remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = services.Names.Normalise(name);
        string place = PlaceOf(kind, name);
        DateTimeOffset now = services.Time.GetUtcNow();

        // An account is sent a code a minute at most, and a name that is none is treated alike.
        if (!await Store.TryAddAsync(place + ":sent", ReadOnlyMemory<byte>.Empty, now + SendInterval, ct).ConfigureAwait(false))
        {
            return;
        }

        ResettableAccount? account = await accounts.FindAsync(kind, name, ct).ConfigureAwait(false);
        string code = RecoveryCodes.New()[0];
        byte[] value = SHA256.HashData(Encoding.UTF8.GetBytes($"{code}\n{account?.Credential}"));
        await Store.PutAsync(account is null ? place + ":none" : place, value, now + services.Options.PasswordResetLifetime, ct).ConfigureAwait(false);
        await ForgetTriesAsync(place, ct).ConfigureAwait(false);
        if (account is not null && mailer is not null)
        {
            await SendAsync(kind, account, code, ct).ConfigureAwait(false);
        }
    }

    public async ValueTask<ObjectResult<IAccountObject>> CompleteAsync(ObjectKind kind, string name, string code, string password, IPAddress? remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(password);
        name = services.Names.Normalise(name);
        string place = PlaceOf(kind, name);
        bool mayTry = await TakeTryAsync(place, ct).ConfigureAwait(false);
        ResettableAccount? account = await accounts.FindAsync(kind, name, ct).ConfigureAwait(false);
        ReadOnlyMemory<byte>? expected = await Store.FindAsync(place, ct).ConfigureAwait(false);
        byte[] given = code.Length <= MaxCodeLength ? SHA256.HashData(Encoding.UTF8.GetBytes($"{code.Trim()}\n{account?.Credential}")) : [];
        if (!mayTry || account is null || expected is not { } value || !CryptographicOperations.FixedTimeEquals(value.Span, given))
        {
            return Wrong();
        }

        // A password that will not do leaves the code for another one.
        if (ProfileService.FaultOf(password, account.Rules, services.Hasher.MaxPasswordBytes) is { } fault)
        {
            return ObjectResult<IAccountObject>.Invalid([fault]);
        }

        if (!await Store.TryRemoveAsync(place, ct).ConfigureAwait(false))
        {
            return Wrong();
        }

        ChangeContext context = Nobody with { Remote = remote };
        return kind == ObjectKind.User
            ? Answer(await profiles.SetUserPasswordAsync(name, password, account.Rules, context, ct).ConfigureAwait(false))
            : Answer(await profiles.SetAdminPasswordAsync(name, password, context, ct).ConfigureAwait(false));
    }

    private async ValueTask SendAsync(ObjectKind kind, ResettableAccount account, string code, CancellationToken ct)
    {
        try
        {
            await mailer!.SendAsync(account.Email, account.Name, code, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Told to whoever asked, it would say that there is such an account.
            ServicesLog.ResetCodeNotSent(services.Logger, exception, kind, account.Name);
        }
    }

    // Exactly one of any number of callers on any number of nodes gets each try.
    private async ValueTask<bool> TakeTryAsync(string place, CancellationToken ct)
    {
        DateTimeOffset end = services.Time.GetUtcNow() + services.Options.PasswordResetLifetime;
        for (int i = 0; i < MaxTries; i++)
        {
            if (await Store.TryAddAsync($"{place}:{i}", ReadOnlyMemory<byte>.Empty, end, ct).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask ForgetTriesAsync(string place, CancellationToken ct)
    {
        for (int i = 0; i < MaxTries; i++)
        {
            await Store.TryRemoveAsync($"{place}:{i}", ct).ConfigureAwait(false);
        }
    }

    // Names of accounts may be as long as those of values.
    private static string PlaceOf(ObjectKind kind, string name) => $"reset:{(int)kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";

    private static ObjectResult<IAccountObject> Wrong() => ObjectResult<IAccountObject>.Failed(ObjectStatus.Forbidden, "The code is wrong or too old, or this account cannot be given a new password so.");

    private static ObjectResult<IAccountObject> Answer<T>(ObjectResult<T> result)
        where T : class, IAccountObject => new(result.Status, result.Value is { } value ? new(value.Value, value.Version) : null, result.Message, result.Errors);
}
