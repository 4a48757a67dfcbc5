using System.Net;
using Hpc.Crypto.Keys;
using Hpc.Server.Configuration;

namespace Hpc.Server.Hosting;

/// <summary>The lines that <c>hpc serve</c> begins with.</summary>
internal static class Greeting
{
    public static string Of(ServerHost host, DataDirectory directory, HpcOptions options)
    {
        SshPublicKey key = host.HostKeys[0].PublicKey;
        string command = CommandName.Current;
        string dataDirectory = directory.Path == Path.GetFullPath(new HpcOptions().DataDirectory) ? "" : $" --data-dir {ShellText.Quote(directory.Path)}";
        string admin = host.AdminEndPoint is null ? "switched off (admin.address)" : $"http://{host.AdminEndPoint}/metrics";
        string setup = host.InstallationCode.Length == 0 || host.HttpEndPoints.Count == 0 ? "" : $"\nNo administrator yet: {command} admin add NAME{dataDirectory}, or POST /api/v2/setup with the code {(options.Http.SetupCode.Length > 0 ? "of http.setup_code" : host.InstallationCode)}";
        return $"""
            Listening on {string.Join(", ", host.EndPoints.Select(Show))}{Ftp(host.FtpBindings)}; host key {key.KeyType} {OpenSshPublicKey.Fingerprint(key.Blob.Span)}
            Add a user:  {command} user add NAME --home DIR{dataDirectory}
            Connect:     {ConnectLine(host.EndPoints[0], "NAME")}
            Data in {directory.Path}; settings: {command} config show; metrics: {admin}
            REST API:    {Rest(host.HttpEndPoints, options.Http)}{setup}

            """;
    }

    public static string ConnectLine(IPEndPoint endPoint, string user) =>
        $"sftp -P {endPoint.Port} {ShellText.Quote($"{user}@{HostOf(endPoint)}")}";

    /// <summary>A command line that lists what is shared by FTP.</summary>
    public static string FtpLine(FtpBinding binding, string user)
    {
        string security = binding.HasTls && binding.Scheme == "ftp" ? "--ssl-reqd " : "";
        return $"curl {security}--user {ShellText.Quote(user)} {binding.Scheme}://{HostOf(binding.EndPoint)}:{binding.EndPoint.Port}/";
    }

    private static string HostOf(IPEndPoint endPoint)
    {
        bool isAny = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);
        string host = isAny ? Dns.GetHostName() : endPoint.Address.ToString();
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
    }

    private static string Ftp(IReadOnlyList<FtpBinding> bindings) =>
        string.Concat(bindings.Select(static binding => $", {(binding.Scheme == "ftps" ? "FTPS" : binding.HasTls ? "FTP with TLS" : "FTP")} on {Show(binding.EndPoint)}"));

    private static string Rest(IReadOnlyList<IPEndPoint> endPoints, HttpSection http)
    {
        if (endPoints.Count == 0)
        {
            return http.Enabled ? "not listened for; the log says why" : "switched off (http.enabled)";
        }

        // Each listener of the configuration has one.
        return string.Join(", ", endPoints.Select((endPoint, i) => $"{(i < http.Listeners.Count && http.Listeners[i].CertificateFile.Length > 0 ? "https" : "http")}://{endPoint}/openapi"));
    }

    private static string Show(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.IPv6Any) ? $"{endPoint} (IPv4 and IPv6)" : endPoint.ToString();
}
