using System.Net;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// What happens when a login has ended: whoever counts hears of it, and the answer waits as long as the settings say (R2.5), all refusals of passwords alike.
/// At most <see cref="MaxWaiting"/> answers wait; more are given at once.
/// </summary>
public sealed class LoginWatch
{
    internal const int MaxWaiting = 10_000;

    private readonly ILoginObserver? _observer;
    private readonly TimeSpan _success;
    private readonly TimeSpan _passwordFailed;
    private readonly TimeProvider _time;
    private readonly Spaced _keysOfNobody;
    private int _waiting;

    /// <param name="observer">Hears of logins; null for nobody.</param>
    /// <param name="success">How long an acceptance waits.</param>
    /// <param name="passwordFailed">How long a refused password waits.</param>
    /// <param name="time">The clock.</param>
    public LoginWatch(ILoginObserver? observer, TimeSpan success, TimeSpan passwordFailed, TimeProvider time)
    {
        _observer = observer;
        _success = success;
        _passwordFailed = passwordFailed;
        _time = time;

        // Clients offer one key after another for the same name.
        _keysOfNobody = new Spaced(TimeSpan.FromMinutes(1), time);
    }

    /// <summary>Answers that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A user's attempt ended. Returns when it may be answered, or when nobody waits for the answer any more.</summary>
    internal ValueTask OnUserAsync(LoginAttempt attempt, LoginOutcome outcome, CancellationToken ct)
    {
        bool isPassword = attempt.Method is LoginMethod.Password or LoginMethod.KeyboardInteractive;
        switch (outcome.Verdict)
        {
            case LoginVerdict.Accepted:
                _observer?.OnLogin(attempt.RemoteAddress, attempt.Protocol, LoginEvent.Accepted);

                // A key of the API comes with every request.
                return attempt.Method == LoginMethod.ApiKey ? default : WaitAsync(_success, ct);
            case LoginVerdict.Refused:
                if (isPassword || attempt.Method == LoginMethod.ApiKey || IsKeyOfNobody(attempt, outcome))
                {
                    OnRefused(attempt.RemoteAddress, attempt.Protocol, outcome.Reason);
                }

                return isPassword ? WaitAsync(_passwordFailed, ct) : default;
            default:
                return default;
        }
    }

    /// <summary>An administrator's attempt ended. Returns when it may be answered, or when nobody waits for the answer any more.</summary>
    internal ValueTask OnAdminAsync(AdminLoginAttempt attempt, AdminLoginOutcome outcome, CancellationToken ct)
    {
        switch (outcome.Verdict)
        {
            case AdminLoginVerdict.Accepted:
                _observer?.OnLogin(attempt.RemoteAddress, Objects.ProtocolNames.Http, LoginEvent.Accepted);
                return WaitAsync(_success, ct);
            case AdminLoginVerdict.Refused:
                OnRefused(attempt.RemoteAddress, Objects.ProtocolNames.Http, outcome.Reason);
                return WaitAsync(_passwordFailed, ct);
            default:
                return default;
        }
    }

    /// <summary>Somebody was refused by something that is not told otherwise.</summary>
    internal void OnRefused(IPAddress remote, string protocol, string? reason)
    {
        if (_observer is not null && LoginReasons.IsOfPeer(reason))
        {
            _observer.OnLogin(
                remote,
                protocol,
                reason is LoginReasons.NoSuchUser or LoginReasons.NoSuchAdmin or LoginReasons.NoSuchKey ? LoginEvent.UserNotFound : LoginEvent.Failed);
        }
    }

    // Keys that a user does not have are offered by honest clients all the time, and a certificate that only lets a client connect comes before every password;
    // a user that there is not, by its name once.
    private bool IsKeyOfNobody(LoginAttempt attempt, LoginOutcome outcome) =>
        attempt.Method is LoginMethod.PublicKey or LoginMethod.TlsCertificate && outcome.Reason == LoginReasons.NoSuchUser && _keysOfNobody.TryPass($"{attempt.RemoteAddress} {attempt.UserName}");

    private async ValueTask WaitAsync(TimeSpan time, CancellationToken ct)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
            {
                await Task.Delay(time, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
