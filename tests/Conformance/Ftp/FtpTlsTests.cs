using System.Net;
using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp;

/// <summary>TLS that is demanded, and client certificates, with curl, lftp, openssl and ftplib (F50, F53).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpTlsTests(SharedFtpServer shared)
{
    private const string Script = "ftp_tls.py";

    [Fact]
    public Task Nobody_logs_in_or_transfers_in_the_clear_where_TLS_is_demanded()
    {
        Require.Tool("lftp");
        return FtpScript.RunAsync(shared, Script, "demanded");
    }

    [Fact]
    public Task Versions_before_1_2_are_refused()
    {
        Require.Tool("openssl");
        return FtpScript.RunAsync(shared, Script, "old_versions");
    }

    [Fact]
    public async Task A_client_certificate_is_required_checked_and_good_for_a_login()
    {
        Require.Tool("curl", "lftp", "openssl", Python.Interpreter);
        await using FtpServer server = await StartWithClientCertificatesAsync(["ann", "bob", "both"]);
        await FtpScript.RunAsync(server, Script, "certificates");
    }

    [Fact]
    public async Task Certificates_and_revocation_lists_are_read_again_while_sessions_last()
    {
        Require.Tool("curl", Python.Interpreter);
        await using FtpServer server = await StartWithClientCertificatesAsync(["lasting"]);
        server.Certificates.Issue("later", IPAddress.Loopback);
        server.Certificates.WriteRevocationList("later.crl", "lasting");
        await FtpScript.RunAsync(server, Script, "reloaded");
    }

    private static Task<FtpServer> StartWithClientCertificatesAsync(string[] holders)
    {
        const string Asked = $"client_ca_file={FtpServer.CertificatesFolder}/authority.pem ca_revocation_lists={FtpServer.CertificatesFolder}/revoked.crl log_commands=true";
        return FtpServer.StartAsync(
            certificates =>
            {
                foreach (string name in (string[])[.. holders, "revoked"])
                {
                    certificates.Issue(name);
                }

                certificates.WriteRevocationList("revoked.crl", "revoked");
            },
            [$"client_auth=require {Asked}", $"client_auth=verify {Asked}", $"tls_mode=implicit client_auth=require {Asked}"]);
    }
}
