using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sessions;

/// <summary>Whether a session that is open may go on when its account is changed. Times of access are for logins alone.</summary>
public static class SessionRules
{
    private const string Share = "HTTPShare";

    /// <summary>Judges one session.</summary>
    /// <param name="request">How it was opened.</param>
    /// <param name="before">The account that it was judged by last; its credentials are not looked at.</param>
    /// <param name="credentialsBefore"><see cref="UserAccountDigest.OfCredentials"/> of that.</param>
    /// <param name="now">The account as it is; null if there is none.</param>
    /// <param name="time">The time.</param>
    public static SessionVerdict Judge(SessionRequest request, UserAccount before, UInt128 credentialsBefore, UserAccount? now, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(before);
        return now switch
        {
            null => SessionVerdict.Removed,

            // Versions go up alone: one that is lower is that of an account which took the name of one that was removed.
            _ when now.Version < before.Version => SessionVerdict.Removed,
            { IsEnabled: false } => SessionVerdict.Disabled,
            { ExpiresAt: { } expiry } when expiry <= time => SessionVerdict.Expired,
            _ when IsProtocolDenied(now.Logins, request.Protocol) => SessionVerdict.ProtocolDenied,

            // Who uses a share is not its owner: the addresses, methods and credentials of the account are not theirs.
            _ when request.Protocol == Share => now.WebClient.Contains(WebClientOptions.SharesDisabled, StringComparer.Ordinal) ? SessionVerdict.SharesDenied : SessionVerdict.GoesOn,
            _ when IsSourceDenied(now.Logins, request.Remote.Address) => SessionVerdict.SourceDenied,

            // A session that was opened by several steps has the last one as its method, which alone may have been denied all along.
            _ when IsMethodDenied(now.Logins, request) && !IsMethodDenied(before.Logins, request) => SessionVerdict.MethodDenied,
            _ when UserAccountDigest.OfCredentials(now) != credentialsBefore => SessionVerdict.CredentialsChanged,
            _ => SessionVerdict.GoesOn,
        };
    }

    /// <summary>The name by which accounts allow and deny the protocol of a session (<see cref="ProtocolNames"/>).</summary>
    public static string ProtocolOf(string sessionProtocol) => sessionProtocol switch
    {
        "SFTP" or "SCP" or "SSH" => ProtocolNames.Ssh,
        "FTP" or "FTPS" => ProtocolNames.Ftp,
        "DAV" or "WebDAV" => ProtocolNames.Dav,
        "HTTP" or Share => ProtocolNames.Http,
        _ => sessionProtocol,
    };

    /// <summary>True for protocols that open a session for each request.</summary>
    public static bool IsPerRequest(string sessionProtocol) => ProtocolOf(sessionProtocol) is ProtocolNames.Http or ProtocolNames.Dav;

    private static bool IsProtocolDenied(LoginRules rules, string protocol) => rules.DeniedProtocols.Contains(ProtocolOf(protocol), StringComparer.Ordinal);

    private static bool IsSourceDenied(LoginRules rules, IPAddress address) => rules switch
    {
        { AllowedSources.Count: > 0 } => !new SourceNetworks(rules.AllowedSources).Contain(address),
        { DeniedSources.Count: > 0 } => new SourceNetworks(rules.DeniedSources).MayContain(address),
        _ => false,
    };

    private static bool IsMethodDenied(LoginRules rules, SessionRequest request) => request.Method switch
    {
        LoginMethod.Password => IsDenied(rules, LoginMethodNames.Password)
            || (ProtocolOf(request.Protocol) == ProtocolNames.Ssh && IsDenied(rules, LoginMethodNames.PasswordOverSsh)),
        LoginMethod.KeyboardInteractive => IsDenied(rules, LoginMethodNames.KeyboardInteractive),
        LoginMethod.PublicKey => IsDenied(rules, LoginMethodNames.PublicKey),
        LoginMethod.TlsCertificate => IsDenied(rules, LoginMethodNames.TlsCertificate),
        LoginMethod.ApiKey => !rules.AllowApiKeys,
        _ => false,
    };

    private static bool IsDenied(LoginRules rules, string method) => rules.DeniedMethods.Contains(method, StringComparer.Ordinal);
}
