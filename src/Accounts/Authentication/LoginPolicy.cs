using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Authentication;

/// <summary>Every rule about who may log in how, when and from where, but for the credential itself. It knows nothing of how the answer is come by, and costs microseconds.</summary>
internal sealed class LoginPolicy(AuthenticatorOptions options, TimeProvider time)
{
    private readonly ConditionalWeakTable<LoginRules, Sources> _sources = [];

    public LoginSteps Steps { get; } = new(options);

    /// <summary>Null if nothing but the credential stands against the attempt; otherwise what does, for the log.</summary>
    public string? WhyRefused(UserAccount? user, LoginAttempt attempt)
    {
        if (user is null)
        {
            return LoginReasons.NoSuchUser;
        }

        return WhyBarred(user) ?? WhyNotSo(user.Logins, attempt) ?? WhyNotYet(user.Logins, attempt);
    }

    /// <summary>Null if somebody who was let in before may go on now: the rules without those about methods and credentials.</summary>
    public string? WhyEnded(UserAccount? user, string protocol, IPAddress remoteAddress)
    {
        if (user is null)
        {
            return LoginReasons.NoSuchUser;
        }

        return WhyBarred(user) ?? WhyNotHere(user.Logins, protocol, remoteAddress);
    }

    /// <summary>True if logins by a protocol need a one-time password.</summary>
    public static bool HasTotp(LoginRules rules, string protocol) =>
        rules.Totp.Enabled && !rules.IsAnonymous && rules.Totp.Protocols.Contains(protocol, StringComparer.Ordinal);

    /// <summary>True if keyboard-interactive as the step behind a key asks for the one-time password alone (R2.16).</summary>
    public static bool IsPasscodeAlone(LoginRules rules, string protocol) => protocol == ProtocolNames.Ssh && HasTotp(rules, protocol);

    /// <summary>True if the password must be changed before anything else (R2.9).</summary>
    public bool MustChangePassword(LoginRules rules) => rules.RequirePasswordChange || rules.PasswordExpiresAt <= time.GetUtcNow();

    /// <summary>True if a second factor must be set up before anything else (R2.32).</summary>
    public static bool MustSetSecondFactor(LoginRules rules) => rules.SecondFactorProtocols.Any(protocol => !HasTotp(rules, protocol));

    private string? WhyBarred(UserAccount user)
    {
        if (!user.IsEnabled)
        {
            return "the user is disabled";
        }

        return user.ExpiresAt <= time.GetUtcNow() ? "the user has expired" : null;
    }

    private string? WhyNotHere(LoginRules rules, string protocol, IPAddress remoteAddress)
    {
        if (rules.DeniedProtocols.Contains(protocol, StringComparer.Ordinal))
        {
            return $"the user may not use {protocol}";
        }

        if (!_sources.GetValue(rules, static rules => new Sources(rules)).Allow(remoteAddress))
        {
            return "the address is not one of the user's";
        }

        return IsTimeOfUser(rules.AccessTimes) ? null : "it is not a time of the user's";
    }

    private string? WhyNotSo(LoginRules rules, LoginAttempt attempt)
    {
        if (WhyNotHere(rules, attempt.Protocol, attempt.RemoteAddress) is { } reason)
        {
            return reason;
        }

        if (rules.IsAnonymous && (attempt.Protocol is not (ProtocolNames.Ftp or ProtocolNames.Dav) || attempt.Method != LoginMethod.Password))
        {
            return "anonymous users log in by password over FTP and WebDAV alone";
        }

        return Steps.Judge(rules, attempt) == LoginStep.Refused ? "the user may not use this method" : null;
    }

    /// <summary>What the user must do first, by another way in.</summary>
    private string? WhyNotYet(LoginRules rules, LoginAttempt attempt)
    {
        if (rules.IsAnonymous)
        {
            return null;
        }

        bool isHttp = attempt.Protocol == ProtocolNames.Http;
        bool mustSetSecondFactor = isHttp
            ? attempt.Method == LoginMethod.ApiKey && MustSetSecondFactor(rules)
            : rules.SecondFactorProtocols.Contains(attempt.Protocol, StringComparer.Ordinal) && !HasTotp(rules, attempt.Protocol);
        if (mustSetSecondFactor)
        {
            return "second factor authentication is not set";
        }

        // HTTP lets in to choose a new one; keys and certificates go on.
        if (!isHttp && IsByPassword(rules, attempt) && MustChangePassword(rules))
        {
            return "the password has expired or must be changed";
        }

        bool cannotAsk = attempt is { Protocol: ProtocolNames.Ssh, Method: LoginMethod.Password } && HasTotp(rules, attempt.Protocol) && Steps.Next(rules, attempt.Protocol).Count == 0;
        return cannotAsk ? "the one-time password can be asked for by keyboard-interactive alone" : null;
    }

    private static bool IsByPassword(LoginRules rules, LoginAttempt attempt) => attempt.Method switch
    {
        LoginMethod.Password => true,
        LoginMethod.KeyboardInteractive => attempt.Completed.Count == 0 || !IsPasscodeAlone(rules, attempt.Protocol),
        _ => false,
    };

    private bool IsTimeOfUser(IReadOnlyList<TimePeriod> periods)
    {
        if (periods.Count == 0)
        {
            return true;
        }

        DateTimeOffset now = options.UsesLocalTime ? time.GetLocalNow() : time.GetUtcNow();
        var minute = new TimeOnly(now.Hour, now.Minute);
        foreach (TimePeriod period in periods)
        {
            if (period.DayOfWeek == (int)now.DayOfWeek
                && TryParse(period.From, out TimeOnly from)
                && TryParse(period.To, out TimeOnly to)
                && minute >= from
                && minute <= to)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(string text, out TimeOnly value) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);

    private sealed class Sources(LoginRules rules)
    {
        private readonly SourceNetworks _allowed = new(rules.AllowedSources);
        private readonly SourceNetworks _denied = new(rules.DeniedSources);

        /// <summary>Allowed networks win over denied ones, and where there are any, nothing else is allowed.</summary>
        public bool Allow(IPAddress address) => _allowed.IsEmpty ? !_denied.MayContain(address) : _allowed.Contain(address);
    }
}
