using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Which methods a user may log in by, alone or one behind the other. A chain of two is required exactly when every method of the protocol that is still allowed is a chain (R2.14).
/// </summary>
internal sealed class LoginSteps(AuthenticatorOptions options)
{
    /// <summary>What a right credential of this attempt is good for.</summary>
    public LoginStep Judge(LoginRules rules, LoginAttempt attempt) => attempt.Protocol switch
    {
        ProtocolNames.Ssh => JudgeSsh(rules, attempt),
        ProtocolNames.Ftp or ProtocolNames.Dav => JudgeTls(rules, attempt),
        ProtocolNames.Http => JudgeHttp(rules, attempt),
        _ => LoginStep.Refused,
    };

    /// <summary>What may follow the first step; empty if no chain is required.</summary>
    public IReadOnlyList<LoginMethod> Next(LoginRules rules, string protocol) => protocol switch
    {
        ProtocolNames.Ssh => NextSsh(rules),
        ProtocolNames.Ftp or ProtocolNames.Dav => IsTlsChainRequired(rules) ? [LoginMethod.Password] : [],
        _ => [],
    };

    private LoginStep JudgeSsh(LoginRules rules, LoginAttempt attempt)
    {
        List<LoginMethod> next = NextSsh(rules);
        if (next.Count == 0)
        {
            return IsAloneAllowed(rules, attempt.Method) ? LoginStep.Complete : LoginStep.Refused;
        }

        if (attempt.Method == LoginMethod.PublicKey)
        {
            return LoginStep.First;
        }

        return IsBehind(attempt, LoginMethod.PublicKey) && next.Contains(attempt.Method) ? LoginStep.Complete : LoginStep.Refused;
    }

    private static LoginStep JudgeTls(LoginRules rules, LoginAttempt attempt)
    {
        bool isChain = IsTlsChainRequired(rules);
        return attempt.Method switch
        {
            LoginMethod.TlsCertificate when isChain => LoginStep.First,
            LoginMethod.TlsCertificate => Allowed(rules, LoginMethodNames.TlsCertificate) ? LoginStep.Complete : LoginStep.Refused,
            LoginMethod.Password when isChain => IsBehind(attempt, LoginMethod.TlsCertificate) ? LoginStep.Complete : LoginStep.Refused,
            LoginMethod.Password => Allowed(rules, LoginMethodNames.Password) ? LoginStep.Complete : LoginStep.Refused,
            _ => LoginStep.Refused,
        };
    }

    private static LoginStep JudgeHttp(LoginRules rules, LoginAttempt attempt) => attempt.Method switch
    {
        LoginMethod.Password when Allowed(rules, LoginMethodNames.Password) => LoginStep.Complete,
        LoginMethod.ApiKey when rules.AllowApiKeys => LoginStep.Complete,
        _ => LoginStep.Refused,
    };

    private List<LoginMethod> NextSsh(LoginRules rules)
    {
        if (rules.DeniedMethods.Count == 0
            || IsAloneAllowed(rules, LoginMethod.PublicKey)
            || IsAloneAllowed(rules, LoginMethod.Password)
            || IsAloneAllowed(rules, LoginMethod.KeyboardInteractive))
        {
            return [];
        }

        var next = new List<LoginMethod>(2);
        if (options.IsSshPasswordEnabled && Allowed(rules, LoginMethodNames.PublicKeyAndPassword))
        {
            next.Add(LoginMethod.Password);
        }

        if (options.IsSshKeyboardInteractiveEnabled && Allowed(rules, LoginMethodNames.PublicKeyAndKeyboardInteractive))
        {
            next.Add(LoginMethod.KeyboardInteractive);
        }

        return next;
    }

    private bool IsAloneAllowed(LoginRules rules, LoginMethod method) => method switch
    {
        LoginMethod.PublicKey => Allowed(rules, LoginMethodNames.PublicKey),
        LoginMethod.Password => options.IsSshPasswordEnabled && Allowed(rules, LoginMethodNames.Password) && Allowed(rules, LoginMethodNames.PasswordOverSsh),
        LoginMethod.KeyboardInteractive => options.IsSshKeyboardInteractiveEnabled && Allowed(rules, LoginMethodNames.KeyboardInteractive),
        _ => false,
    };

    private static bool IsTlsChainRequired(LoginRules rules) =>
        !Allowed(rules, LoginMethodNames.Password)
        && !Allowed(rules, LoginMethodNames.TlsCertificate)
        && Allowed(rules, LoginMethodNames.TlsCertificateAndPassword);

    private static bool IsBehind(LoginAttempt attempt, LoginMethod first) => attempt.Completed.Count > 0 && attempt.Completed[^1] == first;

    private static bool Allowed(LoginRules rules, string name) => !rules.DeniedMethods.Contains(name, StringComparer.Ordinal);
}
