using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;

namespace Hpc.Accounts.Tests.Sessions;

public sealed class SessionRulesTests
{
    private static readonly UserAccount Before = TestUsers.New(password: "secret");

    public static TheoryData<Func<UserAccount, UserAccount>, SessionVerdict, SessionVerdict> Changes => new()
    {
        { user => user with { Logins = new LoginRules { AllowedSources = ["198.51.100.0/24"] } }, SessionVerdict.SourceDenied, SessionVerdict.GoesOn },
        { user => user with { Logins = new LoginRules { DeniedSources = ["192.0.2.0/24"] } }, SessionVerdict.SourceDenied, SessionVerdict.GoesOn },
        { user => user with { Logins = new LoginRules { DeniedMethods = [LoginMethodNames.Password] } }, SessionVerdict.MethodDenied, SessionVerdict.GoesOn },
        { user => user with { PasswordHash = TestUsers.CheapHash("another") }, SessionVerdict.CredentialsChanged, SessionVerdict.GoesOn },
        { user => user with { WebClient = [WebClientOptions.SharesDisabled] }, SessionVerdict.GoesOn, SessionVerdict.SharesDenied },
        { user => user with { IsEnabled = false }, SessionVerdict.Disabled, SessionVerdict.Disabled },
        { user => user with { ExpiresAt = DateTimeOffset.UnixEpoch }, SessionVerdict.Expired, SessionVerdict.Expired },
        { user => user with { Logins = new LoginRules { DeniedProtocols = [ProtocolNames.Http] } }, SessionVerdict.ProtocolDenied, SessionVerdict.ProtocolDenied },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Who_uses_a_share_is_not_its_owner(Func<UserAccount, UserAccount> change, SessionVerdict ofOwner, SessionVerdict ofShare)
    {
        Judge("HTTP", LoginMethod.Password, change(Before)).ShouldBe(ofOwner);
        Judge("HTTPShare", LoginMethod.None, change(Before)).ShouldBe(ofShare);
        Judge("HTTPShare", LoginMethod.Password, change(Before)).ShouldBe(ofShare);
    }

    [Fact]
    public void A_share_ends_with_its_owner() => Judge("HTTPShare", LoginMethod.None, null).ShouldBe(SessionVerdict.Removed);

    private static SessionVerdict Judge(string protocol, LoginMethod method, UserAccount? now)
    {
        var request = new SessionRequest
        {
            User = Before,
            Protocol = protocol,
            Remote = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1),
            Local = new IPEndPoint(IPAddress.Loopback, 2),
            ClientVersion = "",
            Method = method,
            ConnectionId = "",
        };
        return SessionRules.Judge(request, Before, UserAccountDigest.OfCredentials(Before), now, DateTimeOffset.UnixEpoch.AddDays(1));
    }
}
