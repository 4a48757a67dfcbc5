using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>Judges API keys: <c>id.secret</c>, or <c>id.secret.name</c> for a key that is bound to no account (R3.22). It fails closed.</summary>
public sealed class ApiKeyAuthenticator
{
    private const int AdminScope = 1;
    private const int UserScope = 2;
    private const int MaxLength = 1024;

    private readonly IObjectStore _objects;
    private readonly PasswordGate _secrets;
    private readonly IAuthenticator _users;
    private readonly AdminAuthenticator _admins;
    private readonly KeyUseRecorder _uses;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LoginWatch? _watch;

    /// <summary>Makes an authenticator. It disposes nothing that it is given.</summary>
    /// <param name="provider">Has the keys.</param>
    /// <param name="workers">Verify secrets.</param>
    /// <param name="users">Judges the users that keys act for.</param>
    /// <param name="admins">Judges the administrators that keys act for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets refusals and faults.</param>
    /// <param name="verified">Secrets that need no verification again; not the table that passwords are in. Null for none.</param>
    /// <param name="watch">Hears of refused keys; null for none. Of users whom a key acts for the authenticator of users tells.</param>
    public ApiKeyAuthenticator(
        IDataProvider provider,
        PasswordWorkers workers,
        IAuthenticator users,
        AdminAuthenticator admins,
        TimeProvider time,
        ILogger<ApiKeyAuthenticator> logger,
        VerifiedPasswords? verified = null,
        LoginWatch? watch = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(workers);
        _objects = provider.Objects;
        _secrets = new PasswordGate(workers, verified, logger);
        _users = users;
        _admins = admins;
        _uses = new KeyUseRecorder(provider.Activity, time, logger);
        _time = time;
        _logger = logger;
        _watch = watch;
    }

    /// <summary>Judges the value of the header, from this address.</summary>
    public async ValueTask<ApiKeyOutcome> AuthenticateAsync(string key, IPAddress remoteAddress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(remoteAddress);
        ApiKeyOutcome outcome = await TryAsync(key, remoteAddress, ct).ConfigureAwait(false);
        if (outcome.Verdict is ApiKeyVerdict.Malformed or ApiKeyVerdict.Refused)
        {
            AccountsLog.ApiKeyRefused(_logger, outcome.KeyId ?? "(none)", outcome.Account.Length > 0 ? outcome.Account : "(nobody)", remoteAddress, outcome.Reason ?? "refused");
        }

        return outcome;
    }

