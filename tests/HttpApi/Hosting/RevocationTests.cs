using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Numerics;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hpc.HttpApi.Tests;

/// <summary>Client certificates that were revoked, and cipher suites that were chosen.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("hpc-crl-");

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_certificate_that_its_authority_has_revoked_opens_no_connection(bool isRsa, bool isPem)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = MakeAuthority(key, "the authority");
        using X509Certificate2 good = MakeClient(authority, 1);
        using X509Certificate2 bad = MakeClient(authority, 0x80);
        HttpApiTls tls = WithClients(authority) with { RevocationFiles = [WriteList("first", authority, isPem)] };
        await using ApiServer server = await StartAsync(tls);
        (await AskAsync(server, good)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(server, bad)).ShouldBe(HttpStatusCode.OK);

        // Read again, for connections from then on.
        WriteList("first", authority, isPem, bad);
        server.Server.ReloadCertificates().ShouldBeTrue();
        (await AskAsync(server, good)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(server, bad)).ShouldBeNull();
    }

    [Fact]
    public async Task A_list_that_no_authority_of_the_listener_has_signed_is_refused_at_the_start()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = MakeAuthority(key, "the authority");
        using X509Certificate2 impostor = MakeAuthority(otherKey, "the authority");
        using X509Certificate2 client = MakeClient(authority, 1);
        string file = WriteList("forged", impostor, isPem: true, client);
        HttpApiException fault = await Should.ThrowAsync<HttpApiException>(() => StartAsync(WithClients(authority) with { RevocationFiles = [file] }));
        fault.Message.ShouldContain("is signed by none of the authorities");
        File.WriteAllText(file, "nonsense");
        fault = await Should.ThrowAsync<HttpApiException>(() => StartAsync(WithClients(authority) with { RevocationFiles = [file] }));
        fault.Message.ShouldContain("is no revocation list");
    }

    [Fact]
    public async Task A_file_of_which_a_list_cannot_be_read_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = MakeAuthority(key, "the authority");
        string file = WriteList("two", authority, isPem: true);
        string one = File.ReadAllText(file);
        HttpApiTls tls = WithClients(authority) with { RevocationFiles = [file] };

        File.WriteAllText(file, one + one);
        await using (ApiServer server = await StartAsync(tls))
        {
            server.Server.ReloadCertificates().ShouldBeTrue();
        }

        foreach (string broken in new[] { one + one[..^40], one[..^40] + "\n" + one, one + one.Replace("END X509 CRL", "END CRL", StringComparison.Ordinal), one[..^40] })
        {
            File.WriteAllText(file, broken);
            HttpApiException fault = await Should.ThrowAsync<HttpApiException>(() => StartAsync(tls));
            fault.Message.ShouldContain(file);
            fault.Message.ShouldContain("can be read");
        }
    }

    [Fact]
    public async Task A_list_is_good_for_certificates_that_spell_their_authority_with_other_string_types()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = MakeAuthority(key, "the authority");
        var name = new X500DistinguishedNameBuilder();
        name.Add("2.5.4.3", "the authority", UniversalTagNumber.UTF8String);
        X500DistinguishedName spelled = name.Build();
        spelled.RawData.ShouldNotBe(authority.SubjectName.RawData);
        using X509Certificate2 good = MakeClient(authority, 1, spelled);
        using X509Certificate2 bad = MakeClient(authority, 2, spelled);
        await using ApiServer server = await StartAsync(WithClients(authority) with { RevocationFiles = [WriteList("list", authority, isPem: true, bad)] });
        (await AskAsync(server, good)).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(server, bad)).ShouldBeNull();
    }

    [Fact]
    public async Task A_list_with_a_critical_extension_is_not_taken_for_a_whole_one()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = MakeAuthority(key, "the authority");
        string file = WriteList("partial", authority, isPem: false);
        File.WriteAllBytes(file, WithDeltaIndicator(File.ReadAllBytes(file), key));
        HttpApiException fault = await Should.ThrowAsync<HttpApiException>(() => StartAsync(WithClients(authority) with { RevocationFiles = [file] }));
        fault.Message.ShouldContain("has a critical extension");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, false)]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, true)]
    public async Task A_cipher_suite_of_tls_1_2_is_one_that_was_chosen(SslProtocols protocol, TlsCipherSuite offered, bool isTaken)
    {
        await using ApiServer server = await StartAsync(WriteServer() with { CipherSuites = [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] });
        HttpStatusCode? status = await AskAsync(server, certificate: null, new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = protocol,
#pragma warning disable CA1416 // The tests run where suites can be chosen.
            CipherSuitesPolicy = new CipherSuitesPolicy([offered]),
#pragma warning restore CA1416
        });
        status.ShouldBe(isTaken ? HttpStatusCode.OK : null);
    }

    private static Task<ApiServer> StartAsync(HttpApiTls tls) => ApiServer.StartAsync(options => options with { Listeners = [options.Listeners[0] with { Tls = tls }] });

    // Null where there is no connection.
    private static async Task<HttpStatusCode?> AskAsync(ApiServer server, X509Certificate2? certificate, SslClientAuthenticationOptions? tls = null)
    {
        tls ??= new SslClientAuthenticationOptions();
        tls.RemoteCertificateValidationCallback = static (_, shown, _, _) => shown?.Subject == "CN=server";
        tls.LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tls }) { BaseAddress = new Uri($"https://{server.Server.EndPoints[0]}") };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync("/healthz");
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private HttpApiTls WithClients(X509Certificate2 authority) =>
        WriteServer() with { ClientCertificates = ClientCertificates.Required, AuthorityFiles = [Write("ca.pem", authority.ExportCertificatePem())] };

    private HttpApiTls WriteServer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new HttpApiTls { CertificateFile = Write("server.pem", certificate.ExportCertificatePem()), KeyFile = Write("server.key", key.ExportPkcs8PrivateKeyPem()) };
    }

    private string WriteList(string name, X509Certificate2 authority, bool isPem, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([0x77], DateTimeOffset.UtcNow.AddDays(-1));
        Array.ForEach(revoked, certificate => builder.AddEntry(certificate, DateTimeOffset.UtcNow.AddHours(-1)));
        byte[] list = builder.Build(authority, BigInteger.One, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        string path = Path.Combine(_files.FullName, name);
        File.WriteAllBytes(path, isPem ? System.Text.Encoding.ASCII.GetBytes("Some words before\n" + PemEncoding.WriteString("X509 CRL", list) + "\n") : list);
        return path;
    }

    // The same list with the extension deltaCRLIndicator (RFC 5280 §5.2.4), signed again.
    private static byte[] WithDeltaIndicator(byte[] list, ECDsa key)
    {
        AsnReader outer = new AsnReader(list, AsnEncodingRules.DER).ReadSequence();
        AsnReader fields = outer.ReadSequence();
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 0);
        var tbs = new AsnWriter(AsnEncodingRules.DER);
        using (tbs.PushSequence())
        {
            while (fields.PeekTag() is { TagClass: TagClass.Universal })
            {
                tbs.WriteEncodedValue(fields.ReadEncodedValue().Span);
            }

            using (tbs.PushSequence(extensionsTag))
            using (tbs.PushSequence())
            using (tbs.PushSequence())
            {
                tbs.WriteObjectIdentifier("2.5.29.27");
                tbs.WriteBoolean(true);
                tbs.WriteOctetString([2, 1, 1]);
            }
        }

        byte[] signed = tbs.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(signed);
            whole.WriteEncodedValue(outer.ReadEncodedValue().Span);
            whole.WriteBitString(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return whole.Encode();
    }

    private static X509Certificate2 MakeAuthority(AsymmetricAlgorithm key, string name)
    {
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest("CN=" + name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=" + name, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static X509Certificate2 MakeClient(X509Certificate2 authority, byte serial, X500DistinguishedName? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using ECDsa? ec = authority.GetECDsaPrivateKey();
        using RSA? rsa = authority.GetRSAPrivateKey();
        X509SignatureGenerator signer = ec is not null ? X509SignatureGenerator.CreateForECDsa(ec) : X509SignatureGenerator.CreateForRSA(rsa!, RSASignaturePadding.Pkcs1);

        // A serial number with its highest bit set has a zero before it.
        using X509Certificate2 signed = request.Create(issuer ?? authority.SubjectName, signer, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(10), [serial, 2, 3, 4]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_files.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
