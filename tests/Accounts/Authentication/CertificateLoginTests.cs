using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Accounts.Authentication;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class CertificateLoginTests : IDisposable
{
    private static readonly string[] AllButChain = ["password", "TLSCertificate"];

    private readonly AuthenticatorFixture _fixture = new();

    public CertificateLoginTests() => _fixture.Verifier.Answer = static (_, password) => password == "secret";

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("CN=alice", true)]
    [InlineData("CN=alice,O=Some", true)]
    [InlineData("O=Some,CN=alice", true)]
    [InlineData("CN=Alice", false)]
    [InlineData("CN=bob", false)]
    [InlineData("O=alice", false)]
    [InlineData("CN=alice,CN=bob", false)]
    [InlineData("CN=bob,CN=alice", false)]
    [InlineData("CN=alice+OU=x", false)]
    [InlineData("", false)]
    public async Task The_common_name_must_be_the_users(string subject, bool isRight)
    {
        await AddAsync(new LoginRules { IsCommonNameUser = true });
        byte[] certificate = New(subject).Der;
        foreach (string protocol in new[] { "FTP", "DAV" })
        {
            (await LoginAsync(certificate, protocol)).Verdict.ShouldBe(isRight ? LoginVerdict.Accepted : LoginVerdict.Refused);
        }

        (await LoginAsync(certificate, "HTTP")).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Where_the_name_does_not_count_a_certificate_is_no_credential()
    {
        await AddAsync(LoginRules.None);
        (await LoginAsync(New("CN=alice").Der)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Where_certificates_are_listed_one_of_them_it_must_be_whatever_its_name()
    {
        (byte[] first, string firstPem) = New("CN=whoever");
        (byte[] second, string secondPem) = New("CN=alice");
        byte[] other = New("CN=alice").Der;
        await AddAsync(new LoginRules { IsCommonNameUser = true, TlsCertificates = ["nonsense", firstPem, secondPem] });

        (await LoginAsync(first)).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await LoginAsync(second)).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await LoginAsync(other)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task What_is_no_certificate_or_none_of_now_is_refused()
    {
        await AddAsync(new LoginRules { IsCommonNameUser = true });
        byte[] certificate = New("CN=alice").Der;
        (await LoginAsync([])).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync([1, 2, 3])).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync([.. certificate, 0])).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync(certificate[..^1])).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync(New("CN=alice", daysFromNow: -20).Der)).Verdict.ShouldBe(LoginVerdict.Refused);
        (await LoginAsync(New("CN=alice", daysFromNow: 1).Der)).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task A_denied_certificate_is_refused_and_so_is_one_of_a_disabled_user()
    {
        byte[] certificate = New("CN=alice").Der;
        await AddAsync(new LoginRules { IsCommonNameUser = true, DeniedMethods = ["TLSCertificate"] });
        (await LoginAsync(certificate)).Verdict.ShouldBe(LoginVerdict.Refused);

        await _fixture.AddAsync(TestUsers.New("bob", "secret") with { IsEnabled = false, Logins = new LoginRules { IsCommonNameUser = true } });
        (await _fixture.LoginAsync(Attempt("bob", New("CN=bob").Der, "FTP"))).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(Attempt("nobody", New("CN=nobody").Der, "FTP"))).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    [Fact]
    public async Task Where_only_the_chain_is_allowed_the_password_follows_the_certificate()
    {
        await AddAsync(new LoginRules { IsCommonNameUser = true, DeniedMethods = AllButChain });
        byte[] certificate = New("CN=alice").Der;

        LoginOutcome first = await LoginAsync(certificate);
        first.Verdict.ShouldBe(LoginVerdict.Partial);
        first.Next.ShouldBe([LoginMethod.Password]);

        LoginAttempt second = AuthenticatorFixture.PasswordAttempt("alice", TestUsers.Utf8("secret"), protocol: "FTP") with { Completed = [LoginMethod.TlsCertificate], TlsCertificate = certificate };
        (await _fixture.LoginAsync(second)).Verdict.ShouldBe(LoginVerdict.Accepted);
        (await _fixture.LoginAsync(second with { Password = TestUsers.Utf8("wrong") })).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(second with { Completed = [] })).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(second with { TlsCertificate = New("CN=bob").Der })).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(second with { Protocol = "SSH" })).Verdict.ShouldBe(LoginVerdict.Refused);
        (await _fixture.LoginAsync(second with { Protocol = "HTTP" })).Verdict.ShouldBe(LoginVerdict.Refused);
    }

    private Task AddAsync(LoginRules rules) => _fixture.AddAsync(TestUsers.New(password: "secret") with { Logins = rules });

    private Task<LoginOutcome> LoginAsync(byte[] certificate, string protocol = "FTP") => _fixture.LoginAsync(Attempt("alice", certificate, protocol));

    private static LoginAttempt Attempt(string user, byte[] certificate, string protocol) =>
        AuthenticatorFixture.PasswordAttempt(user, [], LoginMethod.TlsCertificate, protocol) with { TlsCertificate = certificate };

    // Of ten days around the clock of the test.
    private (byte[] Der, string Pem) New(string subject, int daysFromNow = -5)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedName(subject);
        DateTimeOffset from = _fixture.Time.GetUtcNow() + TimeSpan.FromDays(daysFromNow);
        using X509Certificate2 certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(from, from + TimeSpan.FromDays(10));
        return (certificate.RawData, certificate.ExportCertificatePem());
    }
}