    private async ValueTask<ApiKeyOutcome> TryAsync(string key, IPAddress remoteAddress, CancellationToken ct)
    {
        if (!TryParse(key, out string? id, out string? secret, out string name))
        {
            return ApiKeyOutcome.Malformed("the key has not the form id.secret or id.secret.name");
        }

        try
        {
            ApiKeyOutcome outcome = await JudgeAsync(id, secret, name, remoteAddress, ct).ConfigureAwait(false);
            return ct.IsCancellationRequested ? ApiKeyOutcome.Refused(id, "given up before its answer") : outcome;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ApiKeyOutcome.Refused(id, "given up before its answer");
        }
#pragma warning disable CA1031 // Authentication fails closed: whatever goes wrong is a refusal.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccountsMetrics.Fault();
            AccountsLog.AuthenticationFault(_logger, exception, LoginMethod.ApiKey, remoteAddress, ProtocolNames.Http);
            return ApiKeyOutcome.Refused(id, LoginReasons.FaultPrefix + exception.GetType().Name);
        }
    }

    private async ValueTask<ApiKeyOutcome> JudgeAsync(string id, string secret, string name, IPAddress remoteAddress, CancellationToken ct)
    {
        if (await FindAsync(id, ct).ConfigureAwait(false) is not { } key)
        {
            _watch?.OnRefused(remoteAddress, ProtocolNames.Http, LoginReasons.NoSuchKey);
            return ApiKeyOutcome.Malformed(LoginReasons.NoSuchKey) with { KeyId = id, Account = name };
        }

        string bound = BoundOf(key);
        ApiKeyOutcome outcome = await JudgeAsync(key, secret, name, remoteAddress, ct).ConfigureAwait(false);
        return outcome with { Account = bound.Length > 0 ? bound : name };
    }

    private async ValueTask<ApiKeyOutcome> JudgeAsync(ApiKey key, string secret, string name, IPAddress remoteAddress, CancellationToken ct)
    {
        string id = key.Id;
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        if (await WhySecretWrongAsync(key, bytes, remoteAddress, ct).ConfigureAwait(false) is { } wrong)
        {
            _watch?.OnRefused(remoteAddress, ProtocolNames.Http, wrong);
            return ApiKeyOutcome.Refused(id, "wrong secret");
        }

        // The verification may have waited long enough for the key to be changed or removed.
        ApiKey? now = await FindAsync(id, ct).ConfigureAwait(false);
        if (now is null || now.Key != key.Key)
        {
            return ApiKeyOutcome.Refused(id, "the key changed while its secret was verified");
        }

        _secrets.Remember(id, now.Key!, bytes);
        if (now.ExpiresAt > 0 && now.ExpiresAt <= _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return ApiKeyOutcome.Refused(id, "the key has expired");
        }

        return await ActForAsync(now, name, remoteAddress, ct).ConfigureAwait(false);
    }

    private async ValueTask<string?> WhySecretWrongAsync(ApiKey key, byte[] secret, IPAddress remoteAddress, CancellationToken ct)
    {
        string? hash = string.IsNullOrEmpty(key.Key) ? null : key.Key;
        if (_secrets.Knows(key.Id, hash, secret))
        {
            AccountsMetrics.PasswordRecognised();
            return null;
        }

        return await _secrets.WhyWrongAsync(key.Id, hash, secret, remoteAddress, ct).ConfigureAwait(false);
    }

    private async ValueTask<ApiKeyOutcome> ActForAsync(ApiKey key, string name, IPAddress remoteAddress, CancellationToken ct)
    {
        string bound = BoundOf(key);
        if (bound.Length > 0 && name.Length > 0 && !string.Equals(bound, name, StringComparison.Ordinal))
        {
            return ApiKeyOutcome.Refused(key.Id, "the key is bound to another account");
        }

        string target = bound.Length > 0 ? bound : name;
        ApiKeyOutcome outcome = key.Scope switch
        {
            _ when target.Length == 0 => ApiKeyOutcome.Refused(key.Id, "the key is bound to no account, and none is named"),
            AdminScope => await ActForAdminAsync(key, target, remoteAddress, ct).ConfigureAwait(false),
            UserScope => await ActForUserAsync(key, target, remoteAddress, ct).ConfigureAwait(false),
            _ => ApiKeyOutcome.Refused(key.Id, "the key has an unknown scope"),
        };
        if (outcome.Verdict is ApiKeyVerdict.AcceptedAdmin or ApiKeyVerdict.AcceptedUser)
        {
            _uses.Record(key.Id);
        }

        return outcome;
    }

    private async ValueTask<ApiKeyOutcome> ActForAdminAsync(ApiKey key, string target, IPAddress remoteAddress, CancellationToken ct)
    {
        Versioned<Admin>? admin = await _admins.FindAllowedAsync(target, remoteAddress, ct).ConfigureAwait(false);
        if (admin is null || !admin.Value.Filters.AllowApiKeyAuth)
        {
            return ApiKeyOutcome.Refused(key.Id, "the administrator is not there, not enabled, not from this address or not for keys");
        }

        if (AdminLoginOutcome.Accepted(admin).IsLimited)
        {
            return ApiKeyOutcome.Refused(key.Id, "the administrator must first choose a password or set up a second factor");
        }

        _admins.Record(target);
        return new ApiKeyOutcome(ApiKeyVerdict.AcceptedAdmin, null) { KeyId = key.Id, Admin = admin };
    }

    private async ValueTask<ApiKeyOutcome> ActForUserAsync(ApiKey key, string target, IPAddress remoteAddress, CancellationToken ct)
    {
        var attempt = new LoginAttempt { UserName = target, RemoteAddress = remoteAddress, Protocol = ProtocolNames.Http, Method = LoginMethod.ApiKey };
        LoginOutcome outcome = await _users.AuthenticateAsync(attempt, ct).ConfigureAwait(false);
        return outcome switch
        {
            { Verdict: LoginVerdict.Accepted, User: { } user, IsLimited: false } => new ApiKeyOutcome(ApiKeyVerdict.AcceptedUser, null) { KeyId = key.Id, User = user },
            { Verdict: LoginVerdict.Accepted } => ApiKeyOutcome.Refused(key.Id, "the user must first choose a password or set up a second factor"),
            { Verdict: LoginVerdict.PasscodeNeeded } => ApiKeyOutcome.Refused(key.Id, "a one-time password is needed"),
            _ => ApiKeyOutcome.Refused(key.Id, outcome.Reason ?? "refused"),
        };
    }

    private static string BoundOf(ApiKey key) => key.Scope == AdminScope ? key.Admin : key.User;

    private async ValueTask<ApiKey?> FindAsync(string id, CancellationToken ct)
    {
        StoredObject? stored = await _objects.FindAsync(new ObjectKey(ObjectKind.ApiKey, id), ct).AsTask().WaitAsync(ct).ConfigureAwait(false);
        ApiKey? key = stored is null ? null : ObjectDocument.Read<ApiKey>(stored.Document);
        return key is not null && string.Equals(key.Id, id, StringComparison.Ordinal) ? key : null;
    }

    private static bool TryParse(string key, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? secret, out string name)
    {
        id = secret = null;
        name = "";
        if (key.Length > MaxLength)
        {
            return false;
        }

        // Names may have dots, ids and secrets have none.
        string[] parts = key.Split('.', 3);
        if (parts.Length < 2 || !UserNameRules.IsValid(parts[0]) || parts[1].Length == 0 || (parts.Length == 3 && !UserNameRules.IsValid(parts[2])))
        {
            return false;
        }

        (id, secret, name) = (parts[0], parts[1], parts.Length == 3 ? parts[2] : "");
        return true;
    }
}
